// A strength in the units of the data means something else for every data set: noise of 0.1 is little on pixels from 0 to 1,
// and twice the deviation of the columns of embeddings of 384 numbers and length 1. Counted in the data's own spread the same
// number asks for the same thing everywhere. With s^2 the mean variance of the columns, a strength is that of the data and
// the code over s, whose loss is the loss over s^2:
//   noise of deviation r         r s                 contraction, activity, orthogonality, cosines   w s^2
//   sparsity, |z| of the code    w s                 products of rows, whose squares are s^4         w / s^2

/// What the strength of a corruption or of a penalty is counted in.
public enum StrengthUnit: Hashable, Sendable {
  /// In the data's spread: noise in s, the root of the columns' mean variance, and weights such that the objective is that of
  /// data and code divided by s, with the squared error in s². The same number suits data of any units; training takes s
  /// from the rows that it trains on, as the network sees them.
  case relative
  /// In the units of the data.
  case data
}

extension Objective {
  /// The same objective with weights in the units of data whose columns have this mean variance, as the network sees them. The
  /// corruption keeps its unit: it is applied to the data as they are.
  func inUnitsOfData(variance: Double) -> Objective {
    Objective(corruption: corruption, penalties: penalties.map { $0.inUnitsOfData(variance: variance) })
  }
}

extension ColumnStatistics {
  /// The mean of the columns' variances, each over the square of its entry in `scale` where there is one. 0 for no columns.
  func meanVariance(over scale: [T]? = nil) -> Double {
    var sum = 0.0
    for j in deviation.indices {
      let deviation = Double(deviation[j]) / Double(scale?[j] ?? 1)
      sum += deviation * deviation
    }
    return sum / Double(max(1, deviation.count))
  }
}
