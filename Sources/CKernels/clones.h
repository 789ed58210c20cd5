// How a loop is compiled for several instruction sets.

#ifndef EIGENCODER_CLONES_H
#define EIGENCODER_CLONES_H

// Any header of the C library says whether it is glibc.
#include <stddef.h>
#include <stdint.h>

// Helpers must become part of every clone; a call would run plain x86-64 code.
#define ALWAYS __attribute__((always_inline))

// The loader of glibc chooses once among plain x86-64, AVX2 with FMA, and AVX-512.
#if defined(__x86_64__) && defined(__GLIBC__)
#define CLONES __attribute__((target_clones("default", "arch=x86-64-v3", "arch=x86-64-v4")))
#else
#define CLONES
#endif

// Where the output may be an input: it is that or disjoint, so that elements do not depend on one another.
#define IN_PLACE _Pragma("clang loop vectorize(assume_safety)")

#endif
