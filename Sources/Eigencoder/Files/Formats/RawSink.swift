/// Rows as little-endian numbers one after another; in fvecs, bvecs and ivecs each row after its width as an int32.
final class RawSink: RowSink {
  private let file: OutputFile
  private let type: ElementType
  private let columns: Int
  private let hasWidths: Bool
  /// Where numbers become bytes, `room` rows at a time.
  private let block: UnsafeMutableRawBufferPointer
  private let room: Int
  private let rowBytes: Int
  /// Rows that were appended.
  private(set) var rowCount = 0

  init(_ file: OutputFile, _ type: ElementType, columns: Int, hasWidths: Bool = false) {
    self.file = file
    self.type = type
    self.columns = columns
    self.hasWidths = hasWidths
    rowBytes = columns * type.size + (hasWidths ? 4 : 0)
    room = max(1, (1 << 18) / max(1, rowBytes))
    block = .allocate(byteCount: room * rowBytes, alignment: 64)
  }

  deinit { block.deallocate() }

  func append<T: Scalar>(_ x: MatrixView<T>) throws {
    precondition(x.columns == columns, "rows of \(x.columns) for \(columns) columns")
    if type == .storing(T.self), !hasWidths, x.isContiguous {
      try file.write(UnsafeRawBufferPointer(start: x.base, count: x.count * type.size))
      rowCount += x.rows
      return
    }
    for first in stride(from: 0, to: x.rows, by: room) {
      let rows = x.rows(first..<min(first + room, x.rows))
      for i in 0..<rows.rows { try encode(rows.row(i), at: block.baseAddress! + i * rowBytes, row: i) }
      try file.write(UnsafeRawBufferPointer(rebasing: block[..<(rows.rows * rowBytes)]))
      rowCount += rows.rows
    }
  }

  func finish() throws { try file.finish() }

  private func encode<T: Scalar>(_ x: VectorView<T>, at place: UnsafeMutableRawPointer, row: Int) throws {
    var place = place
    if hasWidths {
      place.storeBytes(of: Int32(columns).littleEndian, as: Int32.self)
      place += 4
    }
    guard let column = Convert.encode(x.base, count: columns, as: type, into: place) else { return }
    let range =
      switch type {
      case .uint8: "whole numbers from 0 to 255"
      case .int32: "whole numbers of 32 bits"
      case .float16: "numbers up to 65504, the range of float16"
      default: "numbers up to 3.4e38, the range of float32"
      }
    throw EigencoderError.invalidData(
      "\(file.name): row \(rowCount + row + 1), column \(column + 1) (counted from 1) is \(x[column]), expected \(range)"
    )
  }
}
