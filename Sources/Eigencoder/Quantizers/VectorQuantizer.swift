// Rows of numbers as few bytes. A quantiser sees rows u of about unit size around 0 (`CodeQuantizer` brings them there) in
// single precision: what it loses is many times what Float does.

/// A map from rows of k numbers to codes of a fixed number of bytes, and back.
package protocol VectorQuantizer: Sendable {
  /// What files and tables call it, with its size: "additive", "trellis", ...
  static var kind: String { get }
  /// k
  var latent: Int { get }
  /// The bytes of one code.
  var bytes: Int { get }
  /// Numbers that have to be kept besides the codes.
  var parameterCount: Int { get }

  /// The codes of the rows of `u`, n x k: n runs of `bytes`.
  func encode(_ u: Matrix<Float>) -> [UInt8]
  /// The rows that codes stand for, n x k; every byte is valid.
  func decode(_ codes: [UInt8]) -> Matrix<Float>
  /// The codes as sums of codewords; nil where they are none.
  func sums(_ codes: [UInt8]) -> CodewordSums?

  /// Appends the tensors that `init(_:prefix:latent:bytes:)` rebuilds it from, their names beginning with `prefix`.
  func store(in file: inout SafeTensors, prefix: String)
  /// - Throws: `.invalidData` for tensors that are none of such a quantiser.
  init(_ file: SafeTensors, prefix: String, latent: Int, bytes: Int) throws
}

extension VectorQuantizer {
  package func sums(_ codes: [UInt8]) -> CodewordSums? { nil }

  /// The rows as they come back.
  package func rounded(_ u: Matrix<Float>) -> Matrix<Float> { decode(encode(u)) }
}
