internal import Foundation

// A pipeline's file is that of its reduction, with tensors of its own beside: their names begin with "embedding.".

private let prefix = "embedding."

extension EmbeddingPipeline.Reduction {
  var content: any ModelContent<T> {
    switch self {
    case .pca(let pca): pca
    case .network(let network): network
    }
  }
}

extension EmbeddingPipeline: ModelContent {
  private struct Description: Codable {
    /// The method and the architecture of the reduction.
    var reduction: String
    var architecture: String
    var normalizesInput: Bool
    var normalizesCode: Bool
    var codeLength: Double
    var type: CodeType
    /// Of the quantiser, where there is one.
    var quantizer: [CodeQuantizer.StageDescription]?

    enum CodingKeys: String, CodingKey {
      case reduction, architecture, type, quantizer
      case normalizesInput = "normalizes_input"
      case normalizesCode = "normalizes_code"
      case codeLength = "code_length"
    }
  }

  static var storedMethod: String? { "embedding" }
  var model: Model<T> { .pipeline(self) }
  var trainingMean: [Double] { reduction.content.trainingMean }

  func affineEncoder() throws -> any Reducer<T> {
    guard !normalizesInput, !normalizesCode else {
      throw EigencoderError.invalidData(
        "faiss's LinearTransform is one affine map, which a pipeline that divides by lengths is not")
    }
    return try affinePart()
  }

  /// What is between the divisions by lengths, without rounding; throws `.invalidData` unless it is one affine map.
  func affinePart() throws -> Self {
    _ = try reduction.content.affineEncoder()
    return Self(
      normalizesInput: false, reduction: reduction, offset: offset, scale: scale, normalizesCode: false,
      codeLength: codeLength, quantization: quantization, type: .f32)
  }

  func store(in file: inout SafeTensors) throws {
    try reduction.content.store(in: &file)
    file.metadata["architecture"] = try jsonText(
      Description(
        reduction: reduction.method, architecture: file.metadata["architecture"] ?? "",
        normalizesInput: normalizesInput, normalizesCode: normalizesCode, codeLength: Double(codeLength),
        type: type, quantizer: quantization.quantizer?.description), isPretty: false)
    file.append(prefix + "offset", offset)
    file.append(prefix + "scale", scale)
    file.append(prefix + "quantization.scale", [quantization.scale])
    file.append(prefix + "quantization.threshold", quantization.threshold)
    file.append(prefix + "quantization.spread", quantization.spread)
    quantization.quantizer?.store(in: &file)
  }

  init(_ file: SafeTensors, _ architecture: String, _ method: String) throws {
    let description = try JSONDecoder().decode(Description.self, from: Data(architecture.utf8))
    let rest = file.selecting { !$0.hasPrefix(prefix) && !$0.hasPrefix(CodeQuantizer.prefix) }
    let reduction: Reduction
    switch try Model<T>(rest, method: description.reduction, architecture: description.architecture) {
    case .pca(let pca): reduction = .pca(pca)
    case .autoencoder(let network): reduction = .network(network)
    case .linearDenoiser, .pipeline:
      throw EigencoderError.invalidData(
        "a pipeline around the method '\(description.reduction.oneLine)', expected pca or a network")
    }
    let k = reduction.reducer.latent
    func vector(_ name: String) throws -> [T] { try file.vector(prefix + name, count: k) }
    if file.tensors.contains(where: { $0.name == prefix + "quantization.offset" }) {
      throw EigencoderError.invalidData(
        "a pipeline of an earlier version, whose int8 codes have a scale for each dimension: fit it again by 'eigencoder embed'"
      )
    }
    let scale = try vector("scale")
    let step: T = try file.vector(prefix + "quantization.scale", count: 1)[0]
    let (threshold, spread) = (try vector("quantization.threshold"), try vector("quantization.spread"))
    guard scale.allSatisfy({ $0 > 0 }), step > 0, (1 / step).isFinite,
      spread.allSatisfy({ $0 >= 0 }), description.codeLength > 0, description.codeLength.isFinite
    else { throw EigencoderError.invalidData("the pipeline holds scales that are not positive") }
    let quantizer = try description.quantizer.map {
      try CodeQuantizer(file, prefix: CodeQuantizer.prefix, latent: k, $0)
    }
    guard description.type != .quantized || quantizer != nil else {
      throw EigencoderError.invalidData("a pipeline of quantized codes without its quantiser")
    }
    let quantization = Quantization(scale: step, threshold: threshold, spread: spread, quantizer: quantizer)
    try file.selecting { $0.hasPrefix(prefix) }.requireOnly(Self.names, of: "a pipeline's")
    self.init(
      normalizesInput: description.normalizesInput, reduction: reduction, offset: try vector("offset"),
      scale: scale, normalizesCode: description.normalizesCode, codeLength: T(description.codeLength),
      quantization: quantization, type: description.type)
  }

  private static var names: Set<String> {
    Set(
      ["offset", "scale", "quantization.scale", "quantization.threshold", "quantization.spread"].map {
        prefix + $0
      })
  }
}

// MARK: - As one value

/// The bytes of the model file, whatever the encoder: JSON, a property list, a keyed archive.
extension EmbeddingPipeline: Codable {
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(Data(try Model.pipeline(self).bytes()))
  }

  public init(from decoder: any Decoder) throws {
    let bytes = try decoder.singleValueContainer().decode(Data.self)
    guard case .pipeline(let pipeline) = try Model<T>(bytes: bytes, name: "the pipeline") else {
      throw EigencoderError.invalidData("the value holds a model that is no pipeline")
    }
    self = pipeline
  }
}
