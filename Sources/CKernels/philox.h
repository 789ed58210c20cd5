// Philox4x32-10 (Salmon, Moraes, Dror & Shaw, "Parallel random numbers: as easy as 1, 2, 3", 2011).
//
// A counter-based generator: block c of four 32-bit words is a bijection of the counter c under the 64-bit
// key, so that words come in any order, vectors of them at once, and no state is kept. Everything here is
// arithmetic on integers: the same words on every machine (little-endian, as all that Swift runs on here).

enum { WORDS = 64 };  // 16 counters: enough independent chains of multiplications to fill the pipelines

typedef union {
  uint64_t pairs[WORDS / 2];
  uint32_t words[WORDS];
} random_words;

// Words 4 counter ..< 4 counter + WORDS of the stream of `key`. Each number sits in the low half of a 64-bit
// lane, as the widening multiplication takes it; rubbish in the high halves is shifted out or cut off.
static inline ALWAYS void philox(uint64_t key, uint64_t counter, random_words *restrict out) {
  for (size_t l = 0; l < WORDS / 4; l++) {
    uint64_t c0 = counter + l, c1 = (counter + l) >> 32, c2 = 0, c3 = 0;
    uint32_t k0 = (uint32_t)key, k1 = (uint32_t)(key >> 32);
#pragma clang loop unroll(full)
    for (int round = 0; round < 10; round++) {
      uint64_t p0 = (uint64_t)0xD2511F53u * (uint32_t)c0, p1 = (uint64_t)0xCD9E8D57u * (uint32_t)c2;
      c0 = (p1 >> 32) ^ c1 ^ k0;
      c1 = p1;
      c2 = (p0 >> 32) ^ c3 ^ k1;
      c3 = p0;
      k0 += 0x9E3779B9u;
      k1 += 0xBB67AE85u;
    }
    out->pairs[2 * l] = (c0 & 0xFFFFFFFFu) | (c1 << 32);
    out->pairs[2 * l + 1] = (c2 & 0xFFFFFFFFu) | (c3 << 32);
  }
}
