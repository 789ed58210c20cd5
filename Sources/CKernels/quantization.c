// The inner loops of vector quantisers, in single precision: their codebooks choose among points that are far apart, so that
// the rounding of a distance decides nothing that is seen.
//
// Every loop over rows is cut by the number of rows, never by threads.

#include "CKernels.h"
#include "clones.h"
#include "team.h"

#include <string.h>

// Codewords of a codebook of 8 bits; candidates that are compared with the worst of a beam at once.
enum { BOOK = 256, RUN = 16 };

// Rows that are worth a second thread.
enum { FEW_ROWS = 16 };

// Steps after which a path through a trellis hardly depends on where it began.
enum { SETTLED = 32 };

// Rings of fewer bits are short; states that are tried to close one.
enum { SHORT = 64, CLOSINGS = 8 };

// MARK: - Nearest codewords

CLONES
static void nearest(const float *dots, size_t ldd, const float *squares, size_t rows, size_t count, uint8_t *codes,
                    size_t ldc, float *least) {
  for (size_t i = 0; i < rows; i++) {
    const float *d = dots + i * ldd;
    float best = __builtin_inff();
    for (size_t j = 0; j < count; j++) {
      float value = squares[j] - 2 * d[j];
      best = value < best ? value : best;
    }
    size_t at = 0;
    while (at + 1 < count && !(squares[at] - 2 * d[at] <= best)) at++;
    codes[i * ldc] = (uint8_t)at;
    least[i] = best;
  }
}

void ek_nearest_codewords(const float *dots, size_t ldd, const float *squares, size_t rows, size_t count,
                          uint8_t *codes, size_t ldc, float *least) {
  size_t parts = team_parts(rows, FEW_ROWS);
  team_run(parts, ^(size_t part) {
    team_range r = team_share(rows, parts, part, 1);
    nearest(dots + r.first * ldd, ldd, squares, r.count, count, codes + r.first * ldc, ldc, least + r.first);
  });
}

// MARK: - Sums of codewords

CLONES
static void sum_codewords(const float *books, size_t count, size_t d, const uint8_t *codes, size_t ldc, size_t rows,
                          float *out) {
  for (size_t i = 0; i < rows; i++) {
    float *o = out + i * d;
    memset(o, 0, d * sizeof(float));
    for (size_t m = 0; m < count; m++) {
      const float *c = books + (m * BOOK + codes[i * ldc + m]) * d;
      IN_PLACE for (size_t j = 0; j < d; j++) o[j] += c[j];
    }
  }
}

void ek_sum_codewords(const float *books, size_t count, size_t d, const uint8_t *codes, size_t ldc, size_t rows,
                      float *out) {
  size_t parts = team_parts(rows, FEW_ROWS);
  team_run(parts, ^(size_t part) {
    team_range r = team_share(rows, parts, part, 1);
    sum_codewords(books, count, d, codes + r.first * ldc, ldc, r.count, out + r.first * d);
  });
}

CLONES
static void sum_rows_by_code(const float *x, size_t d, const uint8_t *codes, size_t ldc, size_t rows, size_t count,
                             float *sums) {
  // A strip of rows stays in the cache while it is added to each book.
  enum { STRIP = 128 };
  for (size_t first = 0; first < rows; first += STRIP) {
    size_t end = first + STRIP < rows ? first + STRIP : rows;
    for (size_t m = 0; m < count; m++)
      for (size_t i = first; i < end; i++) {
        const float *r = x + i * d;
        float *s = sums + (m * BOOK + codes[i * ldc + m]) * d;
        IN_PLACE for (size_t j = 0; j < d; j++) s[j] += r[j];
      }
  }
}

void ek_sum_rows_by_code(const float *x, size_t d, const uint8_t *codes, size_t ldc, size_t rows, size_t count,
                         float *sums) {
  memset(sums, 0, count * BOOK * d * sizeof(float));
  size_t parts = count < MOST_PARTS ? count : MOST_PARTS;
  team_run(parts, ^(size_t part) {
    team_range r = team_share(count, parts, part, 1);
    if (r.count > 0)
      sum_rows_by_code(x, d, codes + r.first, ldc, rows, r.count, sums + r.first * BOOK * d);
  });
}

