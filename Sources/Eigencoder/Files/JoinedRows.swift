internal import Foundation

/// The rows of several files one after another, as if they were one: one of the files is open at a time.
final class JoinedRows: RowSource {
  /// A file, and how many rows it has.
  struct Part: Sendable {
    let url: URL
    let rows: Int
  }

  let columns: Int
  let storedType: ElementType?
  var rows: Int? { starts[parts.count] }
  var reader: ByteReader { source.reader }
  private(set) var partStart = 0

  private let parts: [Part]
  private let options: RowReader.Options
  /// Where each file begins, and at the end where the last one ends.
  private let starts: [Int]
  /// Which file is open, and its rows.
  private var index = 0
  private var source: any RowSource
  private var past = ConversionLosses()

  /// Files whose rows lie at known places, of one width and one type.
  init(_ parts: [Part], _ options: RowReader.Options) throws {
    (self.parts, self.options) = (parts, options)
    starts = parts.reduce(into: [0]) { $0.append($0[$0.count - 1] + $1.rows) }
    source = try Self.open(parts[0], options)
    (columns, storedType) = (source.columns, source.storedType)
  }

  private static func open(_ part: Part, _ options: RowReader.Options) throws -> any RowSource {
    let source = try FileFormat.rows(of: ByteReader(opening: part.url), options).source
    guard source.rows == part.rows else {
      throw source.reader.invalid("\(source.rows ?? 0) rows, a moment ago \(part.rows): the file has changed")
    }
    return source
  }

  private func open(_ index: Int) throws {
    past.add(source.losses)
    source = try Self.open(parts[index], options)
    guard source.columns == columns, source.storedType == storedType else {
      throw source.reader.invalid("other rows than a moment ago: the file has changed")
    }
    (self.index, partStart) = (index, starts[index])
  }

  var isSeekable: Bool { true }

  func seek(toRow row: Int) throws {
    let place = min(parts.count - 1, starts.partitioningIndex { $0 > row } - 1)
    if place != index { try open(place) }
    try source.seek(toRow: row - starts[place])
  }

  func next<T: Scalar>(into block: MatrixView<T>) throws -> Int { try some { try $0.next(into: block) } }

  func nextWhole(_ limit: Int, as type: ElementType, into bytes: inout [UInt8]) throws -> Int {
    try some { try $0.nextWhole(limit, as: type, into: &bytes) }
  }

  /// What `read` finds in the file that is open, or in the next one that has some.
  private func some(_ read: (any RowSource) throws -> Int) throws -> Int {
    while true {
      let count = try read(source)
      if count > 0 || index + 1 == parts.count { return count }
      try open(index + 1)
    }
  }

  var losses: ConversionLosses {
    var losses = past
    losses.add(source.losses)
    return losses
  }
}
