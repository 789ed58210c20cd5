// The functions of CKernels.h: each file ending in .inc is compiled for float, then for double, with the
// constants and polynomials of math_f32.h and math_f64.h.

#include "CKernels.h"
#include "clones.h"
#include "projection.h"
#include "team.h"

#include <string.h>

// BLOCK and LANES hold the widest vectors; STRIP totals and eight rows of a strip fit the first cache; so do
// CHUNK random numbers.
enum { BLOCK = 16, LANES = 16, STRIP = 256, CHUNK = 512 };

// Elements that are worth a second thread, of loops without and with functions; parts end at multiples of GRAIN.
enum { CHEAP = 16 * 1024, COSTLY = 4 * 1024, GRAIN = 16 };

#include "philox.h"

// p 2^bits, rounded; less than 2^bits, as p < 1.
static inline ALWAYS uint64_t random_threshold(double p, int bits) {
  double range = (double)((uint64_t)1 << bits), t = p * range + 0.5;
  return t > 0 ? (t < range ? (uint64_t)t : (uint64_t)range - 1) : 0;
}

// The finaliser of splitmix64: every bit of the input changes every bit of the output.
static inline ALWAYS uint64_t mixed_bits(uint64_t h) {
  h = (h ^ h >> 30) * 0xBF58476D1CE4E5B9u;
  h = (h ^ h >> 27) * 0x94D049BB133111EBu;
  return h ^ h >> 31;
}

#include "math_f32.h"

#include "activations.inc"
#include "arithmetic.inc"
#include "contraction.inc"
#include "neighbourhood.inc"
#include "projection.inc"
#include "random.inc"
#include "shared.inc"

#undef REAL
#undef BITS
#undef SUFFIX
#undef FN
#undef LIMIT
#undef NORMAL_LIMIT
#undef FRACTION_BITS
#undef ROUNDER
#undef INVERSE_LN_2
#undef LN_2_HIGH
#undef LN_2_LOW
#undef SPLIT_MASK

#include "math_f64.h"

#include "activations.inc"
#include "arithmetic.inc"
#include "contraction.inc"
#include "neighbourhood.inc"
#include "projection.inc"
#include "random.inc"
#include "shared.inc"

CLONES
void ek_widen(const float *a, double *out, size_t count) {
  for (size_t i = 0; i < count; i++) out[i] = (double)a[i];
}

CLONES
void ek_narrow(const double *a, float *out, size_t count) {
  for (size_t i = 0; i < count; i++) out[i] = (float)a[i];
}

CLONES
void ek_bytes_to_float(const uint8_t *a, float *out, size_t count) {
  for (size_t i = 0; i < count; i++) out[i] = (float)a[i];
}

// A strip at a time, so that its input is still there when its zeros are counted.
#define EK_SCALE(NAME, FROM, TO)                                                                                     \
  CLONES                                                                                                             \
  size_t NAME(double alpha, const FROM *a, TO *out, size_t count, size_t *first) {                                   \
    TO strip[STRIP];                                                                                                 \
    size_t total = 0;                                                                                                \
    for (size_t start = 0; start < count; start += STRIP) {                                                          \
      size_t n = count - start < STRIP ? count - start : STRIP;                                                      \
      const FROM *x = a + start;                                                                                     \
      unsigned vanished = 0;                                                                                         \
      for (size_t i = 0; i < n; i++) strip[i] = (TO)(alpha * (double)x[i]);                                          \
      for (size_t i = 0; i < n; i++) vanished += (strip[i] == 0) & (x[i] != 0);                                      \
      for (size_t i = 0; vanished > 0 && total == 0; i++)                                                            \
        if (strip[i] == 0 && x[i] != 0) {                                                                            \
          *first = start + i;                                                                                        \
          break;                                                                                                     \
        }                                                                                                            \
      total += vanished;                                                                                             \
      memcpy(out + start, strip, n * sizeof(TO));                                                                    \
    }                                                                                                                \
    return total;                                                                                                    \
  }