// MARK: - Beam search

// The rows of a beam from the best on: its cost, which beam of the stage before it continues, and by which codeword.
typedef struct { float cost[EK_MOST_BEAM]; int32_t parent[EK_MOST_BEAM], word[EK_MOST_BEAM]; size_t count; } beams;

static inline ALWAYS void offer(beams *b, size_t width, float cost, int32_t parent, int32_t word) {
  size_t p = b->count < width ? b->count++ : width - 1;
  while (p > 0 && b->cost[p - 1] > cost) {
    b->cost[p] = b->cost[p - 1];
    b->parent[p] = b->parent[p - 1];
    b->word[p] = b->word[p - 1];
    p--;
  }
  b->cost[p] = cost;
  b->parent[p] = parent;
  b->word[p] = word;
}

// One row. With x - c_1 - ... - c_(m-1) = r, the codeword c of stage m changes the squared error by
//   |r - c|^2 - |r|^2 = |c|^2 - 2 <x, c> + 2 sum_(l < m) <c_l, c>,
// whose products all are in `dots` (of x) and `cross` (of codewords), so that no residual is made.
CLONES
static void beam_codes(const float *dots, const float *cross, const float *squares, size_t count, size_t width,
                       uint8_t *codes, float *least) {
  uint8_t path[2][EK_MOST_BEAM][EK_MOST_BOOKS];
  beams now = {.count = 1}, next = {.count = 0};
  now.cost[0] = 0;
  for (size_t m = 0; m < count; m++) {
    const float *x = dots + m * BOOK, *s = squares + m * BOOK;
    // <c_l, c> of stage m: rows l BOOK + code, after the 1 + ... + (m - 1) squares of the stages before.
    const float *slab = cross + m * (m - (m > 0)) / 2 * BOOK * BOOK;
    uint8_t(*from)[EK_MOST_BOOKS] = path[m & 1], (*to)[EK_MOST_BOOKS] = path[(m + 1) & 1];
    next.count = 0;
    for (size_t b = 0; b < now.count; b++) {
      float total[BOOK];
      for (size_t j = 0; j < BOOK; j++) total[j] = 0;
      size_t l = 0;
#define PRODUCTS(L) (slab + ((L) * BOOK + from[b][L]) * BOOK)
      for (; l + 4 <= m; l += 4) {
        const float *g = PRODUCTS(l), *h = PRODUCTS(l + 1), *i = PRODUCTS(l + 2), *k = PRODUCTS(l + 3);
        for (size_t j = 0; j < BOOK; j++) total[j] += (g[j] + h[j]) + (i[j] + k[j]);
      }
      for (; l < m; l++) {
        const float *g = PRODUCTS(l);
        for (size_t j = 0; j < BOOK; j++) total[j] += g[j];
      }
#undef PRODUCTS
      float cost = now.cost[b];
      for (size_t j = 0; j < BOOK; j++) total[j] = cost + s[j] + 2 * (total[j] - x[j]);
      for (size_t j = 0; j < BOOK; j += RUN) {
        float bar = next.count < width ? __builtin_inff() : next.cost[width - 1];
        int below = 0;
        for (size_t e = 0; e < RUN; e++) below |= total[j + e] < bar;
        if (!below) continue;
        for (size_t e = 0; e < RUN; e++)
          if (next.count < width || total[j + e] < next.cost[width - 1])
            offer(&next, width, total[j + e], (int32_t)b, (int32_t)(j + e));
      }
    }
    // Products that are no numbers have no best: the first word, rather than nothing.
    if (next.count == 0) offer(&next, width, __builtin_inff(), 0, 0);
    for (size_t b = 0; b < next.count; b++) {
      memcpy(to[b], from[next.parent[b]], m);
      to[b][m] = (uint8_t)next.word[b];
    }
    now = next;
  }
  memcpy(codes, path[count & 1][0], count);
  *least = now.cost[0];
}

