/// Rows of an array that a file holds column after column: npy in Fortran order.
///
/// Some rows are read at a time, a part of each column, and transposed.
final class ColumnMajorRows: RowSource {
  let columns: Int
  let rows: Int?
  let reader: ByteReader

  var storedType: ElementType? { array.type }
  private let array: StoredArray
  /// Where each column of the row-major matrix lies among those of the file.
  private let places: [Int]
  private var rowsRead = 0

  /// - Parameter reader: seekable, and as long as the array promises.
  init(_ array: StoredArray, columns: Int, _ reader: ByteReader) {
    self.array = array
    self.columns = columns
    rows = array.shape[0]
    self.reader = reader.slice(reader.consumed..<reader.consumed + (array.byteCount ?? 0))
    var places = [0]
    var stride = 1
    for size in array.shape.dropFirst() {
      places = places.flatMap { place in (0..<size).map { place + stride * $0 } }
      stride *= size
    }
    self.places = places
  }

  func next<T: Scalar>(into block: MatrixView<T>) throws -> Int {
    let (total, size) = (array.shape[0], array.type.size)
    let count = min(block.rows, total - rowsRead, max(1, blockCount / columns))
    guard count > 0 else { return 0 }
    var bytes = [UInt8](repeating: 0, count: count * size)
    try withScratch(columns * count, of: T.self) { scratch in
      let transposed = scratch.matrix(rows: columns, columns: count)
      for (column, place) in places.enumerated() {
        let first = (place * total + rowsRead) * size
        try bytes.withUnsafeMutableBytes { try reader.slice(first..<first + count * size).read(into: $0) }
        transposed.rows(column..<column + 1).decode(array.type, bigEndian: array.bigEndian, of: &bytes)
      }
      transposed.transpose(into: block.prefix(count))
    }
    rowsRead += count
    return count
  }

  func nextWhole(_ limit: Int, as type: ElementType, into bytes: inout [UInt8]) throws -> Int {
    precondition(type == array.type, "\(array.type) numbers as \(type)")
    let (total, size) = (array.shape[0], array.type.size)
    let count = min(limit, total - rowsRead, max(1, blockCount / columns))
    guard count > 0 else { return 0 }
    var transposed = [UInt8](repeating: 0, count: columns * count * size)
    for (column, place) in places.enumerated() {
      let first = (place * total + rowsRead) * size
      try transposed.withUnsafeMutableBytes {
        _ = try reader.slice(first..<first + count * size)
          .read(into: .init(rebasing: $0[column * count * size..<(column + 1) * count * size]))
      }
    }
    if array.bigEndian { Convert.reverseBytes(of: &transposed, count: count * columns, width: size) }
    if bytes.count < transposed.count { bytes = [UInt8](repeating: 0, count: transposed.count) }
    Convert.transposeBytes(transposed, into: &bytes, rows: count, columns: columns, width: size)
    rowsRead += count
    return count
  }

  /// Each read is a part of one column: the longer, the fewer.
  var blockCount: Int { 1 << 20 }
}
