// The 1,797 optical digits of Fixtures/digits.npy and their labels, as the bytes of the two npy files.

#ifndef EIGENCODER_CDIGITS_H
#define EIGENCODER_CDIGITS_H

#include <stddef.h>

const unsigned char *ek_digits_bytes(void);
size_t ek_digits_count(void);
const unsigned char *ek_digit_labels_bytes(void);
size_t ek_digit_labels_count(void);

#endif
