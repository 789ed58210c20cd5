public import Foundation

/// Named tensors and text metadata in one file, as the safetensors format lays them out.
///
/// Model files are written in it so that any ecosystem can read them. Tensors keep the order in which they
/// were appended, which is the order of their bytes in the file.
public struct SafeTensors: Sendable {
  /// One named block of numbers.
  public struct Tensor: Sendable {
    /// Unique in the file.
    public let name: String
    /// How each number is stored, by the format's name: "F32", "I64", "BF16".
    public var dtype: String { type.safeTensorsName }
    /// The sizes of its axes; empty for a single number.
    public let shape: [Int]
    /// The numbers, row-major and little-endian; shared with the file that was read.
    let bytes: ArraySlice<UInt8>
    package let type: ElementType

    /// Numbers in the tensor.
    public var count: Int { bytes.count / type.size }
  }

  /// In the order of the file.
  public private(set) var tensors: [Tensor] = []
  /// The texts under "__metadata__".
  public var metadata: [String: String]
  /// What errors call the file.
  private let source: String

  /// A file without tensors.
  public init(metadata: [String: String] = [:]) {
    self.metadata = metadata
    source = "safetensors"
  }

  /// Reads and checks a file; the numbers are converted when they are asked for.
  ///
  /// - Throws: `.missingInput` when there is no such file or it cannot be read; `.invalidData` when its header
  ///   is not what the format demands, or does not account for every byte of the file exactly once.
  /// - Complexity: O(size of the file), all of which stays in memory.
  public init(contentsOf url: URL) throws {
    try self.init(ByteReader.open(url).seekable())
  }

  /// Reads from memory; `name` is what errors call it.
  package init(bytes: [UInt8], name: String) throws {
    try self.init(ByteReader(bytes: bytes[...], name: name))
  }

  private init(_ reader: ByteReader) throws {
    source = reader.name
    let header = try SafeTensorsHeader(from: reader)
    metadata = header.metadata
    let data = try reader.readAll()
    tensors = header.entries.map { entry in
      let range = data.startIndex + entry.offsets.lowerBound..<data.startIndex + entry.offsets.upperBound
      return Tensor(name: entry.name, shape: entry.shape, bytes: data[range], type: entry.type)
    }
  }

  /// The tensor of that name, if there is one.
  public subscript(name: String) -> Tensor? { tensors.first { $0.name == name } }
}

// MARK: - Taking numbers out

extension SafeTensors {
  /// A tensor with two axes as a matrix, rounded to `T`.
  ///
  /// - Parameters:
  ///   - name: of the tensor.
  ///   - type: of the result's numbers, whatever those of the file.
  ///   - rows: the size of the first axis when it is known.
  ///   - columns: the size of the second axis when it is known.
  /// - Throws: `.invalidData` when there is no such tensor, its shape is another one, or a number is not finite.
  public func matrix<T: Scalar>(
    _ name: String, rows: Int? = nil, columns: Int? = nil, as type: T.Type = T.self
  ) throws -> Matrix<T> {
    let tensor = try require(name, [rows, columns])
    return try numbers(of: tensor, rows: tensor.shape[0], columns: tensor.shape[1])
  }

  /// A tensor with one axis as an array, rounded to `T`; `count` is its size when that is known.
  ///
  /// Throws as `matrix` does.
  public func vector<T: Scalar>(_ name: String, count: Int? = nil, as type: T.Type = T.self) throws -> [T] {
    let tensor = try require(name, [count])
    return try numbers(of: tensor, rows: tensor.count, columns: 1).elements
  }

  private func numbers<T: Scalar>(of tensor: Tensor, rows: Int, columns: Int) throws -> Matrix<T> {
    try Memory.require(rows: rows, columns: columns, of: T.self, name: label(tensor.name))
    let matrix = Matrix<T>(rows: rows, columns: columns) { out in
      let numbers = out.reshaped(rows: out.count, columns: 1)
      for start in stride(from: 0, to: out.count, by: StoredArray.blockCount) {
        let end = min(start + StoredArray.blockCount, out.count)
        // A copy is aligned, which the place in the file need not be.
        var bytes = Array(
          tensor.bytes.dropFirst(start * tensor.type.size).prefix((end - start) * tensor.type.size))
        numbers.rows(start..<end).decode(tensor.type, of: &bytes)
      }
    }
    try matrix.requireFinite(in: label(tensor.name))
    return matrix
  }

