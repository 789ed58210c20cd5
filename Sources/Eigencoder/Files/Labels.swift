public import Foundation

/// The class of every sample.
public struct Labels: Equatable, Sendable {
  /// One code per sample, an index into `names`.
  public let codes: [Int]
  /// The text of each class, by code.
  public let names: [String]

  /// Text labels become codes in the sorted order of the distinct ones.
  public init(_ texts: [String]) { (codes, names) = Self.numbered(texts) }

  /// Whole numbers from 0 to 65535 stay their own codes; when there are others, the distinct ones are
  /// numbered in ascending order.
  public init(_ numbers: [Int]) {
    if numbers.allSatisfy({ (0...65535).contains($0) }) {
      codes = numbers
      names = (0..<(numbers.max() ?? -1) + 1).map(String.init)
    } else {
      let distinct: [Int]
      (codes, distinct) = Self.numbered(numbers)
      names = distinct.map(String.init)
    }
  }

  /// The place of each value among the distinct ones in ascending order, and those.
  private static func numbered<Value: Hashable & Comparable>(_ values: [Value]) -> ([Int], [Value]) {
    let distinct = Set(values).sorted()
    let place = Dictionary(uniqueKeysWithValues: zip(distinct, distinct.indices))
    return (values.compactMap { place[$0] }, distinct)
  }

  /// Samples.
  public var count: Int { codes.count }

  /// The labels of the samples named by `indices`, in that order, with the same codes and names.
  public func selecting(_ indices: [Int]) -> Labels {
    Labels(codes: indices.map { codes[$0] }, names: names)
  }

  private init(codes: [Int], names: [String]) {
    self.codes = codes
    self.names = names
  }

  /// Reads labels, told by the content: npy of any integer type or idx, with one axis (or n x 1); or a
  /// column of text. gzip is inflated first.
  ///
  /// Codes depend on the labels that occur. To compare two files, compare names.
  /// - Parameters:
  ///   - url: npy, csv, tsv or idx, told by its content.
  ///   - column: the name in the header, or the number from 1, of the column of a text with several.
  /// - Throws: `.missingInput`, or `.invalidData` when the content is malformed or not one label a sample.
  public init(contentsOf url: URL, column: String? = nil) throws {
    self = try Labels(ByteReader.open(url), column: column)
  }

  /// Reads the same formats from memory; `name` is what errors call it.
  package init(bytes: [UInt8], name: String, column: String? = nil) throws {
    self = try Labels(ByteReader(bytes: bytes[...], name: name).inflated(), column: column)
  }

  private init(_ reader: ByteReader, column: String?) throws {
    let expected = "integer labels as npy or idx, or text"
    let format = try FileFormat(of: reader, expecting: expected)
    guard let labels = format.labels else { throw reader.invalid("expected \(expected)") }
    self = try labels(reader, column)
  }

  /// Integers, one for each sample.
  init(_ array: StoredArray, _ reader: ByteReader) throws {
    let isColumn = array.shape.count == 1 || array.shape.count == 2 && array.shape[1] == 1
    guard isColumn else {
      throw reader.invalid("expected one label a sample, found \(array.shape.shapeText)")
    }
    self.init(try array.integers(from: reader))
    guard count > 0 else { throw reader.invalid("no labels") }
  }
}
