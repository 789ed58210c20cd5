internal import Foundation

/// A decimal number in text: [+-]digits[.digits][e[+-]digits], and nan, inf, infinity in any case.
struct DecimalNumber {
  /// The nearest `Double`.
  let value: Double
  /// Whether it has neither point nor exponent.
  var isWhole = false
  /// Whether some digit is not 0, so that the number is not, whatever it is rounded to.
  var isNonzero = false

  /// nil when the bytes are not a number.
  ///
  /// Up to 2^53 in the digits and 10^22 in the exponent both factors are exact, and one rounded product or
  /// quotient is the nearest number (Clinger 1990). The rest is left to the standard library.
  init?(_ text: UnsafeBufferPointer<UInt8>, _ range: Range<Int>) {
    var at = range.lowerBound
    let end = range.upperBound
    guard at < end else { return nil }
    let isNegative = text[at] == UInt8(ascii: "-")
    if isNegative || text[at] == UInt8(ascii: "+") { at += 1 }

    let afterSign = at
    var mantissa: UInt64 = 0
    var digits = 0
    var exponent = 0
    while at < end, let digit = Self.digit(text[at]) {
      mantissa = mantissa &* 10 &+ digit
      at += 1
      // Leading zeros do not count among the 19 digits that fit.
      if mantissa != 0 { digits += 1 }
    }
    var anyDigits = at > afterSign
    if at < end, text[at] == UInt8(ascii: ".") {
      at += 1
      let start = at
      while at < end, let digit = Self.digit(text[at]) {
        mantissa = mantissa &* 10 &+ digit
        at += 1
        if mantissa != 0 { digits += 1 }
      }
      exponent = start - at
      anyDigits = anyDigits || at > start
    }
    guard anyDigits else {
      guard let special = Self.special(text, afterSign..<end) else { return nil }
      value = isNegative ? -special : special
      return
    }
    isWhole = at == end && exponent == 0
    isNonzero = digits > 0

    if at < end, text[at] | 0x20 == UInt8(ascii: "e") {
      at += 1
      let isBelow = at < end && text[at] == UInt8(ascii: "-")
      if at < end, isBelow || text[at] == UInt8(ascii: "+") { at += 1 }
      let start = at
      var power = 0
      while at < end, let digit = Self.digit(text[at]) {
        power = min(power * 10 + Int(digit), 1_000_000)
        at += 1
      }
      guard at > start else { return nil }
      exponent += isBelow ? -power : power
    }
    guard at == end else { return nil }

    if digits <= 19, mantissa <= 1 << 53, exponent.magnitude <= 22 {
      let magnitude =
        exponent < 0 ? Double(mantissa) / Self.powers[-exponent] : Double(mantissa) * Self.powers[exponent]
      value = isNegative ? -magnitude : magnitude
      return
    }
    guard let value = Double(String(decoding: text[range], as: UTF8.self)) else { return nil }
    self.value = value
  }

  /// 10^0 to 10^22, the powers of ten that are exact.
  private static let powers: [Double] = (0...22).reduce(into: [1]) { powers, _ in
    powers.append(powers.last! * 10)
  }

  @inline(__always)
  private static func digit(_ byte: UInt8) -> UInt64? {
    let value = byte &- UInt8(ascii: "0")
    return value < 10 ? UInt64(value) : nil
  }

  private static func special(_ text: UnsafeBufferPointer<UInt8>, _ range: Range<Int>) -> Double? {
    guard range.count == 3 || range.count == 8 else { return nil }
    switch String(decoding: text[range].lazy.map { $0 | 0x20 }, as: UTF8.self) {
    case "nan": return .nan
    case "inf", "infinity": return .infinity
    default: return nil
    }
  }
}

// MARK: - In a type

extension DecimalNumber {
  /// The number of `Float` that is nearest to the decimal one, which stands at `range`: rounded once.
  @inline(__always)
  func roundedToFloat(_ text: UnsafeBufferPointer<UInt8>, _ range: Range<Int>) -> Float {
    // Rounding in two steps differs from rounding in one where the first ends halfway between two numbers of Float. Those
    // near 0 lie further apart than the others.
    let isHalfway = value.bitPattern & 0x1fff_ffff == 0x1000_0000
    guard isHalfway || (value.magnitude < 0x1p-126 && isNonzero) else { return Float(value) }
    return Float(String(decoding: text[range], as: UTF8.self)) ?? Float(value)
  }

  /// Whether it is a whole number and `rounded`, what became of it, another one.
  @inline(__always)
  func isWholeNumber(lostBy rounded: Double, _ text: UnsafeBufferPointer<UInt8>, _ range: Range<Int>) -> Bool
  {
    // Up to 2^53 `value` is exact.
    guard isWhole, value != rounded || value.magnitude >= 0x1p53 else { return false }
    return value.magnitude < 0x1p53 || Self.differs(rounded, text, range)
  }

  @inline(never)
  private static func differs(_ value: Double, _ text: UnsafeBufferPointer<UInt8>, _ range: Range<Int>)
    -> Bool
  {
    if let whole = WholeNumber(text, range) { return WholeNumber(value)?.magnitude != whole.magnitude }
    // All digits of the number, without those that precede the first.
    let digits = text[range].drop { $0 == UInt8(ascii: "+") || $0 == UInt8(ascii: "-") }
      .drop { $0 == UInt8(ascii: "0") }
    return !digits.elementsEqual(String(format: "%.0f", value.magnitude).utf8)
  }
}

extension DecimalNumber {
  /// The nearest number of `Float` or `Double`, as `Double`; what it lost is added to `losses`.
  @inline(__always)
  func rounded(
    asFloat: Bool, _ text: UnsafeBufferPointer<UInt8>, _ range: Range<Int>, row: Int, column: Int,
    _ losses: inout ConversionLosses
  ) -> Double {
    let rounded = asFloat ? Double(roundedToFloat(text, range)) : value
    if rounded == 0, isNonzero { losses.vanished.add(row: row, column: column) }
    if isWholeNumber(lostBy: rounded, text, range) { losses.rounded.add(row: row, column: column) }
    return rounded
  }

  /// The whole number that it is, with all digits; nil where it is none.
  func whole(_ text: UnsafeBufferPointer<UInt8>, _ range: Range<Int>) -> WholeNumber? {
    isWhole ? WholeNumber(text, range) : WholeNumber(value)
  }
}
