// The same in double precision.

#define REAL double
#define SUFFIX(name) name##_f64
#define FN(name) inline_##name##_f64

#define LIMIT 746.0
#define NORMAL_LIMIT 40.0
#define INVERSE_ROOT_2_PI 0.3989422804014327
#define SPLIT_MASK 0xFFFFFFFFF8000000u  // keeps 26 of 53 bits
#define BITS uint64_t

static inline ALWAYS double FN(scale)(double x, double n) {
  int32_t i = (int32_t)n, half = i >> 1;
  union { uint64_t u; double f; } a, b;
  a.u = (uint64_t)(int64_t)(half + 1023) << 52;
  b.u = (uint64_t)(int64_t)(i - half + 1023) << 52;
  return x * a.f * b.f;
}

// Relative error 3e-19.
static inline ALWAYS double FN(expm1_reduced)(double r) {
  double q = 2.0914686968086876e-09;
  q = q * r + 2.5105217004720745e-08;
  q = q * r + 2.75572736431103e-07;
  q = q * r + 2.7557255400206422e-06;
  q = q * r + 2.4801587325547743e-05;
  q = q * r + 0.00019841269874820627;
  q = q * r + 0.0013888888888883748;
  q = q * r + 0.008333333333326136;
  q = q * r + 0.04166666666666667;
  q = q * r + 0.1666666666666667;
  q = q * r + 0.5;
  return r + r * r * q;
}

static inline ALWAYS double FN(reduce)(double a, double b, double *n) {
  double k = (a * 1.4426950408889634 + 6755399441055744.0) - 6755399441055744.0;
  *n = k;
  return ((a - k * 6.93147180369123816490e-01) - k * 1.90821492927058770002e-10) + b;
}

static inline ALWAYS double FN(log1p)(double e) {
  double s = e / (2.0 + e), v = s * s;
  double q = 0.1616404561194353;
  q = q * v + 0.08800738486144674;
  q = q * v + 0.12001072809590713;
  q = q * v + 0.13314144209654935;
  q = q * v + 0.15385570064958623;
  q = q * v + 0.18181789436132859;
  q = q * v + 0.22222222717427864;
  q = q * v + 0.2857142856710876;
  q = q * v + 0.40000000000014585;
  q = q * v + 0.6666666666666666;
  return s * (2.0 + v * q);
}

// In u = (t - 6) / (t + 6). Relative error 1e-18 for t in [0, 40].
static inline ALWAYS double FN(normal_tail)(double t) {
  double w = 1.0 / ((t + 6.0) * (1.0 + 0.75 * t));
  double u = (t - 6.0) * (1.0 + 0.75 * t) * w;
  double p = 8.112864164524785e-11;
  p = p * u + 1.3550370716850474e-09;
  p = p * u + 2.226875402398735e-09;
  p = p * u + -1.159792302521605e-08;
  p = p * u + -1.638876839347027e-08;
  p = p * u + 9.39732466268375e-08;
  p = p * u + 1.5696384625334935e-08;
  p = p * u + -7.218534779582376e-07;
  p = p * u + 1.1582539667979185e-06;
  p = p * u + 3.4287932784858493e-06;
  p = p * u + -1.839337831715824e-05;
  p = p * u + 2.321874822424957e-05;
  p = p * u + 9.271071219224836e-05;
  p = p * u + -0.0006066527496409384;
  p = p * u + 0.0019483786151346498;
  p = p * u + -0.004440382564539855;
  p = p * u + 0.007723539130905486;
  p = p * u + -0.010077939670398828;
  p = p * u + 0.00818071534082093;
  p = p * u + 0.002099650159539172;
  p = p * u + -0.023756550034497642;
  p = p * u + 0.056316441784440154;
  p = p * u + -0.09456820509358276;
  p = p * u + 0.35628622878445765;
  return p * (t + 6.0) * w;
}
