/// The lines of a text, one after another, without their ends.
///
/// Memory is a window on the text, which grows to the longest line.
final class TextLines {
  let reader: ByteReader
  /// Of the line that was handed over last, counted from 1.
  private(set) var line = 0
  private let window: TextWindow

  /// Skips a byte order mark.
  init(_ reader: ByteReader) throws {
    self.reader = reader
    window = TextWindow(reader)
    if try reader.peek(3, atLeast: 3) == [0xef, 0xbb, 0xbf] { _ = try reader.read(upTo: 3) }
  }

  /// Whether a line can be had without reading from the file.
  var hasLineAtHand: Bool { window.bytes[window.filled].contains(0x0a) }

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
      let rest = window.filled.lowerBound + searched..<window.filled.upperBound
      if let end = window.bytes[rest].firstIndex(of: 0x0a) {
        defer { window.filled = end + 1..<window.filled.upperBound }
        let last = end > window.filled.lowerBound && window.bytes[end - 1] == 0x0d ? end - 1 : end
        return UnsafeBufferPointer(rebasing: window.bytes[window.filled.lowerBound..<last])
      }
      searched = window.filled.count
      if window.hasEnded {
        defer { window.filled = window.filled.upperBound..<window.filled.upperBound }
        return window.filled.isEmpty ? nil : UnsafeBufferPointer(rebasing: window.bytes[window.filled])
      }
      _ = try window.fill { "line \(line + 1) is longer than \($0) MB" }
    }
  }
}
