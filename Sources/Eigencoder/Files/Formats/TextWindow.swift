/// What of a text has been read and not been used: memory that grows to the longest piece that has to be whole.
final class TextWindow {
  private let reader: ByteReader
  private(set) var bytes = UnsafeMutableBufferPointer<UInt8>.allocate(capacity: 1 << 18)
  /// What of `bytes` is read and not used; whoever uses some moves its start.
  var filled = 0..<0
  private(set) var hasEnded = false

  /// No piece is longer.
  private static let most = 1 << 28

  init(_ reader: ByteReader) { self.reader = reader }

  deinit { bytes.deallocate() }

  /// Reads on, and may move what is not used; false when nothing was left.
  ///
  /// - Parameter tooLong: what is said of a piece of more than so many MB.
  func fill(_ tooLong: (_ megabytes: Int) -> String) throws -> Bool {
    guard !hasEnded else { return false }
    if filled.lowerBound > 0 {
      // The two places may overlap.
      let rest = UnsafeMutableBufferPointer(rebasing: bytes[filled])
      UnsafeMutableRawBufferPointer(bytes).copyMemory(from: UnsafeRawBufferPointer(rest))
      filled = 0..<filled.count
    }
    if filled.count == bytes.count {
      guard bytes.count < Self.most else { throw reader.invalid(tooLong(bytes.count >> 20)) }
      let larger = UnsafeMutableBufferPointer<UInt8>.allocate(capacity: 2 * bytes.count)
      _ = larger.update(fromContentsOf: bytes[filled])
      bytes.deallocate()
      bytes = larger
    }
    let room = UnsafeMutableRawBufferPointer(UnsafeMutableBufferPointer(rebasing: bytes[filled.count...]))
    let count = try reader.read(into: room, atLeast: 1)
    filled = 0..<filled.count + count
    hasEnded = count == 0
    return !hasEnded
  }
}