void ek_beam_codes(const float *dots, const float *cross, const float *squares, size_t rows, size_t count,
                   size_t width, uint8_t *codes, size_t ldc, float *least) {
  size_t parts = team_parts(rows, FEW_ROWS);
  team_run(parts, ^(size_t part) {
    team_range r = team_share(rows, parts, part, 1);
    for (size_t i = r.first; i < r.first + r.count; i++)
      beam_codes(dots + i * count * BOOK, cross, squares, count, width, codes + i * ldc, least + i);
  });
}

// MARK: - Trellis

// The state is the last bits of the stream, and names the values of the numbers of a step, which has just taken `bits` new
// ones. So the states that lead to state s are those whose low bits are s >> bits: of `groups` = states >> bits of them,
// group g is reached from g, g + groups, g + 2 groups, ...; the least of these is found once for all that follow.
typedef struct {
  const float *values;  // of each number in turn: one for each state
  const uint8_t *bits, *each;
  const uint32_t *start;  // the first number of each step
  size_t steps, states;
} trellis;

typedef float lanes __attribute__((vector_size(64), aligned(4)));
typedef int32_t whole __attribute__((vector_size(64), aligned(4)));
typedef float eight __attribute__((vector_size(32), aligned(4)));
typedef float four __attribute__((vector_size(16), aligned(4)));
typedef float two __attribute__((vector_size(8), aligned(4)));

// next[s] = least[s >> bits] + errors[s]: each number of `least` for 2^bits states in turn.
static inline ALWAYS void spread(const float *least, const float *errors, float *next, size_t states, size_t bits) {
#define SPREAD(TYPE, ...)                                                                             \
  for (size_t s = 0; s < states; s += 16) {                                                           \
    TYPE l = *(const TYPE *)(least + (s >> bits));                                                    \
    *(lanes *)(next + s) = __builtin_shufflevector(l, l, __VA_ARGS__) + *(const lanes *)(errors + s); \
  }
  switch (bits) {
    case 1: SPREAD(eight, 0, 0, 1, 1, 2, 2, 3, 3, 4, 4, 5, 5, 6, 6, 7, 7) break;
    case 2: SPREAD(four, 0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2, 2, 3, 3, 3, 3) break;
    case 3: SPREAD(two, 0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 1, 1, 1, 1) break;
    default:
      for (size_t s = 0; s < states; s += 16)
        *(lanes *)(next + s) = least[s >> bits] + *(const lanes *)(errors + s);
  }
#undef SPREAD
}

// The path of least squared error over `length` steps from `first` on, around the ring, that begins and ends in state `fixed`,
// or anywhere where it is negative; returns its error. `costs` has room for 6 numbers of each state; the last of them become
// the errors of the best paths to each state.
CLONES
static float viterbi(trellis t, const float *x, size_t first, size_t length, int32_t fixed, float *costs, uint8_t *back,
                    uint16_t *path) {
  size_t states = t.states;
  float *restrict now = costs, *restrict next = costs + states, *restrict least = costs + 2 * states;
  float *restrict errors = costs + 3 * states;
  int32_t *restrict way = (int32_t *)(costs + 4 * states);
  for (size_t s = 0; s < states; s++) now[s] = fixed < 0 || s == (size_t)fixed ? 0 : 1e30f;
  for (size_t n = 0; n < length; n++) {
    size_t at = (first + n) % t.steps, bits = t.bits[at], groups = states >> bits, ways = (size_t)1 << bits;
    for (size_t e = 0; e < t.each[at]; e++) {
      const float *values = t.values + (t.start[at] + e) * states;
      float number = x[t.start[at] + e];
      if (e == 0)
        for (size_t s = 0; s < states; s++) errors[s] = (number - values[s]) * (number - values[s]);
      else
        for (size_t s = 0; s < states; s++) errors[s] += (number - values[s]) * (number - values[s]);
    }
    for (size_t g = 0; g < groups; g++) {
      least[g] = now[g];
      way[g] = 0;
    }
    for (size_t k = 1; k < ways; k++) {
      const float *other = now + k * groups;
      size_t g = 0;
      for (; g + 16 <= groups; g += 16) {
        lanes a = *(const lanes *)(other + g), b = *(const lanes *)(least + g);
        whole less = a < b, w = *(const whole *)(way + g);
        *(whole *)(way + g) = (w & ~less) | ((int32_t)k & less);
        *(lanes *)(least + g) = __builtin_elementwise_min(a, b);
      }
      for (; g < groups; g++)
        if (other[g] < least[g]) {
          least[g] = other[g];
          way[g] = (int32_t)k;
        }
    }
    uint8_t *restrict from = back + n * states;
    for (size_t g = 0; g < groups; g++) from[g] = (uint8_t)way[g];
    spread(least, errors, next, states, bits);
    float *swap = now;
    now = next;
    next = swap;
  }
  size_t best = fixed < 0 ? 0 : (size_t)fixed;
  if (fixed < 0)
    for (size_t s = 1; s < states; s++) best = now[s] < now[best] ? s : best;
  for (size_t n = length, s = best; n-- > 0;) {
    size_t at = (first + n) % t.steps, groups = states >> t.bits[at], g = s >> t.bits[at];
    path[at] = (uint16_t)s;
    s = g + back[n * states + g] * groups;
  }
  memcpy(costs + 5 * states, now, states * sizeof(float));
  return now[best];
}

