/// An encoder as faiss's `LinearTransform` computes it: z = A x + b, in single precision.
///
/// faiss multiplies before it adds. With b = f(c) - A c for the training mean c and A as it is rounded, the rounding of
/// A vanishes there; but data whose mean is large next to their spread lose digits that `encode` keeps.
package struct FaissTransform {
  /// A, k x d.
  let weight: Matrix<Float>
  /// b, k numbers.
  let bias: [Float]

  package init(weight: Matrix<Float>, bias: [Float]) {
    self.weight = weight
    self.bias = bias
  }

  /// Of an encoder that is one affine map.
  /// - Throws: `.invalidData` where a number is beyond the range of float32.
  init<T: Scalar>(_ encoder: some Reducer<T>, around centre: [Double]) throws {
    let centre = centre.map { T($0) }
    weight = encoder.encoderJacobian(at: centre).converted(to: Float.self)
    let value = encoder.encode(Matrix(rows: 1, columns: centre.count, centre)).elements
    var exact = value.map { Double($0) }
    weight.converted(to: Double.self).withView { a in
      centre.map { -Double($0) }.withView { c in exact.withMutableView { $0.setProduct(a, c, beta: 1) } }
    }
    bias = exact.map { Float($0) }
    guard weight.elements.withView({ $0.isFinite }), bias.withView({ $0.isFinite }) else {
      throw EigencoderError.invalidData("the encoder holds numbers beyond the range of float32")
    }
  }
}
