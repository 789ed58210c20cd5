// Loops over elements that a whole training step notices, in single and double precision.
//
// Every function exists twice: name_f32 on float, name_f64 on double. Both have the same parameters, so that a caller
// that is generic over the two chooses a function and nothing else: `void *` is memory of that precision, and a number
// is handed over as a double and rounded back to it, which changes no float. Matrices are row-major with a leading
// dimension (`ld`, in elements, at least the number of columns). Nothing here allocates. Each is compiled for several
// instruction sets and chosen by the loader, so the same source serves every x86-64 machine; elsewhere the plain C
// remains. Long loops are shared out over a team of threads (team.h).
//
// Sums run in a fixed order that depends on the shape and the instruction set alone, so that the same machine gives
// the same bits, whatever the number of threads.

#ifndef EIGENCODER_CKERNELS_H
#define EIGENCODER_CKERNELS_H

#include <stddef.h>
#include <stdint.h>

// The values are shared with Activation.swift.
enum {
  EK_IDENTITY = 0,
  EK_RELU = 1,
  EK_LEAKY_RELU = 2,  // slope a for z < 0
  EK_ELU = 3,         // exp(z) - 1 for z <= 0
  EK_SILU = 4,
  EK_GELU = 5,  // exact, by erf
  EK_TANH = 6,
  EK_SIGMOID = 7,
  EK_SOFTPLUS = 8,
};

// Rows that a worker of ek_project centres at once, and the memory that it needs for them: so many numbers, at a multiple
// of 64 bytes.
static inline size_t ek_project_height(size_t rows, size_t d) {
  size_t most = (128 * 1024 + 96 * ((d + 15) / 16 * 16)) / (d > 0 ? d : 1);
  return rows < 12 ? 12 : rows < most ? rows : most;
}
static inline size_t ek_project_scratch(size_t rows, size_t d) {
  return (ek_project_height(rows, d) * d + 15) / 16 * 16;
}

// The threads among which loops and products are shared, from 1. At first what OPENBLAS_NUM_THREADS says, else the
// processors that the process may use.
void ek_set_threads(int count);
int ek_threads(void);

// The same for the calls of the calling thread alone, where count > 0. Returns what was set before, 0 for nothing.
int ek_set_caller_threads(int count);

// Between these two no product runs, and the BLAS may have threads of its own. The thread that holds products back must
// not ask for one.
void ek_hold_products(void);
void ek_release_products(void);

// pread by the team: at most `count` bytes of a file from `offset` on. How many they were, fewer only at the end of the file;
// or -errno.
long ek_read_at(int file, void *to, size_t count, long offset);

