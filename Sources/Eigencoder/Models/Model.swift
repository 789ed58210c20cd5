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

  /// The kinds of models, as a file names them. A new kind is a file of its own, a case, and its line here and below.
  static var kinds: [any ModelContent<T>.Type] {
    [
      PrincipalComponents<T>.self, FittedLinearDenoiser<T>.self, EmbeddingPipeline<T>.self,
      Autoencoder<T>.self,
    ]
  }

  var content: any ModelContent<T> {
    switch self {
    case .pca(let pca): pca
    case .autoencoder(let network): network
    case .linearDenoiser(let denoiser): denoiser
    case .pipeline(let pipeline): pipeline
    }
  }

  /// The model of a fitted reducer.
  /// - Throws: `EigencoderError.invalidArgument` when a model file cannot hold it: a method of the caller's own.
  public init(_ reducer: any Reducer<T>) throws {
    // Whether a caller's type can be stored is known to nobody before.
    guard let content = reducer as? any ModelContent<T> else {
      throw EigencoderError.invalidArgument("a reducer of the method '\(reducer.method)' has no model file")
    }
    self = content.model
  }

  /// The model as what all methods have in common.
  public var reducer: any Reducer<T> { content }

  /// The mean of the rows it was fitted to, d numbers: what R2 and the relative error compare with.
  public var trainingMean: [Double] { content.trainingMean }

  /// The variance of each number of the codes of its training rows, k of them, where the model knows them: of
  /// principal components.
  public var codeVariances: [Double]? { content.codeVariances }

  /// The mean of each number of the codes of its training rows, k of them, where the model knows them: of principal components
  /// 0, unless their codes keep the mean's projection.
  public var codeMeans: [Double]? { content.codeMeans }
}

// MARK: - Files

extension Model {
  /// Writes the model file, whole or not at all.
  ///
  /// - Parameters:
  ///   - url: of the file.
  ///   - input: what it was fitted to, to be kept in the file; `ModelInput.read` reads it.
  /// - Throws: `EigencoderError.unwritableOutput`.
  public func write(to url: URL, input: ModelInput? = nil) throws { try file(input).write(to: url) }

  /// The bytes that `write` writes: to be kept in a database, or sent.
  /// - Throws: `EigencoderError.invalidArgument` when there are more than a safetensors file holds.
  public func bytes(input: ModelInput? = nil) throws -> [UInt8] { try file(input).serialized() }

  /// The content of the model file.
  private func file(_ input: ModelInput?) throws -> SafeTensors {
    var file = SafeTensors(metadata: ["format": "eigencoder", "version": version, "method": reducer.method])
    if let input { file.metadata[ModelInput.key] = try jsonText(input, isPretty: false) }
    try content.store(in: &file)
    return file
  }

  /// Reads a model file.
  /// - Throws: `EigencoderError.missingInput` when there is none, `.invalidData` when it is not a model file, or
  ///   its tensors are not those of the architecture it states.
  public init(contentsOf url: URL) throws {
    try self.init(SafeTensors(contentsOf: url), name: url.lastPathComponent)
  }

  /// Reads the bytes of a model file that are in memory already: an array, `Data`, a resource.
  ///
  /// - Parameters:
  ///   - bytes: of the file.
  ///   - name: what errors call it.
  /// - Throws: `EigencoderError.invalidData` as `init(contentsOf:)` does.
  public init(bytes: some Sequence<UInt8>, name: String = "the model") throws {
    try self.init(SafeTensors(bytes: Array(bytes), name: name), name: name)
  }

  init(_ file: SafeTensors, name: String) throws {
    let (method, architecture) = try file.modelMetadata(name: name)
    do {
      self = try Model(file, method: method, architecture: architecture)
    } catch let error as EigencoderError {
      throw error.description.hasPrefix(name) ? error : .invalidData("\(name): \(error)")
    }
  }

  /// The kind that the method names, or a network: it may have any name, even that of another kind.
  init(_ file: SafeTensors, method: String, architecture: String) throws {
    let kinds = Self.kinds.filter { $0.storedMethod == method || $0.storedMethod == nil }
    for kind in kinds {
      do {
        self = try kind.init(file, architecture, method.oneLine).model
        return
      } catch let error as EigencoderError { throw error } catch { continue }
    }
    throw EigencoderError.invalidData(
      kinds.count > 1
        ? "the metadata's architecture cannot be read: \(architecture.oneLine)"
        : "a model of the method '\(method.oneLine)', whose architecture this version cannot read")
  }
}

extension SafeTensors {
  /// What the metadata of a model say; throws `.invalidData` for a file that is none, which errors call `name`.
  func modelMetadata(name: String) throws -> (method: String, architecture: String) {
    guard metadata["format"] == "eigencoder", let method = metadata["method"],
      let architecture = metadata["architecture"]
    else {
      throw EigencoderError.invalidData(
        "\(name): a safetensors file but not an Eigencoder model: its metadata lack format, method or architecture"
      )
    }
    return (method, architecture)
  }
}
