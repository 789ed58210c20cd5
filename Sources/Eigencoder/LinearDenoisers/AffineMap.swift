/// x -> W x + b, evaluated as W (x - c) + (b + W c) around a point c near the data.
///
/// With c the data's mean, samples far from the origin lose nothing to cancellation, in `Float` either.
struct AffineMap<T: Scalar>: Sendable {
  /// outputs x inputs.
  let weight: Matrix<T>
  private let centre: [T]
  /// The value at the centre, b + W c with c as rounded to T.
  private let value: [T]

  init(weight: Matrix<Double>, bias: [Double], around centre: [Double]) {
    precondition(
      weight.rows == bias.count && weight.columns == centre.count,
      "a weight of \(weight.shape) with \(bias.count) biases around \(centre.count) numbers")
    self.weight = weight.converted(to: T.self)
    self.centre = centre.map { T($0) }
    let rounded = self.centre.map(Double.init)
    var value = bias
    weight.withView { w in rounded.withView { c in value.withMutableView { $0.setProduct(w, c, beta: 1) } } }
    self.value = value.map { T($0) }
  }

  /// W x + b for each row x, n x outputs. Of 512 rows at a time: the centred block stays in cache until it is
  /// multiplied.
  func callAsFunction(_ x: Matrix<T>) -> Matrix<T> {
    let height = min(512, max(1, x.rows))
    return Matrix(rows: x.rows, columns: weight.rows) { out in
      withScratch(height * x.columns, of: T.self) { scratch in
        for first in stride(from: 0, to: x.rows, by: height) {
          let rows = first..<min(first + height, x.rows)
          let centred = scratch.matrix(rows: rows.count, columns: x.columns)
          x.withView { x in centre.withView { x.rows(rows).subtract(row: $0, into: centred) } }
          let block = out.rows(rows)
          weight.withView { block.setProduct(centred, $0, rightTransposed: true) }
          value.withView { block.scaleColumns(by: nil, adding: $0, into: block) }
        }
      }
    }
  }
}
