// A team of threads that shares out loops: the calling thread and its helpers.
//
// A loop is cut into parts by its size alone, never by the number of threads or by who is free: whoever runs a part,
// the same numbers are added in the same order, so that results depend neither on the threads nor on the scheduler.
// The caller takes parts like everybody else. A helper that is late, or asleep, or has no processor costs nothing but
// its help: the caller does its part. Between loops helpers spin for a moment, so that the loops of a training step
// begin within a fraction of a microsecond, and then sleep.
//
// Loops inside of a part, and loops of a second thread while the team is busy, run in the same parts, one after
// the other.

#ifndef EIGENCODER_TEAM_H
#define EIGENCODER_TEAM_H

#include <stddef.h>

enum { MOST_THREADS = 64, MOST_PARTS = 64 };

typedef void (^team_body)(size_t part);

// body(0), ..., body(parts - 1), each once, in any order; returns when all have ended. At most MOST_PARTS.
void team_run(size_t parts, __attribute__((noescape)) team_body body);

// The same by at most `workers` threads.
void team_run_among(int workers, size_t parts, __attribute__((noescape)) team_body body);

// Within a part: which of the threads that share the loop runs it, from 0. Two parts that run at the same time have
// different ones.
size_t team_worker(void);

// How many parts a loop of `count` turns is cut into: 1 below 2 `least` turns, 2 below 16, then twice as many for each
// doubling. A machine of two processors pays for no more parts than it can use where loops are short.
static inline size_t team_parts(size_t count, size_t least) {
  size_t units = least > 0 ? count / least : count, parts = 2;
  if (units < 2) return 1;
  while (parts < MOST_PARTS && units >= 8 * parts) parts *= 2;
  return parts;
}

// The same for a product of `work` multiply-adds, whose parts are runs of `extent` rows or columns. Every part packs
// the other operand anew, which took 2 to 6 % of a product when the products of a training step were cut into 4 parts:
// 2 parts below 2^28 multiply-adds, and more only of 256 rows or columns at least.
static inline size_t team_product_parts(size_t work, size_t extent) {
  enum { LEAST = 32 * 1024, LEAST_EXTENT = 256 };
  size_t parts = 2;
  if (work < 2 * LEAST) return 1;
  while (parts < MOST_PARTS && work >> 27 >= parts && extent >= 2 * parts * LEAST_EXTENT) parts *= 2;
  return parts;
}

// Turns first ..< first + n of part `part`; ends are at multiples of `grain`.
typedef struct { size_t first, count; } team_range;
static inline team_range team_share(size_t count, size_t parts, size_t part, size_t grain) {
  size_t grains = (count + grain - 1) / grain;
  size_t first = grains * part / parts * grain, end = grains * (part + 1) / parts * grain;
  if (end > count) end = count;
  if (first > end) first = end;
  return (team_range){first, end - first};
}

// The first row of part `part` when an upper triangle of n rows is cut into parts of equally many elements: the last
// r rows hold about r^2 / 2 of them, hence the square root.
static inline size_t triangle_row(size_t n, size_t parts, size_t part) {
  double left = (double)(parts - part) / (double)parts;
  size_t row = n - (size_t)((double)n * __builtin_sqrt(left) + 0.5);
  row = (row + 8) / 16 * 16;
  return part == 0 ? 0 : part >= parts || row > n ? n : row;
}

#endif
