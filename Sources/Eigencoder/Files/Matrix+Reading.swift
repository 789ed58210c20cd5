public import Foundation

extension Matrix {
  /// Reads a table of numbers, one sample per row.
  ///
  /// The format is told by the content, and only between look-alikes by the name; gzip is inflated first.
  /// - npy (versions 1 to 3; integers, truth values and floating point of 1 to 8 bytes; either byte order,
  ///   C or Fortran order): n values are n x 1, more than two axes are n x the product of the others.
  /// - npz: the npy array in it.
  /// - idx: the same shapes.
  /// - fvecs, bvecs, ivecs: rows that begin with their width.
  /// - safetensors: the tensor of two axes in it.
  /// - text: separated by tabs, semicolons, commas or white space; a first line with a field that is not a
  ///   number is a header.
  ///
  /// - Parameters:
  ///   - url: a file or a pipe.
  ///   - scale: what every element is multiplied by; see `RowReader.Options`.
  ///   - array: the name of an array of an npz archive; needed where it has several.
  ///   - tensor: the name of a tensor of a safetensors file; needed where several have two axes.
  /// - Throws: `.invalidArgument` for a name where the format has none; `.missingInput` when there is no such file or it cannot be read; `.invalidData` when the
  ///   content is malformed, empty, or holds a value that is not finite, whose row and column are named.
  /// - Complexity: O(size of the file). Memory: the matrix and some blocks; up to twice the matrix for text and
  ///   from a pipe.
  public init(contentsOf url: URL, scale: Double? = nil, array: String? = nil, tensor: String? = nil) throws {
    try self.init(
      contentsOf: url, options: RowReader.Options(scale: scale, array: array, tensor: tensor))
  }

  /// Reads a table of numbers that its content does not describe alone: raw float32, or one of several arrays.
  ///
  /// Throws and costs as `init(contentsOf:scale:array:tensor:)`; also throws `.invalidArgument` for an option that the format
  /// has no use for.
  public init(contentsOf url: URL, options: RowReader.Options) throws {
    self = try RowReader(contentsOf: url, options: options).readAll()
  }

  /// Reads the same formats from memory; `name` is what errors call it.
  package init(bytes: [UInt8], name: String, scale: Double? = nil) throws {
    self = try RowReader(bytes: bytes, name: name, options: RowReader.Options(scale: scale)).readAll()
  }
}
