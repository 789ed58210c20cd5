// The C library's elementary functions in f64, for statistics and references; hot loops use CKernels.

#if canImport(Glibc)
  internal import Glibc
#elseif canImport(Musl)
  internal import Musl
#else
  internal import Darwin
#endif

extension Double {
  static func log(_ x: Double) -> Double { libm_log(x) }
  static func log1p(_ x: Double) -> Double { libm_log1p(x) }
  static func exp(_ x: Double) -> Double { libm_exp(x) }
  static func expm1(_ x: Double) -> Double { libm_expm1(x) }
  static func tanh(_ x: Double) -> Double { libm_tanh(x) }
  static func erfc(_ x: Double) -> Double { libm_erfc(x) }
  static func cos(_ x: Double) -> Double { libm_cos(x) }
  static func sin(_ x: Double) -> Double { libm_sin(x) }
  static func asin(_ x: Double) -> Double { libm_asin(x) }
}

// Inside the extension above the bare names would mean the new functions themselves.
private func libm_log(_ x: Double) -> Double { log(x) }
private func libm_log1p(_ x: Double) -> Double { log1p(x) }
private func libm_exp(_ x: Double) -> Double { exp(x) }
private func libm_expm1(_ x: Double) -> Double { expm1(x) }
private func libm_tanh(_ x: Double) -> Double { tanh(x) }
private func libm_erfc(_ x: Double) -> Double { erfc(x) }
private func libm_cos(_ x: Double) -> Double { cos(x) }
private func libm_sin(_ x: Double) -> Double { sin(x) }
private func libm_asin(_ x: Double) -> Double { asin(x) }
