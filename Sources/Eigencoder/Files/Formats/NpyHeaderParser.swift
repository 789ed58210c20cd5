/// Reads the dictionary of an npy header: the literal {'descr': '<f4', 'fortran_order': False, 'shape': (3, 4), }
/// with its three keys in any order, and nothing else of Python.
struct NpyHeaderParser {
  private let text: [UInt8]
  private let reader: ByteReader
  private var position = 0

  init(text: [UInt8], reader: ByteReader) {
    self.text = text
    self.reader = reader
  }

  mutating func parse() throws -> StoredArray {
    var element: (type: ElementType, bigEndian: Bool)?
    var fortranOrder: Bool?
    var shape: [Int]?
    try expect("{")
    while !take("}") {
      let key = try string()
      try expect(":")
      switch key {
      case "descr" where element == nil: element = try descriptor()
      case "fortran_order" where fortranOrder == nil: fortranOrder = try truth()
      case "shape" where shape == nil: shape = try tuple()
      default: throw malformed("the key '\(key)' is unknown or appears twice")
      }
      if !take(",") {
        try expect("}")
        break
      }
    }
    skipSpace()
    guard position == text.count else { throw malformed("text follows the dictionary") }
    guard let element else { throw malformed("'descr' is missing") }
    guard let fortranOrder else { throw malformed("'fortran_order' is missing") }
    guard let shape else { throw malformed("'shape' is missing") }
    return StoredArray(
      type: element.type, bigEndian: element.bigEndian, fortranOrder: fortranOrder, shape: shape)
  }

  private mutating func descriptor() throws -> (type: ElementType, bigEndian: Bool) {
    skipSpace()
    if position < text.count, text[position] == UInt8(ascii: "[") {
      throw reader.invalid("a structured array, expected numbers of one type")
    }
    let name = try string()
    guard let element = Npy.type(descriptor: name) else {
      if name == "|O" { throw reader.invalid(UnreadFormat.objects(reader.name)) }
      throw reader.invalid(
        "elements of type '\(name)', expected integers or floating-point numbers of 2, 4 or 8 bytes")
    }
    return element
  }

  private mutating func tuple() throws -> [Int] {
    var sizes: [Int] = []
    try expect("(")
    while !take(")") {
      sizes.append(try size())
      if !take(",") {
        try expect(")")
        break
      }
    }
    return sizes
  }

  private mutating func size() throws -> Int {
    skipSpace()
    let start = position
    while position < text.count, (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(text[position]) {
      position += 1
    }
    let digits = String(decoding: text[start..<position], as: UTF8.self)
    // Python 2 wrote long integers as 3L.
    _ = take("L")
    guard let value = Int(digits) else {
      throw malformed(digits.isEmpty ? "'shape' holds something else than sizes" : "a size of \(digits)")
    }
    return value
  }

  private mutating func truth() throws -> Bool {
    skipSpace()
    for (word, value) in [("True", true), ("False", false)] where text[position...].starts(with: word.utf8) {
      position += word.utf8.count
      return value
    }
    throw malformed("'fortran_order' is neither True nor False")
  }

  private mutating func string() throws -> String {
    skipSpace()
    guard position < text.count, [UInt8(ascii: "'"), UInt8(ascii: "\"")].contains(text[position]),
      let end = text[(position + 1)...].firstIndex(of: text[position])
    else { throw malformed("a quoted word is missing at byte \(position)") }
    defer { position = end + 1 }
    return String(decoding: text[(position + 1)..<end], as: UTF8.self)
  }

  private mutating func take(_ character: Unicode.Scalar) -> Bool {
    skipSpace()
    guard position < text.count, text[position] == UInt8(ascii: character) else { return false }
    position += 1
    return true
  }

  private mutating func expect(_ character: Unicode.Scalar) throws {
    guard take(character) else { throw malformed("'\(character)' is missing at byte \(position)") }
  }

  private mutating func skipSpace() {
    while position < text.count, [0x20, 0x09, 0x0a, 0x0d].contains(text[position]) { position += 1 }
  }

  private func malformed(_ reason: String) -> EigencoderError {
    reader.invalid("malformed npy header: \(reason)")
  }
}