#define EK_DECLARE(S)                                                                                                \
  /* C = alpha op(A) op(B) + beta C, m x k by k x n; op transposes where ta, tb. Not read where beta is 0. */        \
  void ek_gemm_##S(int ta, int tb, size_t m, size_t n, size_t k, double alpha, const void *a, size_t lda,            \
                   const void *b, size_t ldb, double beta, void *c, size_t ldc);                                     \
  /* y = alpha op(A) x + beta y, A rows x cols, by one thread.                                            */         \
  void ek_gemv_##S(int t, size_t rows, size_t cols, double alpha, const void *a, size_t lda, const void *x,          \
                   double beta, void *y);                                                                            \
  /* The numbers of a packed P, k x d, for ek_project; 0 where it takes none on this processor. */                   \
  size_t ek_packed_count_##S(size_t d, size_t k);                                                                    \
  /* Packs P into so many numbers at a multiple of 64 bytes. */                                                      \
  void ek_pack_##S(const void *p, size_t ldp, void *packed, size_t d, size_t k);                                     \
  /* out = (x - 1 mean') P' + 1 shift': x rows x d, P k x d; out does not overlap the others; by at most `workers`   \
     threads. `packed` is P packed, NULL where ek_packed_count says 0. */                                            \
  void ek_project_##S(const void *x, size_t ldx, const void *mean, const void *p, size_t ldp, const void *packed,    \
                      const void *shift, void *out, size_t ldo, size_t rows, size_t d, size_t k, void *scratch,      \
                      int workers);                                                                                  \
  /* The same for one row, without scratch and by the calling thread. */                                             \
  void ek_project_row_##S(const void *x, const void *mean, const void *p, size_t ldp, const void *packed,            \
                          const void *shift, void *out, size_t d, size_t k);                                         \
  /* Upper triangle of C (n x n) = alpha A A' + beta C, A n x k; or alpha A' A + beta C, A k x n, where t. */        \
  void ek_syrk_##S(int t, size_t n, size_t k, double alpha, const void *a, size_t lda, double beta, void *c,         \
                   size_t ldc);                                                                                      \
  /* In place: y = f(y + 1 bias'), with d = f' and s = f'' of the same argument where they are not NULL.             \
     bias may be NULL. `slope` is used by the leaky ReLU only. f' of ReLU, leaky ReLU at 0 is the left               \
     one (0 or slope), f' of ELU at 0 is 1; f'' of the piecewise linear ones is 0. */                                \
  void ek_activate_##S(int kind, double slope, const void *bias, void *y, size_t ldy, void *d, size_t ldd,           \
                       void *s, size_t lds, size_t rows, size_t cols);                                               \
  /* In place: g = g o d (d may be NULL: g stays), and sums[j] = (add ? sums[j] : 0) + sum_i g[i][j]                 \
     (sums may be NULL). Columns are summed in double. */                                                            \
  void ek_pullback_##S(void *g, size_t ldg, const void *d, size_t ldd, void *sums, int add, size_t rows,             \
                       size_t cols);                                                                                 \
  /* out = scale (a - b); returns sum (a - b)^2, in double. out may be a, or NULL (the sum alone). */                \
  double ek_residual_##S(const void *a, size_t lda, const void *b, size_t ldb, double scale, void *out,              \
                         size_t ldo, size_t rows, size_t cols);                                                      \
  /* out[i] = sum_j (a[i][j] - b[i][j])^2, in double. */                                                             \
  void ek_row_squared_distances_##S(const void *a, size_t lda, const void *b, size_t ldb, double *out,               \
                                    size_t rows, size_t cols);                                                       \
  /* out[i] = sum_j a[i][j]^2, in double. */                                                                         \
  void ek_row_squared_norms_##S(const void *a, size_t lda, double *out, size_t rows, size_t cols);                   \
  /* For rows x and what is left of them, e: errors[i] = |e_i|^2, cosines[i] = that of x_i and x_i - e_i, 0 where one\
     of the two is 0, 1 where both are; in double. */                                                                \
  void ek_row_errors_##S(const void *x, size_t ldx, const void *e, size_t lde, double *errors, double *cosines,      \
                         size_t rows, size_t cols);                                                                  \
  /* sum of a o b, in double. */                                                                                     \
  double ek_dot_##S(const void *a, const void *b, size_t count);                                                     \
  /* sums[j] += sum_i a[i][j], in double. */                                                                         \
  void ek_column_sums_##S(const void *a, size_t lda, double *sums, size_t rows, size_t cols);                        \
  /* sums[j] += sum_i (a[i][j] - center[j])^2, in double. */                                                         \
  void ek_column_squares_##S(const void *a, size_t lda, const double *center, double *sums, size_t rows,             \
                             size_t cols);                                                                           \
  /* low[j] = min(low[j], min_i a[i][j]), high[j] = max(high[j], max_i a[i][j]); of the matrix's precision. */         \
  void ek_column_extremes_##S(const void *a, size_t lda, void *low, void *high, size_t rows, size_t cols);           \
  /* sums[h] += sum_i mix(sum_j (lo(x_ij) + lo(k_j)) (hi(x_ij) + hi(k_j))), h = 0, 1: lo and hi are the 32-bit halves \
     of a number as a double and of keys[h cols + j], added modulo 2^32; the sums are modulo 2^64. */                \
  void ek_row_hashes_##S(const void *a, size_t lda, const uint64_t *keys, uint64_t *sums, size_t rows, size_t cols); \
  /* out = a - 1 m' (m has cols entries; out may be a). */                                                           \
  void ek_subtract_row_##S(const void *a, size_t lda, const void *m, void *out, size_t ldo, size_t rows,             \
                           size_t cols);                                                                             \
  /* out = a diag(scale) + 1 shift' (scale or shift may be NULL; out may be a). */                                   \
  void ek_scale_shift_##S(const void *a, size_t lda, const void *scale, const void *shift, void *out,                \
                          size_t ldo, size_t rows, size_t cols);                                                     \
  /* out[i] = (a[index[i]] - shift) o scale, row by row (shift or scale may be NULL). */                             \
  void ek_gather_##S(const void *a, size_t lda, const int64_t *index, const void *shift,                             \
                     const void *scale, void *out, size_t ldo, size_t rows, size_t cols);                            \
  /* out = a o b (out may be a or b); y += alpha x. */                                                               \
  void ek_multiply_##S(const void *a, const void *b, void *out, size_t count);                                       \
  void ek_axpy_##S(double alpha, const void *x, void *y, size_t count);                                              \
  void ek_scale_##S(double alpha, void *x, size_t count);                                                            \
  /* sum[i][j] += a[i][j] for j >= i: the upper triangle of an n x n matrix, into double. */                         \
  void ek_add_upper_##S(const void *a, size_t lda, double *sum, size_t lds, size_t n);                               \
  /* a[i][j] = a[j][i] for j < i: the lower triangle of an n x n matrix from the upper one. */                       \
  void ek_symmetrize_##S(void *a, size_t lda, size_t n);                                                             \
  /* 1 when every element is finite, else 0. */                                                                      \
  int ek_all_finite_##S(const void *a, size_t count);                                                                \
  /* Groups of rows: sample b owns rows b r ..< (b + 1) r of R, M, Rb, Mb (dense, cols apart) and row b of a, d, s.  \
     See contraction.inc. */                                                                                         \
  void ek_expand_rows_##S(const void *a, size_t lda, const void *w, size_t ldw, void *r, size_t samples, size_t group, \
                          size_t cols);                                                                              \
  void ek_expand_rows_back_##S(const void *rb, const void *a, size_t lda, const void *w, size_t ldw, const void *s,  \
                               size_t lds, void *t, size_t ldt, void *wb, size_t ldwb, size_t samples,               \
                               size_t group, size_t cols);                                                           \
  void ek_multiply_groups_##S(const void *r, size_t ldr, const void *d, size_t ldd, void *m, size_t ldm,             \
                              size_t samples, size_t group, size_t cols);                                            \
  void ek_multiply_groups_back_##S(void *mb, const void *r, const void *d, size_t ldd, const void *s, size_t lds,    \
                                   void *t, size_t ldt, size_t samples, size_t group, size_t cols);                  \
  /* Sum over the rows of KL(P_i | Q_i), P and Q the softmaxes of cp p and cs s over each row, without the diagonal, \
     in double; and s = scale (Q - P), 0 on the diagonal. Both are n x n; p is overwritten. */                       \
  double ek_softmax_divergence_##S(void *p, size_t ldp, void *s, size_t lds, double cp, double cs, double scale,     \
                                   size_t n);                                                                        \
  /* Adam (Kingma & Ba 2015; decoupled decay: Loshchilov & Hutter 2019):                                             \
       g' = g + l2 p;  m = b1 m + (1-b1) g';  v = b2 v + (1-b2) g'^2;                                                \
       p = p (1 - decay) - rate m / (sqrt(v) inverseRootCorrection + epsilon),                                       \
     where rate = learning rate / (1 - b1^t) and inverseRootCorrection = 1 / sqrt(1 - b2^t). */                      \
  void ek_adam_##S(void *p, const void *g, void *m, void *v, size_t count, double rate, double b1, double b2,        \
                   double epsilon, double inverseRootCorrection, double decay, double l2);                           \
  /* g' = g + l2 p;  m = momentum m + g';  p -= rate (nesterov ? g' + momentum m : m). */                            \
  void ek_sgd_##S(void *p, const void *g, void *m, size_t count, double rate, double momentum, int nesterov,         \
                  double l2);                                                                                        \
  /* Random: numbers of the stream of `key` (Philox4x32-10), element i cols + j taking number i cols + j:            \
     the same key and shape give the same numbers, masks on every machine, normal numbers up to rounding.            \
     x += scale diag(deviation) z, z standard normal (deviation has cols entries, or is NULL for ones). */           \
  void ek_add_normals_##S(uint64_t key, void *x, size_t ldx, size_t rows, size_t cols,                               \
                          const void *deviation, double scale);                                                      \
  /* x = fill[j] with probability p in [0, 1), to a multiple of 2^-32 (fill may be NULL: 0). */                      \
  void ek_mask_##S(uint64_t key, void *x, size_t ldx, size_t rows, size_t cols, double p,                            \
                   const void *fill);                                                                                \
  /* x = low with probability p / 2, high with probability p / 2. */                                                 \
  void ek_salt_and_pepper_##S(uint64_t key, void *x, size_t ldx, size_t rows, size_t cols, double p,                 \
                              double low, double high);                                                              \
  /* out = 0 with probability p, else 1 / (1 - p): where ek_mask with the same key masks. */                         \
  void ek_dropout_##S(uint64_t key, void *out, size_t ldo, size_t rows, size_t cols, double p);

