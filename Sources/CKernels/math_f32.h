// Elementary functions in single precision, written so that loops over them become vector code: no
// branches, no calls. The polynomials interpolate at Chebyshev nodes, computed to 60 digits and rounded.

#define REAL float
#define SUFFIX(name) name##_f32
#define FN(name) inline_##name##_f32

#define LIMIT 104.0f          // exp(-LIMIT) is below the smallest denormal number
#define NORMAL_LIMIT 15.0f    // so is exp(-NORMAL_LIMIT^2 / 2)
#define INVERSE_ROOT_2_PI 0.3989422804014327f
#define SPLIT_MASK 0xFFFFF000u  // keeps 12 of 24 bits: their square is exact
#define BITS uint32_t

// 2^n for integral n in [-150, 127] given as a float, in two factors since 2^-150 is not a normal number.
static inline ALWAYS float FN(scale)(float x, float n) {
  int32_t i = (int32_t)n, half = i >> 1;
  union { uint32_t u; float f; } a, b;
  a.u = (uint32_t)(half + 127) << 23;
  b.u = (uint32_t)(i - half + 127) << 23;
  return x * a.f * b.f;
}

// (exp(r) - 1) for |r| <= ln(2)/2, relative error 1e-8.
static inline ALWAYS float FN(expm1_reduced)(float r) {
  float q = 0.5f + r * (0.16666576f + r * (0.041666556f + r * (0.008363179f + r * 0.0013926184f)));
  return r + r * r * q;
}

// n, and what is left of a + b: (a + b) - n ln 2. b is a small correction of a.
static inline ALWAYS float FN(reduce)(float a, float b, float *n) {
  // Adding and taking away 1.5 * 2^23 rounds to an integer.
  float k = (a * 1.44269504f + 12582912.0f) - 12582912.0f;
  *n = k;
  return ((a - k * 0.693359375f) + k * 2.12194440e-4f) + b;
}

// log(1 + e) for e in [0, 1]: 2 atanh(s) with s = e / (2 + e).
static inline ALWAYS float FN(log1p)(float e) {
  float s = e / (2.0f + e), v = s * s;
  return s * (2.0f + v * (0.6666664f + v * (0.4000756f + v * (0.2823662f + v * 0.268515f))));
}

// (1 + t 3/4) R(t) with R(t) = exp(t^2/2) Phi(-t), in u = (t - 4) / (t + 4); returns R. The scaling follows
// Shepherd & Laframboise (1981). Relative error 2e-9 for t in [0, 15].
static inline ALWAYS float FN(normal_tail)(float t) {
  float w = 1.0f / ((t + 4.0f) * (1.0f + 0.75f * t));
  float u = (t - 4.0f) * (1.0f + 0.75f * t) * w;
  float p = -5.3879412e-05f;
  p = p * u + -6.380802e-05f;
  p = p * u + 0.0004748178f;
  p = p * u + -6.2844236e-05f;
  p = p * u + -0.003625537f;
  p = p * u + 0.011330861f;
  p = p * u + -0.016432082f;
  p = p * u + 0.0035232485f;
  p = p * u + 0.04159454f;
  p = p * u + -0.115127034f;
  p = p * u + 0.37764257f;
  return p * (t + 4.0f) * w;
}
