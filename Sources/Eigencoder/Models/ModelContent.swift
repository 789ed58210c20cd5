/// A reducer that a model file can hold. Each kind conforms in a file of its own; `Model.kinds` lists them.
protocol ModelContent<Element>: Reducer {
  /// The method by which a file names the kind; nil for networks, which may have any name.
  static var storedMethod: String? { get }
  /// Itself, as one of the models.
  var model: Model<Element> { get }

  /// Appends the tensors, and the architecture to the metadata.
  func store(in file: inout SafeTensors) throws
  /// Rebuilds what `store` has stored.
  ///
  /// - Throws: `.invalidData` when the tensors are not those of the architecture; another error when the architecture
  ///   is not one of this kind.
  init(_ file: SafeTensors, _ architecture: String, _ method: String) throws

  /// The mean of the rows it was fitted to, d numbers.
  var trainingMean: [Double] { get }
  /// The variance of each number of the codes of the training rows, k of them; nil where they are not known.
  var codeVariances: [Double]? { get }
  /// The mean of each number of those codes; nil where it is not known.
  var codeMeans: [Double]? { get }
  /// The encoder without rounding to fewer bytes; throws `.invalidData` unless it is one affine map.
  func affineEncoder() throws -> any Reducer<Element>

  /// Appends the encoder's nodes to an ONNX graph: from rows of d numbers to their codes.
  func encode(_ x: ONNXGraph.Value, in graph: inout ONNXGraph) -> ONNXGraph.Value
  /// Appends the decoder's nodes: from codes to rows of d numbers.
  func decode(_ codes: ONNXGraph.Value, in graph: inout ONNXGraph) -> ONNXGraph.Value
}

extension ModelContent {
  var codeVariances: [Double]? { nil }
  var codeMeans: [Double]? { nil }
  func affineEncoder() throws -> any Reducer<Element> { self }
}

// What the kinds check alike.
extension SafeTensors {
  /// Throws `.invalidData` unless an architecture states sizes that a model can have.
  func requireSizes(inputs: Int, latent: Int, samples: Int) throws {
    guard inputs >= 1, latent >= 1, samples >= 0 else {
      throw EigencoderError.invalidData(
        "the architecture states \(inputs) inputs, a code of \(latent), \(samples) samples")
    }
  }

  /// Throws `.invalidData` naming a tensor that is none of `names`, which are those of `owner`.
  func requireOnly(_ names: Set<String>, of owner: String) throws {
    if let extra = tensors.first(where: { !names.contains($0.name) }) {
      throw EigencoderError.invalidData("the tensor '\(extra.name)' is none of \(owner)".oneLine)
    }
  }
}
