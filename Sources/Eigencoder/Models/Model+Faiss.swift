public import Foundation

extension Model {
  /// Writes the encoder as the affine map z = A x + b of faiss's `LinearTransform`: a safetensors file with the float32
  /// tensors A, k x d, and b, k numbers; whole or not at all.
  ///
  /// faiss multiplies before it adds. With b = f(c) - A c for the training mean c and A as it is rounded, the rounding of
  /// A vanishes there; but data whose mean is large next to their spread lose digits that `encode` keeps.
  /// - Throws: `EigencoderError.invalidData` when the encoder is not affine (a network with an activation, a pipeline that divides by lengths), or a number
  ///   is beyond the range of float32; `.unwritableOutput`.
  public func write(faiss url: URL) throws {
    let reducer = try content.affineEncoder()
    let centre = trainingMean.map { T($0) }
    let weight = reducer.encoderJacobian(at: centre).converted(to: Float.self)
    let value = reducer.encode(Matrix(rows: 1, columns: centre.count, centre)).elements
    var bias = value.map { Double($0) }
    weight.converted(to: Double.self).withView { a in
      centre.map { -Double($0) }.withView { c in bias.withMutableView { $0.setProduct(a, c, beta: 1) } }
    }
    let rounded = bias.map { Float($0) }
    guard weight.elements.withView({ $0.isFinite }), rounded.withView({ $0.isFinite }) else {
      throw EigencoderError.invalidData("the encoder holds numbers beyond the range of float32")
    }
    var file = SafeTensors(metadata: [
      "format": "eigencoder-faiss", "version": version, "method": reducer.method,
    ])
    file.append("A", weight)
    file.append("b", rounded)
    try file.write(to: url)
  }
}
