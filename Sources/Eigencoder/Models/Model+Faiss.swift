public import Foundation

extension Model {
  /// Writes the encoder as the affine map z = A x + b of faiss's `LinearTransform`: a safetensors file with the float32
  /// tensors A, k x d, and b, k numbers; whole or not at all. Codes of an embedding pipeline are those before they are rounded
  /// to fewer bytes.
  ///
  /// - Throws: `EigencoderError.invalidData` when the encoder is not affine (a network with an activation, a pipeline that divides by lengths), or a number
  ///   is beyond the range of float32; `.unwritableOutput`.
  public func write(faiss url: URL) throws {
    let encoder = try content.affineEncoder()
    let transform = try FaissTransform(encoder, around: trainingMean)
    var file = SafeTensors(metadata: [
      "format": "eigencoder-faiss", "version": version, "method": encoder.method,
    ])
    file.append("A", transform.weight)
    file.append("b", transform.bias)
    try file.write(to: url)
  }
}
