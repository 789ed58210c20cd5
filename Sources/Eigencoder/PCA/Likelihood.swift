// Probabilistic PCA (Tipping & Bishop 1999): x ~ N(mu, C), C = P'(L - s I)P + s I, s the noise variance.
// With c = x - mu, z = P c and r = c - P'z (orthogonal to the components),
//   log p(x) = -1/2 [ d log 2 pi + sum log l_j + (d - k) log s + sum z_j^2 / l_j + |r|^2 / s ].

extension PrincipalComponents {
  /// The log-likelihood of each row of `x` (n x d) under probabilistic PCA, in nats. O(n d k).
  /// - Throws: `EigencoderError.numericalFailure` when the model's covariance is singular: a kept component
  ///   without variance, or k < d without any noise variance.
  public func logLikelihoods(of x: Matrix<T>) throws -> [Double] {
    precondition(x.columns == inputs, "likelihood needs \(inputs) columns, got \(x.columns)")
    let (k, d) = (latent, inputs)
    guard explainedVariance.allSatisfy({ $0 > 0 }), k == d || noiseVariance > 0 else {
      throw EigencoderError.numericalFailure(
        "the likelihood needs a covariance of full rank: a component or the noise has variance 0")
    }
    var constant = Double(d) * Double.log(2 * .pi)
    for variance in explainedVariance { constant += Double.log(variance) }
    if k < d { constant += Double(d - k) * Double.log(noiseVariance) }

    var residual = x.centred(around: mean)
    let codes = residual.removeProjection(on: components)
    return (0..<x.rows).map { i in
      var quadratic = 0.0
      for j in 0..<k { quadratic += codes[i, j] * codes[i, j] / explainedVariance[j] }
      if k < d { quadratic += residual.withView { $0.row(i).dot($0.row(i)) } / noiseVariance }
      return -(constant + quadratic) / 2
    }
  }

  /// The mean of `logLikelihoods(of:)` over the rows, in nats per sample.
  public func meanLogLikelihood(of x: Matrix<T>) throws -> Double {
    guard x.rows > 0 else { throw EigencoderError.invalidData("a mean likelihood needs at least 1 row") }
    return try logLikelihoods(of: x).reduce(0, +) / Double(x.rows)
  }
}
