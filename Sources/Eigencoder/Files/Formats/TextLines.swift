/// The lines of a text, one after another, without their ends.
///
/// Memory is a window on the text, which grows to the longest line.
final class TextLines {
  let reader: ByteReader
  /// Of the line that was handed over last, counted from 1.
  private(set) var line = 0
  private var window = UnsafeMutableBufferPointer<UInt8>.allocate(capacity: 1 << 18)
  private var filled = 0..<0
  private var hasEnded = false

  private static let longestLine = 1 << 28

  /// Skips a byte order mark.
  init(_ reader: ByteReader) throws {
    self.reader = reader
    if try reader.peek(3, atLeast: 3) == [0xef, 0xbb, 0xbf] { _ = try reader.read(upTo: 3) }
  }

  deinit { window.deallocate() }

  /// Whether a line can be had without reading from the file.
  var hasLineAtHand: Bool { window[filled].contains(0x0a) }

  /// The next line that is not blank, valid until the next call; nil at the end.
  func next() throws -> UnsafeBufferPointer<UInt8>? {
    while let bytes = try nextLine() {
      line += 1
      if bytes.contains(where: { $0 > 0x20 }) { return bytes }
    }
    return nil
  }

  private func nextLine() throws -> UnsafeBufferPointer<UInt8>? {
    var searched = 0
    while true {
      let rest = filled.lowerBound + searched..<filled.upperBound
      if let end = window[rest].firstIndex(of: 0x0a) {
        defer { filled = end + 1..<filled.upperBound }
        let last = end > filled.lowerBound && window[end - 1] == 0x0d ? end - 1 : end
        return UnsafeBufferPointer(rebasing: window[filled.lowerBound..<last])
      }
      searched = filled.count
      if hasEnded {
        defer { filled = filled.upperBound..<filled.upperBound }
        return filled.isEmpty ? nil : UnsafeBufferPointer(rebasing: window[filled])
      }
      try fill()
    }
  }

  private func fill() throws {
    if filled.lowerBound > 0 {
      let rest = UnsafeMutableBufferPointer(rebasing: window[filled])
      UnsafeMutableRawBufferPointer(window).copyMemory(from: UnsafeRawBufferPointer(rest))
      filled = 0..<filled.count
    }
    if filled.count == window.count {
      guard window.count < Self.longestLine else {
        throw reader.invalid("line \(line + 1) is longer than \(window.count >> 20) MB")
      }
      let larger = UnsafeMutableBufferPointer<UInt8>.allocate(capacity: 2 * window.count)
      _ = larger.update(fromContentsOf: window[filled])
      window.deallocate()
      window = larger
    }
    let room = UnsafeMutableRawBufferPointer(UnsafeMutableBufferPointer(rebasing: window[filled.count...]))
    let count = try reader.read(into: room, atLeast: 1)
    filled = 0..<filled.count + count
    hasEnded = count == 0
  }
}