EK_DECLARE(f32)
EK_DECLARE(f64)

#undef EK_DECLARE

// Conversions. Half precision is IEEE binary16 in its bits.
void ek_widen(const float *a, double *out, size_t count);
// out = a - 1 m', each number widened before anything is subtracted from it.
void ek_widen_less_row(const float *a, size_t lda, const double *m, double *out, size_t ldo, size_t rows, size_t cols);
void ek_narrow(const double *a, float *out, size_t count);
void ek_half_to_float(const uint16_t *a, float *out, size_t count);
// To nearest, ties to even; from 65520 on infinite.
void ek_float_to_half(const float *a, uint16_t *out, size_t count);
void ek_double_to_half(const double *a, uint16_t *out, size_t count);
void ek_bytes_to_float(const uint8_t *a, float *out, size_t count);
// out = alpha a, the product in double, rounded to the type of out; out may be a. Returns how many numbers other than 0
// became 0, and the place of the first of them in `first`.
size_t ek_scale_float(double alpha, const float *a, float *out, size_t count, size_t *first);
size_t ek_scale_narrow(double alpha, const double *a, float *out, size_t count, size_t *first);
size_t ek_scale_double(double alpha, const double *a, double *out, size_t count, size_t *first);

// Vector quantisers, in single precision. A codebook has 256 codewords of d numbers (fewer in `nearest`); `books` has several,
// one after another; codes are bytes, ldc from row to row.
enum { EK_MOST_BEAM = 32, EK_MOST_BOOKS = 32 };

