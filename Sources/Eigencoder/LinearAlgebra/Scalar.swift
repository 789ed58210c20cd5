/// The two element types: `Float` and `Double`. No other type can conform usefully: the kernels know these two.
public protocol Scalar: BinaryFloatingPoint, Codable, Sendable {}

extension Float: Scalar {}
extension Double: Scalar {}

extension Scalar {
  /// The unit roundoff, half the distance from 1 to the next number.
  static var unitRoundoff: Self { ulpOfOne / 2 }

  /// Whether this is `Float`.
  ///
  /// Every kernel of CKernels.h exists for both types, under names ending in _f32 and _f64 and with the same parameters:
  /// memory without a type, numbers in double. A method of a view calls
  /// `(T.isSingle ? ek_scale_f32 : ek_scale_f64)(factor.inDouble, base, count)`: one comparison a call where the method is
  /// not specialised, none where it is, and never one an element.
  @inline(__always)
  static var isSingle: Bool { self == Float.self }

  /// The same number. `Double(self)` asks an unspecialised type for its parts, which takes as long as a short loop.
  @inline(__always)
  var inDouble: Double {
    Self.isSingle ? Double(unsafeBitCast(self, to: Float.self)) : unsafeBitCast(self, to: Double.self)
  }
}
