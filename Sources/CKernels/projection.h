// Projections on few components, of one thread: projection.inc.

#ifndef EIGENCODER_PROJECTION_H
#define EIGENCODER_PROJECTION_H

#include <stddef.h>

// Vectors of 64 bytes that a projection keeps its sums of a row in, at most.
// Columns of rows that are centred on the stack, and of packed components, at most.
enum { MOST_PROJECTION_VECTORS = 4, MOST_PROJECTION_COLUMNS = 2048 };

#define DECLARE(REAL, S)                                                                                        \
  void project_narrow_##S(const REAL *x, size_t ldx, const REAL *mean, const REAL *packed, const REAL *shift,   \
                          REAL *out, size_t ldo, size_t rows, size_t d, size_t k, REAL *centred);               \
  void project_pack_##S(const REAL *p, size_t ldp, REAL *packed, size_t d, size_t k);

DECLARE(float, f32)
DECLARE(double, f64)

#undef DECLARE

// Whether the processor has the registers it was made for.
static inline int has_wide_vectors(void) {
#if defined(__x86_64__) && defined(__GLIBC__)
  __builtin_cpu_init();
  return __builtin_cpu_supports("x86-64-v4");
#else
  return 0;
#endif
}

#endif