// codes[i] = argmin_j squares[j] - 2 dots[i][j], at most 256 codewords, and least[i] that minimum: of dots <x_i, c_j> and
// squares |c_j|^2 it is |x_i - c_j|^2 - |x_i|^2.
void ek_nearest_codewords(const float *dots, size_t ldd, const float *squares, size_t rows, size_t count,
                          uint8_t *codes, size_t ldc, float *least);
// out[i] = sum_m of the codeword codes[i][m] of book m, d numbers: B C, where B are the codes as rows of zeros and ones.
void ek_sum_codewords(const float *books, size_t count, size_t d, const uint8_t *codes, size_t ldc, size_t rows,
                      float *out);
// sums = B' x, count 256 rows of d: the sum of the rows that have each codeword.
void ek_sum_rows_by_code(const float *x, size_t d, const uint8_t *codes, size_t ldc, size_t rows, size_t count,
                         float *sums);
// One codeword of each of `count` books, whose sum is near to the row: book after book, the `width` best beginnings are
// kept. dots[i][m 256 + j] = <x_i, c_mj>; squares[m 256 + j] = |c_mj|^2; cross has for each book m its products with those
// before, (m 256) x 256. least[i] = |x_i - sum|^2 - |x_i|^2.
void ek_beam_codes(const float *dots, const float *cross, const float *squares, size_t rows, size_t count,
                   size_t width, uint8_t *codes, size_t ldc, float *least);
// The paths of least squared error through a trellis of `states` (a power of two, from 16 to 2^16) for rows of `numbers`:
// step n takes bits[n] new bits, of which there are log2(states) at least, and stands for the values that the state, the last
// log2(states) bits, has of the each[n] numbers from start[n] on: values[number][state]. The stream of bits is a ring.
// paths[i][n] = the state of step n; scratch has ek_trellis_scratch bytes for each of
// `workers` threads.
size_t ek_trellis_scratch(size_t steps, size_t states);
void ek_trellis_paths(const float *x, size_t rows, size_t numbers, const float *values, const uint8_t *bits,
                      const uint8_t *each, const uint32_t *start, size_t steps, size_t states, void *scratch,
                      int workers, uint16_t *paths);

// Words 0 ..< count of the stream of `key`: block c of four is Philox4x32-10 of the counter (c, 0, 0, 0).
void ek_random_words(uint64_t key, uint32_t *out, size_t count);

#endif
