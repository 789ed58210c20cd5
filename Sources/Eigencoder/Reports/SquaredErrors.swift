// e_i = |x_i - xh_i|^2, sample by sample: what the metrics average and what paired comparisons are made of.

extension Reducer {
  /// The squared error of each row of `x`, |x_i - xh_i|^2, n numbers in f64.
  ///
  /// By blocks of 2048 rows: memory O(n) beside the data. O(n) reconstructions.
  /// - Parameters:
  ///   - x: the rows as they should be reconstructed, n x d: compared is their `target(of:)`.
  ///   - input: the rows that are reconstructed, where they are not `x` itself: the same rows corrupted.
  /// - Throws: `EigencoderError.invalidData` for another width than the reducer's.
  public func squaredErrors(on x: Matrix<Element>, from input: Matrix<Element>? = nil) throws -> [Double] {
    try SquaredErrors(of: self, on: x, from: input ?? x).perSample
  }
}

/// What one pass over a reconstruction sums up.
struct SquaredErrors {
  /// e_i, n numbers.
  private(set) var perSample: [Double]
  /// sum_i (x_ij - xh_ij)^2, d numbers; zeros when not asked for.
  private(set) var perFeature: [Double]
  /// The sum over the rows of the cosine of x_i and xh_i.
  private(set) var cosines = 0.0

  /// Of the rows of `x`, as `target(of:)` gives them, reconstructed from the rows of `input`, the same rows clean or corrupted.
  init<T: Scalar>(
    of reducer: any Reducer<T>, on x: Matrix<T>, from input: Matrix<T>, listsFeatures: Bool = false
  ) throws {
    guard x.columns == reducer.inputs else {
      throw EigencoderError.invalidData(
        "the model takes \(reducer.inputs) columns, the data have \(x.columns)")
    }
    precondition(input.rows == x.rows && input.columns == x.columns, "input \(input.shape) for \(x.shape)")
    perSample = [Double](repeating: 0, count: x.rows)
    perFeature = [Double](repeating: 0, count: x.columns)
    let zeros = [Double](repeating: 0, count: x.columns)
    var cosine = [Double](repeating: 0, count: min(x.rows, 2048))
    for first in stride(from: 0, to: x.rows, by: 2048) {
      let rows = first..<min(first + 2048, x.rows)
      let block = x.rows(rows)
      let residuals = reducer.residuals(of: block, codes: reducer.encode(input.rows(rows)))
      residuals.withView { e in
        reducer.target(of: block).withView { x in
          perSample.withMutableView { errors in
            cosine.withMutableView {
              x.rowErrors(e, into: errors.slice(rows), cosines: $0.slice(0..<rows.count))
            }
          }
        }
        if listsFeatures {
          zeros.withView { zeros in
            perFeature.withMutableView { e.addColumnSquares(around: zeros, to: $0) }
          }
        }
      }
      cosines = cosine[..<rows.count].reduce(cosines, +)
    }
  }
}
