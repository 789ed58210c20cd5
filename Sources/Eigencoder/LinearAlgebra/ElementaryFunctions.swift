internal import Glibc

/// The C library's elementary functions in f64, for statistics and references; loops over elements use CKernels.
extension Double {
  static func log(_ x: Double) -> Double { Glibc.log(x) }
  static func log1p(_ x: Double) -> Double { Glibc.log1p(x) }
  static func exp(_ x: Double) -> Double { Glibc.exp(x) }
  static func expm1(_ x: Double) -> Double { Glibc.expm1(x) }
  static func tanh(_ x: Double) -> Double { Glibc.tanh(x) }
  static func erfc(_ x: Double) -> Double { Glibc.erfc(x) }
  static func cos(_ x: Double) -> Double { Glibc.cos(x) }
  static func sin(_ x: Double) -> Double { Glibc.sin(x) }
  static func asin(_ x: Double) -> Double { Glibc.asin(x) }
}
