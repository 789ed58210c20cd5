#ifndef EIGENCODER_CLAPACK_SHIM_H
#define EIGENCODER_CLAPACK_SHIM_H

#include <cblas.h>
#include <lapacke.h>

#endif
