// Errors of linear codes on rows that are known by their moments. With x -> D E x around the means, R = I - D E, C = M2 / n and r what is
// left of the mean of the rows,
//   mean |x - xh|^2 = tr(R C R') + |r|^2,
// a sum of squares, so that little error keeps its digits. 2 d^3 multiply-adds.

/// How well a linear code reconstructs rows that were summed: those of the `ReconstructionMetrics` that moments determine, in f64
/// throughout. The mean cosine is not among them: it takes the rows.
public struct MomentErrors: Codable, Equatable, Sendable {
  /// mean e_i, e_i = |x_i - xh_i|^2
  public let ssePerSample: Double
  /// mean e_i / d
  public let msePerElement: Double
  /// |X - Xh|_F / |X - 1 mu'|_F, mu the mean of these rows; nil when they have no spread.
  public let relativeFrobenius: Double?
  /// 1 - sum e_i / sum |x_i - mu|^2; nil when the rows have no spread.
  public let r2: Double?
  /// |de/dx|_F^2, the same at every row.
  public let contraction: Double
  /// 10 log10(psnrPeak^2 / msePerElement), in decibels; nil without error or without a peak.
  public let psnr: Double?
  /// The largest element of the rows less the smallest.
  public let psnrPeak: Double

  /// Of principal components on rows of their width; traps on another.
  public init<T: Scalar>(of pca: PrincipalComponents<T>, on file: MomentsFile) {
    self.init(
      Self.squares(of: pca, on: file.moments),
      // Of what encodes, in f64: over the deviations when whitening.
      contraction: pca.whitens
        ? pca.explainedVariance.reduce(0) { $0 + 1 / $1 } : pca.components.withView { $0.squaredNorm }, file)
  }

  /// Of a linear denoiser, on rows that are not corrupted, of its width; traps on another.
  public init<T: Scalar>(of denoiser: FittedLinearDenoiser<T>, on file: MomentsFile) {
    let moments = file.moments
    let (a, b) = (denoiser.encoderWeight, denoiser.decoderWeight)
    let mean = Matrix(rows: 1, columns: moments.mean.count, moments.mean)
    let codes = mean.times(a, otherTransposed: true).adding(row: denoiser.encoderBias)
    let left = mean.subtracting(row: denoiser.decoderBias) - codes.times(b, otherTransposed: true)
    self.init(
      Self.squares(encoder: a, decoder: b, on: moments) + left.withView { $0.squaredNorm },
      contraction: a.withView { $0.squaredNorm }, file)
  }

  /// Of a reducer, where moments determine its errors: of principal components and linear denoisers; nil for any other.
  package init?<T: Scalar>(of reducer: any Reducer<T>, on file: MomentsFile) {
    switch reducer {
    case let fitted as FittedMethod<T>: self.init(of: fitted.reducer, on: file)
    case let pca as PrincipalComponents<T>: self.init(of: pca, on: file)
    case let denoiser as FittedLinearDenoiser<T>: self.init(of: denoiser, on: file)
    default: return nil
    }
  }

  private init(_ error: Double, contraction: Double, _ file: MomentsFile) {
    let moments = file.moments
    let d = moments.mean.count
    let spread =
      (0..<d).filter { file.minima[$0] < file.maxima[$0] }.reduce(0) { $0 + moments.scatter[$1, $1] }
      / Double(moments.count)
    ssePerSample = error
    msePerElement = error / Double(d)
    relativeFrobenius = spread > 0 ? (error / spread).squareRoot() : nil
    r2 = spread > 0 ? 1 - error / spread : nil
    self.contraction = contraction
    psnrPeak = (file.maxima.max() ?? 0) - (file.minima.min() ?? 0)
    psnr =
      psnrPeak > 0 && msePerElement > 0
      ? 10 / Double.log(10) * (2 * Double.log(psnrPeak) - Double.log(msePerElement)) : nil
  }

  /// mean |x - mu - P'P (x - mu)|^2 with mu of the model.
  static func squares<T: Scalar>(of pca: PrincipalComponents<T>, on moments: Moments) -> Double {
    let p = pca.components
    let shift = moments.mean.indices.map { (moments.mean[$0] - pca.mean[$0]) + moments.meanRest[$0] }
    var left = Matrix(rows: 1, columns: shift.count, shift)
    left.removeProjection(on: p)
    return squares(encoder: p, decoder: p.transposed(), on: moments) + left.withView { $0.squaredNorm }
  }

  /// tr(R C R'), E k x d and D d x k.
  private static func squares(
    encoder: Matrix<Double>, decoder: Matrix<Double>, on moments: Moments
  ) -> Double {
    var rest = -1 * decoder.times(encoder)
    for j in 0..<rest.columns { rest[j, j] += 1 }
    let product = rest.times(moments.scatter)
    return max(0, product.withView { a in rest.withView { a.dot($0) } }) / Double(moments.count)
  }
}
