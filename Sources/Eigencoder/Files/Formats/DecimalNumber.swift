/// Decimal numbers in text: [+-]digits[.digits][e[+-]digits], and nan, inf, infinity in any case.
enum DecimalNumber {
  /// The nearest `Double`, or nil when the bytes are not a number.
  ///
  /// Up to 2^53 in the digits and 10^22 in the exponent both factors are exact, and one rounded product or
  /// quotient is the nearest number (Clinger 1990). The rest is left to the standard library.
  static func parse(_ text: UnsafeBufferPointer<UInt8>, _ range: Range<Int>) -> Double? {
    var at = range.lowerBound
    let end = range.upperBound
    guard at < end else { return nil }
    let isNegative = text[at] == UInt8(ascii: "-")
    if isNegative || text[at] == UInt8(ascii: "+") { at += 1 }

    let afterSign = at
    var mantissa: UInt64 = 0
    var digits = 0
    var exponent = 0
    while at < end, let digit = digit(text[at]) {
      mantissa = mantissa &* 10 &+ digit
      at += 1
      // Leading zeros do not count among the 19 digits that fit.
      if mantissa != 0 { digits += 1 }
    }
    var anyDigits = at > afterSign
    if at < end, text[at] == UInt8(ascii: ".") {
      at += 1
      let start = at
      while at < end, let digit = digit(text[at]) {
        mantissa = mantissa &* 10 &+ digit
        at += 1
        if mantissa != 0 { digits += 1 }
      }
      exponent = start - at
      anyDigits = anyDigits || at > start
    }
    guard anyDigits else { return special(text, afterSign..<end).map { isNegative ? -$0 : $0 } }

    if at < end, text[at] | 0x20 == UInt8(ascii: "e") {
      at += 1
      let isBelow = at < end && text[at] == UInt8(ascii: "-")
      if at < end, isBelow || text[at] == UInt8(ascii: "+") { at += 1 }
      let start = at
      var power = 0
      while at < end, let digit = digit(text[at]) {
        power = min(power * 10 + Int(digit), 1_000_000)
        at += 1
      }
      guard at > start else { return nil }
      exponent += isBelow ? -power : power
    }
    guard at == end else { return nil }

    if digits <= 19, mantissa <= 1 << 53, exponent.magnitude <= 22 {
      let value = exponent < 0 ? Double(mantissa) / powers[-exponent] : Double(mantissa) * powers[exponent]
      return isNegative ? -value : value
    }
    return Double(String(decoding: text[range], as: UTF8.self))
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

  /// 10^0 to 10^22, the powers of ten that are exact.
  private static let powers: [Double] = (0...22).reduce(into: [1]) { powers, _ in
    powers.append(powers.last! * 10)
  }
}
