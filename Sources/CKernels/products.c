// Products shared out over the team, each part by one thread of the BLAS.
//
// A BLAS has threads of its own, but wakes them anew for every product: at the sizes of a training step that took
// a third of the time (two cores of Zen 5: 62 % of the speed of a large product, against 85 to 97 % here).

#include "CKernels.h"
#include "projection.h"
#include "team.h"

#include <cblas.h>

// Multiply-adds that are worth a second thread; and the columns and rows that a kernel of the BLAS takes at once.
enum { LEAST_PRODUCT = 32 * 1024, GRAIN = 16, ROW_GRAIN = 4 };

#define REAL float
#define SUFFIX(name) name##_f32
#define GEMM cblas_sgemm
#define SYRK cblas_ssyrk
#include "products.inc"

#undef REAL
#undef SUFFIX
#undef GEMM
#undef SYRK

#define REAL double
#define SUFFIX(name) name##_f64
#define GEMM cblas_dgemm
#define SYRK cblas_dsyrk
#include "products.inc"
