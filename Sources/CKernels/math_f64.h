// Double precision: the constants of the reduction and three polynomials, as in math_f32.h.

#define REAL double
#define BITS uint64_t
#define SUFFIX(name) name##_f64
#define FN(name) inline_##name##_f64

#define LIMIT 800.0
#define NORMAL_LIMIT 40.0

#define FRACTION_BITS 52
#define ROUNDER (6755399441055744.0 + 2046.0)  // 1.5 2^52 + 2 BIAS
#define INVERSE_LN_2 1.4426950408889634
#define LN_2_HIGH 6.93147180369123816490e-01  // 32 bits
#define LN_2_LOW 1.90821492927058770002e-10
#define SPLIT_MASK 0xFFFFFFFFF8000000u  // keeps 26 of 53 bits

// exp(r) - 1 for |r| <= ln(2) / 2, as r + r^2 p(r). Error 4e-19 of exp(r).
static inline ALWAYS double FN(expm1_reduced)(double r) {
  double p = 2.0914686968086876e-09;
  p = p * r + 2.5105217004720745e-08;
  p = p * r + 2.75572736431103e-07;
  p = p * r + 2.7557255400206422e-06;
  p = p * r + 2.4801587325547743e-05;
  p = p * r + 0.00019841269874820627;
  p = p * r + 0.0013888888888883748;
  p = p * r + 0.008333333333326136;
  p = p * r + 0.04166666666666667;
  p = p * r + 0.1666666666666667;
  p = p * r + 0.5;
  return r + r * r * p;
}

// log(1 + e) for 0 <= e <= 1: 2 atanh(s / 2) with s = 2 e / (2 + e), as s + s^3 p(s^2). Relative error 8e-18.
static inline ALWAYS double FN(log1p)(double e) {
  double s = (e + e) / (2.0 + e), v = s * s;
  double p = 7.707617574664846e-08;
  p = p * v + 1.6786076519288395e-07;
  p = p * v + 9.156091926262446e-07;
  p = p * v + 4.063154360856609e-06;
  p = p * v + 1.8781213458201444e-05;
  p = p * v + 8.877826873111747e-05;
  p = p * v + 0.00043402778744976297;
  p = p * v + 0.0022321428568053718;
  p = p * v + 0.012500000000004558;
  p = p * v + 0.08333333333333333;
  return s + s * (v * p);
}

// R(t) = exp(t^2 / 2) Phi(-t) for 0 <= t <= 40, as p(u) / (1 + 3/4 t) with u = (t - K) / (t + K), K = 6: near
// 0 and towards infinity alike R is smooth in u (after Shepherd & Laframboise 1981). Relative error 7e-17.
static inline ALWAYS double FN(normal_tail)(double t) {
  double u = (t - 6.0) / (t + 6.0);
  double p = 8.112864164524785e-11;
  p = p * u + 1.3550370716850474e-09;
  p = p * u + 2.226875402398735e-09;
  p = p * u - 1.159792302521605e-08;
  p = p * u - 1.638876839347027e-08;
  p = p * u + 9.39732466268375e-08;
  p = p * u + 1.5696384625334935e-08;
  p = p * u - 7.218534779582376e-07;
  p = p * u + 1.1582539667979185e-06;
  p = p * u + 3.4287932784858493e-06;
  p = p * u - 1.839337831715824e-05;
  p = p * u + 2.321874822424957e-05;
  p = p * u + 9.271071219224836e-05;
  p = p * u - 0.0006066527496409384;
  p = p * u + 0.0019483786151346498;
  p = p * u - 0.004440382564539855;
  p = p * u + 0.007723539130905486;
  p = p * u - 0.010077939670398828;
  p = p * u + 0.00818071534082093;
  p = p * u + 0.002099650159539172;
  p = p * u - 0.023756550034497642;
  p = p * u + 0.056316441784440154;
  p = p * u - 0.09456820509358276;
  p = p * u + 0.35628622878445765;
  return p / (1.0 + 0.75 * t);
}

// Uniform in (0, 1), odd multiples of 2^-53, which bounds a normal number by 8.6.
static inline ALWAYS double FN(uniform)(uint64_t word) {
  union { uint64_t u; double f; } t = {(word >> 12) | 0x3FF0000000000000u};
  return (t.f - 1.0) + 0x1p-53;
}

// sin(pi t / 4) / t and (cos(pi t / 4) - 1) / t^2 of v = t^2, 0 <= t <= 1. Errors 4e-17 of sin, 3e-17 of cos.
static inline ALWAYS double FN(sin_eighth)(double v) {
  double p = 6.877360573166326e-12;
  p = p * v - 1.7571500746983935e-09;
  p = p * v + 3.133616225433416e-07;
  p = p * v - 3.657620415891387e-05;
  p = p * v + 0.002490394570188844;
  p = p * v - 0.08074551218828054;
  return p * v + 0.7853981633974483;
}

static inline ALWAYS double FN(cos_eighth)(double v) {
  double p = -3.863156948832656e-13;
  p = p * v + 1.1500679700940496e-10;
  p = p * v - 2.4611366238309744e-08;
  p = p * v + 3.590860447448612e-06;
  p = p * v - 0.0003259918869271996;
  p = p * v + 0.015854344243815488;
  return p * v - 0.30842513753404244;
}
