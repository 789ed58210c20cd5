internal import Foundation

extension PrincipalComponents: ModelContent {
  private struct Description: Codable {
    var inputs: Int
    var latent: Int
    var samples: Int
    var totalVariance: Double
    var whitens: Bool
    /// Only where it is true.
    var keepsMean: Bool?
    /// Only of the route krylov.
    var krylov: PCA.Convergence?

    enum CodingKeys: String, CodingKey {
      case inputs, latent, samples, whitens, krylov
      case keepsMean = "keeps_mean"
      case totalVariance = "total_variance"
    }
  }

  static var storedMethod: String? { "pca" }
  var model: Model<T> { .pca(self) }
  var trainingMean: [Double] { mean }
  var codeMeans: [Double]? { codeMean }
  var codeVariances: [Double]? { whitens ? explainedVariance.map { $0 > 0 ? 1 : 0 } : explainedVariance }

  func store(in file: inout SafeTensors) throws {
    file.metadata["architecture"] = try jsonText(
      Description(
        inputs: inputs, latent: latent, samples: sampleCount, totalVariance: totalVariance,
        whitens: whitens, keepsMean: keepsMean ? true : nil, krylov: convergence), isPretty: false)
    file.append("mean", mean)
    file.append("components", components)
    file.append("explained_variance", explainedVariance)
    file.append("explained_variance_ratio", explainedVarianceRatio)
    file.append("singular_values", singularValues)
    file.append("noise_variance", [noiseVariance])
  }

  init(_ file: SafeTensors, _ architecture: String, _ method: String) throws {
    let description = try JSONDecoder().decode(Description.self, from: Data(architecture.utf8))
    let (d, k) = (description.inputs, description.latent)
    try file.requireSizes(inputs: d, latent: k, samples: description.samples)
    let variances: [Double] = try file.vector("explained_variance", count: k)
    let noise: [Double] = try file.vector("noise_variance", count: 1)
    let mean: [Double] = try file.vector("mean", count: d)
    let components: Matrix<Double> = try file.matrix("components", rows: k, columns: d)
    let numbers = variances + noise + mean + components.elements + [description.totalVariance]
    guard numbers.allSatisfy({ $0.isFinite }),
      (variances + noise + [description.totalVariance]).allSatisfy({ $0 >= 0 }),
      !description.whitens || variances.allSatisfy({ $0 > 0 })
    else {
      throw EigencoderError.invalidData(
        "the model holds numbers that are not finite or variances that are not positive")
    }
    try file.requireOnly(
      [
        "mean", "components", "explained_variance", "explained_variance_ratio", "singular_values",
        "noise_variance",
      ], of: "principal components'")
    let ratios: [Double] = try file.vector("explained_variance_ratio", count: k)
    let singular: [Double] = try file.vector("singular_values", count: k)
    self.init(
      sampleCount: description.samples, mean: mean, components: components, explainedVariance: variances,
      totalVariance: description.totalVariance, noiseVariance: noise[0], whitens: description.whitens,
      keepsMean: description.keepsMean ?? false)
    convergence = description.krylov
    // They stand in the file for other readers, and are computed here.
    let pairs = zip(ratios + singular, explainedVarianceRatio + singularValues)
    guard pairs.allSatisfy({ ($0 - $1).magnitude <= 1e-6 * $1.magnitude }) else {
      throw EigencoderError.invalidData(
        "the model's variances, their ratios and its singular values contradict each other")
    }
  }
}
