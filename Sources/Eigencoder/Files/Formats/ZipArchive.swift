/// The files in a zip archive, found by its directory at the end: what NumPy's npz is.
///
/// Archives of more than 4 GB (zip64) are read; encrypted ones, and those in several parts, are not.
/// Source: PKWARE's APPNOTE.TXT 6.3, sections 4.3 and 4.5.3.
struct ZipArchive {
  struct Entry {
    let name: String
    /// 0 stored, 8 deflated.
    fileprivate let method: Int
    fileprivate let isEncrypted: Bool
    fileprivate let checksum: UInt32
    fileprivate var compressedSize: Int
    fileprivate var size: Int
    /// Of the entry's own header.
    fileprivate var offset: Int
  }

  static let magic: [UInt8] = [0x50, 0x4b, 0x03, 0x04]
  /// The end of a directory without entries.
  static let emptyMagic: [UInt8] = [0x50, 0x4b, 0x05, 0x06]

  let entries: [Entry]
  private let reader: ByteReader
  private let count: Int

  /// Reads the directory.
  ///
  /// - Parameter reader: stands at the start of the archive.
  init(_ reader: ByteReader) throws {
    let reader = try reader.seekable()
    self.reader = reader
    count = reader.remaining ?? 0
    let directory = try Self.directory(of: reader, count: count)
    // A lying size is refused here, and read by nobody.
    guard directory.count <= 1 << 26 else {
      throw reader.invalid("a zip directory of \(directory.count) bytes, expected at most \(1 << 26)")
    }
    let bytes = try reader.slice(directory).read(directory.count, for: "the zip directory")
    var record = ZipRecord(bytes, reader)
    var entries: [Entry] = []
    while record.remaining > 0 { entries.append(try record.entry()) }
    self.entries = entries
  }

  /// Where the directory lies, by the record at the end, before which a comment may stand.
  private static func directory(of reader: ByteReader, count: Int) throws -> Range<Int> {
    let tail = max(0, count - 22 - 0xffff)
    let bytes = try reader.slice(tail..<count).read(count - tail, for: "the end of the archive")
    let end = stride(from: bytes.count - 22, through: 0, by: -1).first {
      bytes[$0..<$0 + 4].elementsEqual(emptyMagic)
    }
    guard let end else { throw reader.invalid("truncated: a zip archive without its directory") }
    var record = ZipRecord(Array(bytes[(end + 4)...]), reader)
    let disks = try (record.number(2), record.number(2))
    _ = try (record.number(2), record.number(2))
    var (size, offset) = try (record.number(4), record.number(4))
    if size == 0xffff_ffff || offset == 0xffff_ffff || disks == (0xffff, 0xffff) {
      (size, offset) = try zip64(reader, locatorAt: tail + end - 20, count: count)
    } else if disks != (0, 0) {
      throw reader.invalid("one of several parts of a zip archive")
    }
    guard offset <= count, size <= count - offset else {
      throw reader.invalid("the zip directory of \(size) bytes at \(offset) lies beyond the \(count) bytes")
    }
    return offset..<offset + size
  }

  private static func zip64(_ reader: ByteReader, locatorAt place: Int, count: Int) throws -> (Int, Int) {
    guard place >= 0 else { throw reader.invalid("truncated: a zip64 archive without its locator") }
    var locator = try ZipRecord(reader, place, count: 20, [0x50, 0x4b, 0x06, 0x07], "a zip64 locator")
    try locator.skip(4)
    let offset = try locator.number(8)
    guard offset <= count - 56 else { throw reader.invalid("the zip64 record lies beyond the end") }
    var record = try ZipRecord(reader, offset, count: 56, [0x50, 0x4b, 0x06, 0x06], "a zip64 record")
    try record.skip(36)
    return try (record.number(8), record.number(8))
  }

  /// The content of an entry, inflated on the way and compared with its checksum at the end.
  func content(_ entry: Entry) throws -> ByteReader {
    func invalid(_ text: String) -> EigencoderError { reader.invalid("'\(entry.name)' \(text)") }
    if entry.isEncrypted { throw invalid("is encrypted") }
    guard entry.offset <= count - 30 else { throw invalid("lies beyond the end of the archive") }
    var header = try ZipRecord(reader, entry.offset, count: 30, Self.magic, "an entry of the archive")
    try header.skip(22)
    let start = try entry.offset + 30 + header.number(2) + header.number(2)
    guard start <= count, entry.compressedSize <= count - start else {
      throw invalid(
        "of \(entry.compressedSize) bytes at \(start) lies beyond the \(count) bytes of the archive")
    }
    let stored = reader.slice(start..<start + entry.compressedSize)
    let content: ByteReader
    switch entry.method {
    case 0:
      guard entry.size == entry.compressedSize else {
        throw invalid("is stored, but \(entry.size) bytes long in \(entry.compressedSize)")
      }
      content = stored
    case 8: content = ByteReader(try InflatedBytes(stored, .deflate), name: reader.name)
    default: throw invalid("is compressed by method \(entry.method), expected deflate or none")
    }
    let name = "\(reader.name): \(entry.name)"
    return ByteReader(
      CheckedBytes(content, count: entry.size, checksum: entry.checksum, name: name), name: name)
  }
}

