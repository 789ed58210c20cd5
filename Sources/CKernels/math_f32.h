// Single precision: the constants of the reduction and three polynomials.
//
// Written so that loops over them become vector code: no branches, no calls. The polynomials interpolate at
// Chebyshev nodes; they were computed with 60 digits and rounded, and the errors below include that rounding.

#define REAL float
#define BITS uint32_t
#define SUFFIX(name) name##_f32
#define FN(name) inline_##name##_f32

#define LIMIT 120.0f        // t exp(-t) is 0 from here on
#define NORMAL_LIMIT 15.0f  // and so is t^2 exp(-t^2 / 2)

#define FRACTION_BITS 23
#define ROUNDER (12582912.0f + 254.0f)  // 1.5 2^23 + 2 BIAS
#define INVERSE_LN_2 1.44269504f
#define LN_2_HIGH 0.693359375f  // 9 bits: n LN_2_HIGH is exact
#define LN_2_LOW -2.12194440e-4f
#define SPLIT_MASK 0xFFFFF000u  // keeps 12 of 24 bits: their square is exact

// exp(r) - 1 for |r| <= ln(2) / 2, as r + r^2 p(r). Error 1e-8 of exp(r).
static inline ALWAYS float FN(expm1_reduced)(float r) {
  float p = 0.0013926184f;
  p = p * r + 0.008363179f;
  p = p * r + 0.041666556f;
  p = p * r + 0.16666576f;
  p = p * r + 0.5f;
  return r + r * r * p;
}

// log(1 + e) for 0 <= e <= 1: 2 atanh(s / 2) with s = 2 e / (2 + e), as s + s^3 p(s^2). Relative error 1e-9.
static inline ALWAYS float FN(log1p)(float e) {
  float s = (e + e) / (2.0f + e), v = s * s;
  float p = 0.00011340005f;
  p = p * v + 0.00042395655f;
  p = p * v + 0.002233778f;
  p = p * v + 0.012499908f;
  p = p * v + 0.083333336f;
  return s + s * (v * p);
}

// R(t) = exp(t^2 / 2) Phi(-t) for 0 <= t <= 15, as p(u) / (1 + 3/4 t) with u = (t - K) / (t + K), K = 4: near
// 0 and towards infinity alike R is smooth in u (after Shepherd & Laframboise 1981). Relative error 2e-8.
static inline ALWAYS float FN(normal_tail)(float t) {
  float u = (t - 4.0f) / (t + 4.0f);
  float p = -5.3879412e-05f;
  p = p * u - 6.380802e-05f;
  p = p * u + 0.0004748178f;
  p = p * u - 6.2844236e-05f;
  p = p * u - 0.003625537f;
  p = p * u + 0.011330861f;
  p = p * u - 0.016432082f;
  p = p * u + 0.0035232485f;
  p = p * u + 0.04159454f;
  p = p * u - 0.115127034f;
  p = p * u + 0.37764257f;
  return p / (1.0f + 0.75f * t);
}

// Uniform in (0, 1], 31 bits: 2^-32 at least, which bounds a normal number by 6.7.
static inline ALWAYS float FN(uniform)(uint32_t word) {
  return (float)(int32_t)(word >> 1) * 0x1p-31f + 0x1p-32f;
}

// sin(pi t / 4) / t and (cos(pi t / 4) - 1) / t^2 of v = t^2, 0 <= t <= 1. Errors 4e-8 of sin, 1e-8 of cos.
static inline ALWAYS float FN(sin_eighth)(float v) {
  float p = -3.595429e-05f;
  p = p * v + 0.0024900069f;
  p = p * v - 0.080745436f;
  return p * v + 0.7853982f;
}

static inline ALWAYS float FN(cos_eighth)(float v) {
  float p = 3.5419528e-06f;
  p = p * v - 0.0003259614f;
  p = p * v + 0.015854338f;
  return p * v - 0.30842513f;
}
