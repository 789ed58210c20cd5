#include "CDigits.h"

#pragma clang diagnostic ignored "-Wc23-extensions"

static const unsigned char digits[] = {
#embed "../../Fixtures/digits.npy"
};

static const unsigned char labels[] = {
#embed "../../Fixtures/digits_labels.npy"
};

const unsigned char *ek_digits_bytes(void) { return digits; }
size_t ek_digits_count(void) { return sizeof digits; }
const unsigned char *ek_digit_labels_bytes(void) { return labels; }
size_t ek_digit_labels_count(void) { return sizeof labels; }