/// Content whose length and CRC-32 are known, compared when it has been read.
private final class CheckedBytes: ByteOrigin {
  private let reader: ByteReader
  private let size: Int
  private let expected: UInt32
  private let name: String
  private var checksum = CRC32()
  private var taken = 0

  init(_ reader: ByteReader, count: Int, checksum: UInt32, name: String) {
    self.reader = reader
    size = count
    expected = checksum
    self.name = name
  }

  /// Of what is stored as it is; what is compressed only promises a length.
  var count: Int? { reader.remaining == nil ? nil : size }
  var isSeekable: Bool { false }

  func read(at offset: Int, into buffer: UnsafeMutableRawBufferPointer) throws -> Int {
    let count = try reader.read(into: buffer, atLeast: 1)
    taken += count
    guard taken <= size, taken == size || count > 0 else {
      let found = taken > size ? "more" : "\(taken)"
      throw EigencoderError.invalidData("\(name): \(size) bytes by the directory, the archive holds \(found)")
    }
    checksum.update(UnsafeRawBufferPointer(rebasing: buffer[..<count]))
    guard taken < size || checksum.value == expected else {
      throw EigencoderError.invalidData("\(name): damaged: the content does not have its checksum")
    }
    return count
  }
}

/// Little-endian fields one after another.
private struct ZipRecord {
  private let bytes: [UInt8]
  private let reader: ByteReader
  private var position = 0

  init(_ bytes: [UInt8], _ reader: ByteReader) {
    self.bytes = bytes
    self.reader = reader
  }

  /// The `count` bytes at `place`, which are there, after the signature with which they begin.
  init(_ reader: ByteReader, _ place: Int, count: Int, _ magic: [UInt8], _ what: String) throws {
    self.init(try reader.slice(place..<place + count).read(count, for: what), reader)
    try expect(magic, what)
  }

  var remaining: Int { bytes.count - position }

  mutating func skip(_ count: Int) throws {
    guard count <= remaining else {
      throw reader.invalid("truncated: a zip record ends after \(bytes.count) bytes")
    }
    position += count
  }

  mutating func take(_ count: Int) throws -> ArraySlice<UInt8> {
    try skip(count)
    return bytes[position - count..<position]
  }

  mutating func number(_ size: Int) throws -> Int {
    let value = try take(size).reversed().reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
    guard let number = Int(exactly: value) else {
      throw reader.invalid("a size of \(value) in a zip archive")
    }
    return number
  }

  mutating func expect(_ magic: [UInt8], _ what: String) throws {
    guard try take(4).elementsEqual(magic) else {
      throw reader.invalid("damaged zip archive: expected \(what)")
    }
  }

  /// One of the directory.
  mutating func entry() throws -> ZipArchive.Entry {
    try expect([0x50, 0x4b, 0x01, 0x02], "an entry of the directory")
    try skip(4)
    let flags = try number(2)
    let method = try number(2)
    try skip(4)
    let checksum = UInt32(try number(4))
    let sizes = try (compressed: number(4), whole: number(4))
    let lengths = try (name: number(2), extra: number(2), comment: number(2))
    try skip(8)
    let offset = try number(4)
    let name = String(decoding: try take(lengths.name), as: UTF8.self).oneLine
    var extra = ZipRecord(Array(try take(lengths.extra)), reader)
    try skip(lengths.comment)
    var entry = ZipArchive.Entry(
      name: name, method: method, isEncrypted: flags & 1 != 0, checksum: checksum,
      compressedSize: sizes.compressed, size: sizes.whole, offset: offset)
    // The sizes that do not fit into four bytes stand in an extra field of number 1, those alone, in this order.
    while extra.remaining >= 4 {
      let (number, size) = try (extra.number(2), extra.number(2))
      var field = ZipRecord(Array(try extra.take(size)), reader)
      guard number == 1 else { continue }
      if entry.size == 0xffff_ffff { entry.size = try field.number(8) }
      if entry.compressedSize == 0xffff_ffff { entry.compressedSize = try field.number(8) }
      if entry.offset == 0xffff_ffff { entry.offset = try field.number(8) }
    }
    return entry
  }
}
