#ifndef EIGENCODER_CLAPACK_SHIM_H
#define EIGENCODER_CLAPACK_SHIM_H

#include <cblas.h>
#include <lapacke.h>

#if defined(__x86_64__)
// AVX-512 F, BW, DQ, VL and CD: what the SkylakeX kernels of OpenBLAS need. Not callable from Swift.
static inline int eigencoder_has_avx512(void) {
  __builtin_cpu_init();
  return __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") &&
         __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512vl") &&
         __builtin_cpu_supports("avx512cd");
}
#endif

#endif