// The path around a short ring. States near its end still know where the path began, so that one guess of the state that
// closes the ring is poor: of the states that two rounds reach best, some are tried.
static void short_ring(trellis t, const float *x, float *costs, uint8_t *back, uint16_t *path, uint16_t *trial) {
  int32_t tried[CLOSINGS];
  viterbi(t, x, 0, 2 * t.steps, -1, costs, back, trial);
  float *ends = costs + 5 * t.states;
  for (size_t c = 0; c < CLOSINGS; c++) {
    size_t best = 0;
    for (size_t s = 1; s < t.states; s++) best = ends[s] < ends[best] ? s : best;
    tried[c] = (int32_t)best;
    ends[best] = 2e30f;
  }
  float least = __builtin_inff();
  memset(path, 0, t.steps * sizeof(uint16_t));
  for (size_t c = 0; c < CLOSINGS; c++) {
    float error = viterbi(t, x, 0, t.steps, tried[c], costs, back, trial);
    if (error < least) {
      least = error;
      memcpy(path, trial, t.steps * sizeof(uint16_t));
    }
  }
}

size_t ek_trellis_scratch(size_t steps, size_t states) {
  return (6 * states * sizeof(float) + 2 * steps * (states + sizeof(uint16_t)) + 63) / 64 * 64;
}

void ek_trellis_paths(const float *x, size_t rows, size_t numbers, const float *values, const uint8_t *bits,
                      const uint8_t *each, const uint32_t *start, size_t steps, size_t states, void *scratch,
                      int workers, uint16_t *paths) {
  trellis t = {values, bits, each, start, steps, states};
  size_t near = steps / 2 < SETTLED ? steps / 2 : SETTLED;
  size_t length = 0;
  for (size_t n = 0; n < steps; n++) length += bits[n];
  size_t parts = team_parts(rows, FEW_ROWS), size = ek_trellis_scratch(steps, states);
  team_run_among(workers, parts, ^(size_t part) {
    team_range r = team_share(rows, parts, part, 1);
    char *memory = (char *)scratch + team_worker() * size;
    float *costs = (float *)memory;
    uint8_t *back = (uint8_t *)(costs + 6 * states);
    uint16_t *trial = (uint16_t *)(back + 2 * steps * states);
    for (size_t i = r.first; i < r.first + r.count; i++) {
      uint16_t *path = paths + i * steps;
      const float *row = x + i * numbers;
      if (length < SHORT) {
        short_ring(t, row, costs, back, path, trial);
        continue;
      }
      // The stream is a ring: the state before the first step is that after the last. A path that starts anywhere some steps
      // before has settled where the ring closes; that state is then held.
      viterbi(t, row, steps - near, 2 * near, -1, costs, back, path);
      viterbi(t, row, 0, steps, path[steps - 1], costs, back, path);
    }
  });
}
