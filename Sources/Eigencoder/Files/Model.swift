public import Foundation

/// A fitted method that a model file can hold: a safetensors file, readable from any ecosystem.
///
/// `__metadata__` holds format ("eigencoder"), version, method, and `architecture`, a JSON text from which the
/// model is rebuilt. The tensors have their natural shapes.
public enum Model<T: Scalar>: Sendable {
  case pca(PrincipalComponents<T>)
  case autoencoder(Autoencoder<T>)
  case linearDenoiser(FittedLinearDenoiser<T>)

  public var reducer: any Reducer<T> {
    switch self {
    case .pca(let pca): pca
    case .autoencoder(let network): network
    case .linearDenoiser(let denoiser): denoiser
    }
  }

  /// The mean of the rows it was fitted to, d numbers: what R2 and the relative error compare with.
  public var trainingMean: [Double] {
    switch self {
    case .pca(let pca): pca.mean
    case .autoencoder(let network): network.standardization.mean.map(Double.init)
    case .linearDenoiser(let denoiser): denoiser.mean
    }
  }

  /// Writes the model file, whole or not at all.
  /// - Throws: `EigencoderError.unwritableOutput`.
  public func write(to url: URL) throws {
    var file = SafeTensors(metadata: ["format": "eigencoder", "version": version, "method": reducer.method])
    switch self {
    case .pca(let pca): try pca.store(in: &file)
    case .autoencoder(let network): try network.store(in: &file)
    case .linearDenoiser(let denoiser): try denoiser.store(in: &file)
    }
    try file.write(to: url)
  }

  /// Reads a model file.
  /// - Throws: `EigencoderError.missingInput` when there is none, `.invalidData` when it is not a model file, or
  ///   its tensors are not those of the architecture it states.
  public init(contentsOf url: URL) throws {
    let file = try SafeTensors(contentsOf: url)
    let name = url.lastPathComponent
    guard file.metadata["format"] == "eigencoder", let method = file.metadata["method"],
      let architecture = file.metadata["architecture"]
    else {
      throw EigencoderError.invalidData(
        "\(name): a safetensors file but not an Eigencoder model: its metadata lack format, method or architecture"
      )
    }
    do {
      switch method {
      case "pca": self = .pca(try PrincipalComponents(file, architecture))
      case "linear-denoising": self = .linearDenoiser(try FittedLinearDenoiser(file, architecture))
      default: self = .autoencoder(try Autoencoder(file, architecture, method))
      }
    } catch let error as EigencoderError {
      throw error.prefixed(name)
    } catch {
      throw EigencoderError.invalidData(
        "\(name): the metadata's architecture cannot be read: \(architecture.oneLine)")
    }
  }
}

extension EigencoderError {
  /// The same with the file's name in front, unless it is there.
  fileprivate func prefixed(_ name: String) -> EigencoderError {
    description.hasPrefix(name) ? self : .invalidData("\(name): \(description)")
  }
}

private func oneLineJSON(_ value: some Encodable) throws -> String {
  let encoder = JSONEncoder()
  encoder.outputFormatting = [.sortedKeys]
  return String(decoding: try encoder.encode(value), as: UTF8.self)
}

// MARK: - Principal components

extension PrincipalComponents {
  private struct Description: Codable {
    var inputs: Int
    var latent: Int
    var samples: Int
    var totalVariance: Double
    var whitens: Bool

    enum CodingKeys: String, CodingKey {
      case inputs, latent, samples, whitens
      case totalVariance = "total_variance"
    }
  }

  fileprivate func store(in file: inout SafeTensors) throws {
    file.metadata["architecture"] = try oneLineJSON(
      Description(
        inputs: inputDimension, latent: latentDimension, samples: sampleCount, totalVariance: totalVariance,
        whitens: whitens))
    file.append("mean", mean)
    file.append("components", components)
    file.append("explained_variance", explainedVariance)
    file.append("explained_variance_ratio", explainedVarianceRatio)
    file.append("singular_values", singularValues)
    file.append("noise_variance", [noiseVariance])
  }

  fileprivate init(_ file: SafeTensors, _ architecture: String) throws {
    let description = try JSONDecoder().decode(Description.self, from: Data(architecture.utf8))
    let (d, k) = (description.inputs, description.latent)
    guard d >= 1, k >= 1, description.samples >= 0 else {
      throw EigencoderError.invalidData(
        "the architecture states \(d) inputs, a code of \(k), \(description.samples) samples")
    }
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
    let known: Set = [
      "mean", "components", "explained_variance", "explained_variance_ratio", "singular_values",
      "noise_variance",
    ]
    if let extra = file.tensors.first(where: { !known.contains($0.name) }) {
      throw EigencoderError.invalidData("the tensor '\(extra.name)' is none of principal components'")
    }
    self.init(
      sampleCount: description.samples, mean: mean, components: components, explainedVariance: variances,
      totalVariance: description.totalVariance, noiseVariance: noise[0], whitens: description.whitens)
  }
}

