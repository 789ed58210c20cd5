/// A whole number of up to 64 bits, with a sign or without: what a file's integers are between two types, and on their way
/// into a text. They never pass through floating point, which holds 53 bits.
struct WholeNumber {
  let magnitude: UInt64
  let isNegative: Bool

  /// The number that `type`, one of whole numbers, stores at `source`, in the processor's byte order.
  init(_ type: ElementType, at source: UnsafeRawPointer) {
    func unsigned<S: FixedWidthInteger>(_ type: S.Type) -> (UInt64, Bool) {
      (UInt64(source.loadUnaligned(as: S.self)), false)
    }
    func signed<S: FixedWidthInteger>(_ type: S.Type) -> (UInt64, Bool) {
      let number = Int64(source.loadUnaligned(as: S.self))
      return (number.magnitude, number < 0)
    }
    switch type {
    case .bool: (magnitude, isNegative) = (source.load(as: UInt8.self) == 0 ? 0 : 1, false)
    case .int8: (magnitude, isNegative) = signed(Int8.self)
    case .int16: (magnitude, isNegative) = signed(Int16.self)
    case .int32: (magnitude, isNegative) = signed(Int32.self)
    case .int64: (magnitude, isNegative) = signed(Int64.self)
    case .uint8: (magnitude, isNegative) = unsigned(UInt8.self)
    case .uint16: (magnitude, isNegative) = unsigned(UInt16.self)
    case .uint32: (magnitude, isNegative) = unsigned(UInt32.self)
    case .uint64: (magnitude, isNegative) = unsigned(UInt64.self)
    case .float16, .bfloat16, .float32, .float64: preconditionFailure("\(type) is not of whole numbers")
    }
  }

  /// The number that decimal digits with or without a sign say; nil for other text, or more than 64 bits.
  init?(_ text: UnsafeBufferPointer<UInt8>, _ range: Range<Int>) {
    var digits = range
    let sign = range.isEmpty ? 0 : text[range.lowerBound]
    if sign == UInt8(ascii: "-") || sign == UInt8(ascii: "+") { digits = digits.dropFirst() }
    guard !digits.isEmpty else { return nil }
    var magnitude: UInt64 = 0
    for at in digits {
      let digit = text[at] &- UInt8(ascii: "0")
      let (tens, isTooLarge) = magnitude.multipliedReportingOverflow(by: 10)
      let (sum, isBeyond) = tens.addingReportingOverflow(UInt64(digit))
      guard digit < 10, !isTooLarge, !isBeyond else { return nil }
      magnitude = sum
    }
    self.magnitude = magnitude
    isNegative = sign == UInt8(ascii: "-") && magnitude > 0
  }

  /// The number that `value` is; nil when it is not whole, or of more than 64 bits.
  init?(_ value: Double) {
    guard let magnitude = UInt64(exactly: value.magnitude) else { return nil }
    self.magnitude = magnitude
    isNegative = value < 0
  }

  /// Stores it as `type`, one of whole numbers but `.bool`, at `out`; false when the type does not hold it.
  func store(as type: ElementType, at out: UnsafeMutableRawPointer) -> Bool {
    func store<S: FixedWidthInteger>(_ type: S.Type) -> Bool {
      let number: S?
      if isNegative {
        // -2^63 is the only negative number whose magnitude is no Int64.
        number = magnitude <= 1 << 63 ? S(exactly: Int64(truncatingIfNeeded: 0 &- magnitude)) : nil
      } else {
        number = S(exactly: magnitude)
      }
      if let number { out.storeBytes(of: number, as: S.self) }
      return number != nil
    }
    return switch type {
    case .int8: store(Int8.self)
    case .int16: store(Int16.self)
    case .int32: store(Int32.self)
    case .int64: store(Int64.self)
    case .uint8: store(UInt8.self)
    case .uint16: store(UInt16.self)
    case .uint32: store(UInt32.self)
    case .uint64: store(UInt64.self)
    case .bool, .float16, .bfloat16, .float32, .float64:
      preconditionFailure("whole numbers are not stored as \(type)")
    }
  }

  /// The same into place `index` of an array of such numbers.
  func store(as type: ElementType, in bytes: inout [UInt8], at index: Int) -> Bool {
    precondition((index + 1) * type.size <= bytes.count, "number \(index) of \(bytes.count) bytes")
    return bytes.withUnsafeMutableBytes {
      $0.baseAddress.map { store(as: type, at: $0 + index * type.size) } ?? false
    }
  }

  /// Appends its digits.
  func appendText(to text: inout [UInt8]) {
    if isNegative { text.append(UInt8(ascii: "-")) }
    let start = text.count
    var rest = magnitude
    repeat {
      text.append(UInt8(ascii: "0") + UInt8(rest % 10))
      rest /= 10
    } while rest > 0
    text[start...].reverse()
  }
}

extension WholeNumber: CustomStringConvertible {
  var description: String { (isNegative ? "-" : "") + "\(magnitude)" }
}

extension WholeNumber {
  /// Calls `body` with each of the first `count` numbers that `bytes` stores as `type`, until it returns false.
  static func forEach(
    _ type: ElementType, of bytes: [UInt8], from start: Int = 0, count: Int,
    _ body: (Int, WholeNumber) -> Bool
  ) {
    bytes.withUnsafeBytes { bytes in
      precondition((start + count) * type.size <= bytes.count, "\(count) numbers of \(bytes.count) bytes")
      guard let base = bytes.baseAddress else { return }
      for i in 0..<count where !body(i, WholeNumber(type, at: base + (start + i) * type.size)) { return }
    }
  }
}
