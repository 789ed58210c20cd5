// What comes from outside, checked. `encode` and `decode` trap on another width and give back whatever numbers they get;
// these throw for what nobody could know before.

extension Reducer {
  /// The codes, n x k, of samples from outside, n x d.
  ///
  /// - Throws: `EigencoderError.invalidData` for samples of another width, for one that is not finite, whose row and column
  ///   are named, and for a code that is not: beyond the range of the numbers, or of a pipeline's f16.
  /// - Complexity: that of `encode`, and O(n (d + k)).
  public func codes(of x: Matrix<Element>) throws -> Matrix<Element> {
    try x.requireRows(of: inputs, what: "samples")
    let codes = encode(x)
    try codes.requireFinite(in: "the codes")
    return codes
  }

  /// The code of one sample from outside, d numbers: k numbers.
  ///
  /// - Throws: as `codes(of:)`.
  /// - Complexity: that of `encode(row:)`, and O(d + k).
  public func code(of row: [Element]) throws -> [Element] {
    try Matrix(rows: 1, columns: row.count, row).requireRows(of: inputs, what: "samples")
    let code = encode(row: row)
    try Matrix(rows: 1, columns: code.count, code).requireFinite(in: "the codes")
    return code
  }

  /// The reconstructions, n x d, of codes from outside, n x k.
  ///
  /// - Throws: `EigencoderError.invalidData` for codes of another width, for one that is not finite, whose row and column
  ///   are named, and for a reconstruction that is not: beyond the range of the numbers.
  /// - Complexity: that of `decode`, and O(n (d + k)).
  public func samples(from codes: Matrix<Element>) throws -> Matrix<Element> {
    try codes.requireRows(of: latent, what: "codes")
    let samples = decode(codes)
    try samples.requireFinite(in: "the reconstructions")
    return samples
  }
}

extension Matrix {
  /// Throws `.invalidData` unless there are `width` columns of finite numbers.
  func requireRows(of width: Int, what: String) throws {
    guard columns == width else {
      throw EigencoderError.invalidData("\(what) of \(columns) numbers, expected \(width)")
    }
    try requireFinite(in: "the \(what)")
  }
}