  /// A tensor of any shape and an integer type as integers, row-major.
  ///
  /// Throws `.invalidData` when there is no such tensor or it holds something else.
  public func integers(_ name: String) throws -> [Int] {
    guard let tensor = self[name] else { throw missing(name) }
    return try StoredArray(type: tensor.type, shape: tensor.shape)
      .integers(from: ByteReader(bytes: tensor.bytes, name: label(name)))
  }

  private func require(_ name: String, _ shape: [Int?]) throws -> Tensor {
    guard let tensor = self[name] else { throw missing(name) }
    let fits =
      tensor.shape.count == shape.count && zip(tensor.shape, shape).allSatisfy { $1 == nil || $0 == $1 }
    guard fits else {
      let expected = shape.map { $0.map(String.init) ?? "any" }.joined(separator: " x ")
      throw EigencoderError.invalidData(
        "\(label(name)): expected the shape \(expected), found \(tensor.shape.shapeText)")
    }
    return tensor
  }

  private func label(_ name: String) -> String { "\(source): tensor '\(name)'".oneLine }

  private func missing(_ name: String) -> EigencoderError {
    let names = tensors.prefix(8).map(\.name).joined(separator: ", ") + (tensors.count > 8 ? ", ..." : "")
    return .invalidData("\(source): no tensor '\(name)', found \(tensors.isEmpty ? "none" : names)".oneLine)
  }
}

// MARK: - Putting numbers in

extension SafeTensors {
  /// Appends a matrix as float32 or float64 with the axes rows, columns. Traps when the name is taken.
  public mutating func append<T: Scalar>(_ name: String, _ matrix: Matrix<T>) {
    append(name, .storing(T.self), [matrix.rows, matrix.columns], matrix.elements)
  }

  /// Appends numbers as float32 or float64 with one axis, or with the axes of `shape`.
  public mutating func append<T: Scalar>(_ name: String, _ values: [T], shape: [Int]? = nil) {
    append(name, .storing(T.self), shape ?? [values.count], values)
  }

  /// Appends integers as int64 with one axis, or with the axes of `shape`.
  public mutating func append(_ name: String, _ values: [Int], shape: [Int]? = nil) {
    append(name, .int64, shape ?? [values.count], values.map(Int64.init))
  }

  private mutating func append<Value>(_ name: String, _ type: ElementType, _ shape: [Int], _ values: [Value])
  {
    precondition(
      self[name] == nil && name != SafeTensorsHeader.metadataKey, "a tensor named '\(name)' is there already")
    precondition(
      shape.checkedProduct == values.count, "\(values.count) values for the shape \(shape.shapeText)")
    let bytes = values.withUnsafeBytes { Array($0) }
    tensors.append(Tensor(name: name, shape: shape, bytes: bytes[...], type: type))
  }

  /// The same file with the tensors alone whose names satisfy the condition.
  package func selecting(_ isIncluded: (String) -> Bool) -> SafeTensors {
    var result = self
    result.tensors.removeAll { !isIncluded($0.name) }
    return result
  }

  /// The bytes that `write` writes.
  package func serialized() throws -> [UInt8] { try tensors.reduce(into: header()) { $0 += $1.bytes } }

  private func header() throws -> [UInt8] {
    try SafeTensorsHeader.encode(tensors.map { ($0.name, $0.type, $0.shape) }, metadata: metadata)
  }

  /// Writes the file, whole or not at all; the same content gives the same bytes. Throws `.unwritableOutput`.
  public func write(to url: URL) throws {
    let header = try header()
    try OutputFile.write(to: url) { file in
      try file.write(header)
      for tensor in tensors { try file.write(tensor.bytes) }
    }
  }
}
