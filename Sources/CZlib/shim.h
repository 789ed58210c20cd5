#ifndef EIGENCODER_CZLIB_SHIM_H
#define EIGENCODER_CZLIB_SHIM_H

#include <zlib.h>

#endif
