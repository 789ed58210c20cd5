// Products shared out over the team, each part by one thread of the BLAS.
//
// A BLAS has threads of its own, but wakes them anew for every product: at the sizes of a training step that took
// a third of the time (two cores of Zen 5: 62 % of the speed of a large product, against 85 to 97 % here).

#define _GNU_SOURCE

#include "CKernels.h"
#include "projection.h"
#include "team.h"

#include <cblas.h>
#include <pthread.h>

// Columns and rows that a kernel of the BLAS takes at once.
enum { GRAIN = 16, ROW_GRAIN = 4 };

// The number of threads of the BLAS belongs to the whole process. While a large decomposition has more than one,
// products of other threads would be cut by them: they wait. The lock costs a product 20 ns.
#if defined(__GLIBC__)
static pthread_rwlock_t blas = PTHREAD_RWLOCK_WRITER_NONRECURSIVE_INITIALIZER_NP;
#else
static pthread_rwlock_t blas = PTHREAD_RWLOCK_INITIALIZER;
#endif

static void begin_product(void) { pthread_rwlock_rdlock(&blas); }
static void end_product(void) { pthread_rwlock_unlock(&blas); }
void ek_hold_products(void) { pthread_rwlock_wrlock(&blas); }
void ek_release_products(void) { pthread_rwlock_unlock(&blas); }

// Element `i` of memory that comes as `void *`.
#define AT(memory, i) ((REAL *)(memory) + (i))

#define REAL float
#define SUFFIX(name) name##_f32
#define GEMM cblas_sgemm
#define SYRK cblas_ssyrk
#define GEMV cblas_sgemv
#include "products.inc"

#undef REAL
#undef SUFFIX
#undef GEMM
#undef SYRK
#undef GEMV

#define REAL double
#define SUFFIX(name) name##_f64
#define GEMM cblas_dgemm
#define SYRK cblas_dsyrk
#define GEMV cblas_dgemv
#include "products.inc"
