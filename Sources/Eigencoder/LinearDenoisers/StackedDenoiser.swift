// Marginalised stacked denoisers (Chen, Xu, Weinberger & Sha, Marginalized Denoising Autoencoders for Domain
// Adaptation, ICML 2012): h_0 = x and h_l = tanh(W_l h_{l-1} + b_l), with (W_l, b_l) the best affine map that
// restores h_{l-1} after masking, in closed form, layer by layer. Mathematics, section 4.

/// How to fit features by stacking linear denoisers with tanh between: deep, but without any iteration.
public struct StackedDenoiser: Equatable, Sendable {
  /// L, at least 1.
  public var layers: Int
  /// Each element of a layer's input is 0 with this probability, from 0 to below 1.
  public var maskingProbability: Double
  /// As of `LinearDenoiser`: the share added to the diagonal of each covariance, nil for only where it must be.
  public var ridge: Double?

  /// So many layers, each the best for inputs masked with this probability.
  public init(layers: Int, maskingProbability: Double = 0.5, ridge: Double? = nil) {
    self.layers = layers
    self.maskingProbability = maskingProbability
    self.ridge = ridge
  }

  /// The layers for the rows of `data`, n x d.
  ///
  /// Cost: L (n d^2 / 2 for the moments, n d^2 for the next layer's input, 7/6 d^3 for the solution).
  /// - Throws: `EigencoderError.invalidArgument` when there is no layer, or the probability or the ridge is out of
  ///   range; `.invalidData` for no rows or columns, or a variance outside the range of `Double`;
  ///   `.numericalFailure` when a covariance is singular and the ridge is 0.
  public func fitted<T: Scalar>(to data: Matrix<T>) throws -> FittedStackedDenoiser<T> {
    guard layers >= 1 else {
      throw EigencoderError.invalidArgument("a stack has at least 1 layer, got \(layers)")
    }
    let denoiser = LinearDenoiser(.masking(maskingProbability), ridge: ridge)
    var maps = [AffineMap<T>]()
    var input = data
    for layer in 1...layers {
      let (moments, corrupted, map) = try denoiser.solution(for: input)
      let fixed = map.weight * Matrix(rows: data.columns, columns: 1, corrupted.mean)
      maps.append(
        AffineMap(
          weight: map.weight, bias: zip(moments.mean, fixed.elements).map { $0 - $1 },
          around: moments.mean))
      if layer < layers { input = maps[layer - 1](input, .tanh) }
    }
    return FittedStackedDenoiser(maps)
  }
}

/// Features [h_1 ... h_L] of samples, each as wide as the sample. Fitted by `StackedDenoiser`.
///
/// Not a `Reducer`: the features are L times as wide as the data, and nothing decodes them. Reduce them with
/// PCA, or train a classifier on them.
public struct FittedStackedDenoiser<T: Scalar>: Sendable {
  private let maps: [AffineMap<T>]

  init(_ maps: [AffineMap<T>]) { self.maps = maps }

  /// L.
  public var layerCount: Int { maps.count }
  /// d, the number of columns of the data.
  public var inputs: Int { maps[0].weight.columns }
  /// L d.
  public var featureDimension: Int { layerCount * inputs }
  /// L (d^2 + d).
  public var parameterCount: Int { featureDimension * (inputs + 1) }

  /// The features of each row of `x` (n x d): n x L d, the layers side by side from the first. O(n L d^2).
  public func transform(_ x: Matrix<T>) -> Matrix<T> {
    precondition(x.columns == inputs, "transform needs \(inputs) columns, got \(x.columns)")
    let d = inputs
    return Matrix(rows: x.rows, columns: featureDimension) { out in
      x.withView { x in
        var input = x
        for (layer, map) in maps.enumerated() {
          let output = out.columns(layer * d..<(layer + 1) * d)
          map.apply(input, .tanh, into: output)
          input = output
        }
      }
    }
  }
}