EK_SCALE(ek_scale_float, float, float)
EK_SCALE(ek_scale_narrow, double, float)
EK_SCALE(ek_scale_double, double, double)
#undef EK_SCALE

// Half precision: 1 sign, 5 exponent (bias 15), 10 fraction bits. Shifted into place, the number is too small
// by 2^112, which one multiplication mends, denormal halves included; an exponent of ones becomes one again.
CLONES
void ek_half_to_float(const uint16_t *a, float *out, size_t count) {
  for (size_t i = 0; i < count; i++) {
    union { uint32_t u; float f; } bits, magic = {(uint32_t)(127 + 112) << 23};
    uint32_t magnitude = (uint32_t)(a[i] & 0x7FFFu) << 13;
    bits.u = magnitude;
    bits.f *= magic.f;
    bits.u |= magnitude >= 0x0F800000u ? 0x7F800000u | magnitude : 0;
    bits.u |= (uint32_t)(a[i] & 0x8000u) << 16;
    out[i] = bits.f;
  }
}

// The other way round, to nearest, ties to even. Of a half below the normal ones the last place is that of 0.5 in
// single precision: adding 0.5 rounds there. A normal one is rounded by adding half of its last place, or just less.
static inline ALWAYS uint16_t nearest_half(uint32_t bits) {
  uint32_t sign = bits & 0x80000000u, magnitude = bits ^ sign;
  union { uint32_t u; float f; } small = {magnitude}, magic = {0x3F000000u};
  small.f += magic.f;
  uint32_t below = small.u - magic.u;
  uint32_t normal = (magnitude - (112u << 23) + 0xFFFu + ((magnitude >> 13) & 1)) >> 13;
  uint32_t beyond = magnitude > 0x7F800000u ? 0x7E00u : 0x7C00u;
  uint32_t half = magnitude >= 0x47800000u ? beyond : magnitude < 0x38800000u ? below : normal;
  return (uint16_t)(half | sign >> 16);
}

CLONES
void ek_float_to_half(const float *a, uint16_t *out, size_t count) {
  for (size_t i = 0; i < count; i++) {
    union { float f; uint32_t u; } bits = {a[i]};
    out[i] = nearest_half(bits.u);
  }
}

// By single precision rounded to odd (towards zero, and the last bit set where that was not exact), from which the
// second rounding is that of the number itself (Boldo & Melquiond 2008).
CLONES
void ek_double_to_half(const double *a, uint16_t *out, size_t count) {
  for (size_t i = 0; i < count; i++) {
    union { float f; uint32_t u; } bits = {(float)a[i]};
    double back = (double)bits.f;
    uint32_t away = __builtin_elementwise_abs(back) > __builtin_elementwise_abs(a[i]) ? 1 : 0;
    uint32_t inexact = back < a[i] || back > a[i] ? 1 : 0;
    out[i] = nearest_half((bits.u - away) | inexact);
  }
}

CLONES
void ek_random_words(uint64_t key, uint32_t *out, size_t count) {
  for (size_t i = 0; i < count; i += WORDS) {
    random_words block;
    philox(key, i / 4, &block);
    memcpy(out + i, block.words, (count - i < WORDS ? count - i : WORDS) * sizeof(uint32_t));
  }
}

CLONES static
void one_widen_less_row(const float *a, size_t lda, const double *m, double *out, size_t ldo, size_t rows, size_t cols) {
  for (size_t i = 0; i < rows; i++) {
    const float *ai = a + i * lda;
    double *oi = out + i * ldo;
    for (size_t j = 0; j < cols; j++) oi[j] = (double)ai[j] - m[j];
  }
}

void ek_widen_less_row(const float *a, size_t lda, const double *m, double *out, size_t ldo, size_t rows, size_t cols) {
  size_t parts = team_parts(rows, CHEAP / (cols + 1) + 1);
  team_run(parts, ^(size_t part) {
    team_range r = team_share(rows, parts, part, 1);
    one_widen_less_row(a + r.first * lda, lda, m, out + r.first * ldo, ldo, r.count, cols);
  });
}
