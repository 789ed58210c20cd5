public import Foundation

extension Matrix {
  /// Reads a table of numbers, one sample per row.
  ///
  /// The format is told by the content, never by the name; gzip is inflated first.
  /// - npy (versions 1 to 3; integers, truth values and floating point of 1 to 8 bytes; either byte order,
  ///   C or Fortran order): n values are n x 1, more than two axes are n x the product of the others.
  /// - idx: the same shapes.
  /// - text: separated by tabs, semicolons, commas or white space; a first line with a field that is not a
  ///   number is a header.
  ///
  /// - Parameters:
  ///   - url: a file or a pipe.
  ///   - scale: what every element is multiplied by. Without it, idx images (bytes with three axes or more)
  ///     are multiplied by 1/255 and everything else is left as it is.
  /// - Throws: `.missingInput` when there is no such file or it cannot be read; `.invalidData` when the
  ///   content is malformed, empty, or holds a value that is not finite, whose row and column are named.
  /// - Complexity: O(size of the file). Memory: the matrix and a block for npy and idx in C order; the matrix
  ///   and what was inflated, or the text, or a second matrix for Fortran order.
  public init(contentsOf url: URL, scale: Double? = nil) throws {
    self = try Matrix.read(ByteReader.open(url), scale: scale)
  }

  /// Reads the same formats from memory; `name` is what errors call it.
  package init(bytes: [UInt8], name: String, scale: Double? = nil) throws {
    self = try Matrix.read(ByteReader(bytes: bytes[...], name: name).inflated(), scale: scale)
  }

  private static func read(_ reader: ByteReader, scale: Double?) throws -> Matrix {
    let expected = "npy, csv, tsv or idx"
    let matrix: Matrix
    switch try reader.format(expecting: expected) {
    case .npy:
      matrix = try Npy.header(from: reader).matrix(from: reader, scale: T(scale ?? 1))
    case .idx:
      let array = try Idx.header(from: reader)
      let isImages = array.type == .uint8 && array.shape.count >= 3
      matrix = try array.matrix(from: reader, scale: T(scale ?? (isImages ? 1 / 255 : 1)))
    case .text: matrix = try DelimitedText.matrix(from: reader, scale: T(scale ?? 1))
    case .safetensors: throw reader.invalid("a safetensors file (named tensors), expected \(expected)")
    case .zip: throw reader.invalid("a zip archive (npz or a spreadsheet), expected \(expected)")
    case .gzip: throw reader.invalid("gzip inside gzip, expected \(expected)")
    }
    try matrix.requireFinite(name: reader.name)
    return matrix
  }

  /// Throws `.invalidData` naming the first row and column, counted from 1, that holds NaN or infinity.
  package func requireFinite(name: String) throws {
    guard !elements.withView({ $0.isFinite }) else { return }
    let index = elements.firstIndex { !$0.isFinite }!
    throw EigencoderError.invalidData(
      "\(name): row \(index / columns + 1), column \(index % columns + 1) (counted from 1) is "
        + "\(elements[index]) as \(ElementType.storing(T.self)), expected finite numbers")
  }
}
