import Eigencoder

extension PCA.Convergence {
  /// "14 passes, residual 3.1e-12 of the largest variance, asked 1e-10".
  var text: String {
    "\(passes) pass\(passes == 1 ? "" : "es"), residual \(residual.significant(2)) of the largest variance, "
      + "asked \(Self.tolerance.significant(1))" + (isReached ? "" : ": NOT REACHED")
  }
}
