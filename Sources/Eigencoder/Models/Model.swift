public import Foundation

/// A fitted method that a model file can hold: a safetensors file, readable from any ecosystem.
///
/// `__metadata__` holds format ("eigencoder"), version, method, and `architecture`, a JSON text from which the
/// model is rebuilt. The tensors have their natural shapes.
public enum Model<T: Scalar>: Sendable {
  /// Exact principal components.
  case pca(PrincipalComponents<T>)
  /// A network: plain, contractive or denoising, as its `method` says.
  case autoencoder(Autoencoder<T>)
  /// A linear denoiser in closed form.
  case linearDenoiser(FittedLinearDenoiser<T>)
  /// Everything from an embedding vector to its stored code.
  case pipeline(EmbeddingPipeline<T>)

  /// The model as what all methods have in common.
  public var reducer: any Reducer<T> {
    switch self {
    case .pca(let pca): pca
    case .autoencoder(let network): network
    case .linearDenoiser(let denoiser): denoiser
    case .pipeline(let pipeline): pipeline
    }
  }

  /// The mean of the rows it was fitted to, d numbers: what R2 and the relative error compare with.
  public var trainingMean: [Double] {
    switch self {
    case .pca(let pca): pca.mean
    case .autoencoder(let network): network.standardization.mean.map(Double.init)
    case .linearDenoiser(let denoiser): denoiser.mean
    case .pipeline(let pipeline):
      switch pipeline.reduction {
      case .pca(let pca): pca.mean
      case .network(let network): network.standardization.mean.map(Double.init)
      }
    }
  }

  /// The variance of each number of the codes of its training rows, k of them, where the model knows them: of
  /// principal components.
  public var codeVariances: [Double]? {
    guard case .pca(let pca) = self else { return nil }
    return pca.whitens ? pca.explainedVariance.map { $0 > 0 ? 1 : 0 } : pca.explainedVariance
  }

  /// Writes the model file, whole or not at all.
  /// - Throws: `EigencoderError.unwritableOutput`.
  public func write(to url: URL) throws { try file().write(to: url) }

  /// The content of the model file.
  func file() throws -> SafeTensors {
    var file = SafeTensors(metadata: ["format": "eigencoder", "version": version, "method": reducer.method])
    switch self {
    case .pca(let pca): try pca.store(in: &file)
    case .autoencoder(let network): try network.store(in: &file)
    case .linearDenoiser(let denoiser): try denoiser.store(in: &file)
    case .pipeline(let pipeline): try pipeline.store(in: &file)
    }
    return file
  }

  /// Reads a model file.
  /// - Throws: `EigencoderError.missingInput` when there is none, `.invalidData` when it is not a model file, or
  ///   its tensors are not those of the architecture it states.
  public init(contentsOf url: URL) throws {
    try self.init(SafeTensors(contentsOf: url), name: url.lastPathComponent)
  }

  /// Reads from memory; `name` is what errors call it.
  init(bytes: [UInt8], name: String) throws {
    try self.init(SafeTensors(bytes: bytes, name: name), name: name)
  }

  private init(_ file: SafeTensors, name: String) throws {
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
      case "embedding": self = .pipeline(try EmbeddingPipeline(file, architecture))
      case "autoencoder", "contractive", "denoising", "linear":
        self = .autoencoder(try Autoencoder(file, architecture, method))
      default:
        throw EigencoderError.invalidData(
          "a model of the method '\(method.oneLine)', which this version does not know")
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

/// JSON in one line, keys sorted, for the metadata.
func oneLineJSON(_ value: some Encodable) throws -> String {
  let encoder = JSONEncoder()
  encoder.outputFormatting = [.sortedKeys]
  return String(decoding: try encoder.encode(value), as: UTF8.self)
}