// MARK: - Autoencoders

extension Autoencoder {
  fileprivate func store(in file: inout SafeTensors) throws {
    file.metadata["architecture"] = try oneLineJSON(architecture)
    file.append("input.mean", standardization.mean)
    if let scale = standardization.scale { file.append("input.scale", scale) }
    for tensor in layout.tensors {
      file.append(tensor.name, Array(parameters[tensor.range]), shape: tensor.shape)
    }
  }

  fileprivate init(_ file: SafeTensors, _ architecture: String, _ method: String) throws {
    let architecture = try JSONDecoder().decode(Architecture.self, from: Data(architecture.utf8))
    // The sizes are believed only once a tensor that has them is in the file: nothing is allocated for a lie.
    let widths = architecture.encoderWidths
    for (index, pair) in zip(widths, widths.dropFirst()).enumerated() {
      let _: Matrix<T> = try file.matrix("encoder.\(index).weight", rows: pair.1, columns: pair.0)
    }
    try self.init(architecture)
    self.method = method.oneLine
    var known = Set(["input.mean"])
    for tensor in layout.tensors {
      let values: [T] =
        tensor.isBias
        ? try file.vector(tensor.name, count: tensor.columns)
        : try file.matrix(tensor.name, rows: tensor.rows, columns: tensor.columns).elements
      parameters.replaceSubrange(tensor.range, with: values)
      known.insert(tensor.name)
    }
    let mean: [T] = try file.vector("input.mean", count: inputDimension)
    let scale: [T]? = file["input.scale"] == nil ? nil : try file.vector("input.scale", count: inputDimension)
    known.insert("input.scale")
    guard parameters.withView({ $0.isFinite }), mean.withView({ $0.isFinite }) else {
      throw EigencoderError.invalidData("the model holds numbers that are not finite")
    }
    guard scale?.allSatisfy({ $0 > 0 && $0.isFinite }) ?? true else {
      throw EigencoderError.invalidData("input.scale has numbers that are not positive")
    }
    if let extra = file.tensors.first(where: { !known.contains($0.name) }) {
      throw EigencoderError.invalidData("the tensor '\(extra.name)' is none of the architecture's")
    }
    standardization = Standardization(mean: mean, scale: scale)
  }
}

// MARK: - Linear denoisers

extension FittedLinearDenoiser {
  private struct Description: Codable {
    var inputs: Int
    var latent: Int
    var samples: Int
    var corruption: String
    var ridge: Double
    var expectedError: Double

    enum CodingKeys: String, CodingKey {
      case inputs, latent, samples, corruption, ridge
      case expectedError = "expected_error"
    }
  }

  fileprivate func store(in file: inout SafeTensors) throws {
    file.metadata["architecture"] = try oneLineJSON(
      Description(
        inputs: inputDimension, latent: latentDimension, samples: sampleCount, corruption: corruption,
        ridge: ridge, expectedError: expectedError))
    file.append("mean", mean)
    file.append("encoder.weight", encoderWeight)
    file.append("encoder.bias", encoderBias)
    file.append("decoder.weight", decoderWeight)
    file.append("decoder.bias", decoderBias)
  }

  fileprivate init(_ file: SafeTensors, _ architecture: String) throws {
    let description = try JSONDecoder().decode(Description.self, from: Data(architecture.utf8))
    let (d, k) = (description.inputs, description.latent)
    guard d >= 1, k >= 1, description.samples >= 0 else {
      throw EigencoderError.invalidData(
        "the architecture states \(d) inputs, a code of \(k), \(description.samples) samples")
    }
    guard description.ridge >= 0, description.expectedError >= 0 else {
      throw EigencoderError.invalidData(
        "the architecture states a ridge of \(description.ridge), an error of \(description.expectedError)")
    }
    let mean: [Double] = try file.vector("mean", count: d)
    let encoderWeight: Matrix<Double> = try file.matrix("encoder.weight", rows: k, columns: d)
    let encoderBias: [Double] = try file.vector("encoder.bias", count: k)
    let decoderWeight: Matrix<Double> = try file.matrix("decoder.weight", rows: d, columns: k)
    let decoderBias: [Double] = try file.vector("decoder.bias", count: d)
    let known: Set = ["mean", "encoder.weight", "encoder.bias", "decoder.weight", "decoder.bias"]
    if let extra = file.tensors.first(where: { !known.contains($0.name) }) {
      throw EigencoderError.invalidData("the tensor '\(extra.name)' is none of a linear denoiser's")
    }
    self.init(
      corruption: description.corruption.oneLine, ridge: description.ridge, sampleCount: description.samples,
      mean: mean, encoderWeight: encoderWeight, encoderBias: encoderBias, decoderWeight: decoderWeight,
      decoderBias: decoderBias, expectedError: description.expectedError)
  }
}
