internal import Foundation

extension Autoencoder {
  func store(in file: inout SafeTensors) throws {
    file.metadata["architecture"] = try jsonText(architecture, isPretty: false)
    file.append("input.mean", standardization.mean)
    if let scale = standardization.scale { file.append("input.scale", scale) }
    // A network that was trained in `Float` keeps its size.
    let all = Matrix(rows: 1, columns: parameters.count, parameters)
    let areFloat = T.isSingle || all.converted(to: Double.self).withView { $0.isExactlyFloat }
    for tensor in layout.tensors {
      let values = Array(parameters[tensor.range])
      if areFloat {
        file.append(tensor.name, values.map { Float($0) }, shape: tensor.shape)
      } else {
        file.append(tensor.name, values, shape: tensor.shape)
      }
    }
  }

  init(_ file: SafeTensors, _ architecture: String, _ method: String) throws {
    let architecture = try JSONDecoder().decode(Architecture.self, from: Data(architecture.utf8))
    // A file can state any sizes. Memory is allocated for them only after its tensors have been found to have them.
    let widths = architecture.encoderWidths
    for (index, pair) in zip(widths, widths.dropFirst()).enumerated() {
      let _: Matrix<T> = try file.matrix("encoder.\(index).weight", rows: pair.1, columns: pair.0)
    }
    try self.init(architecture)
    self.method = method
    var known = Set(["input.mean"])
    for tensor in layout.tensors {
      let values: [T] =
        tensor.isBias
        ? try file.vector(tensor.name, count: tensor.columns)
        : try file.matrix(tensor.name, rows: tensor.rows, columns: tensor.columns).elements
      parameters.replaceSubrange(tensor.range, with: values)
      known.insert(tensor.name)
    }
    let mean: [T] = try file.vector("input.mean", count: inputs)
    let scale: [T]? = file["input.scale"] == nil ? nil : try file.vector("input.scale", count: inputs)
    known.insert("input.scale")
    guard parameters.withView({ $0.isFinite }), mean.withView({ $0.isFinite }) else {
      throw EigencoderError.invalidData("the model holds numbers that are not finite")
    }
    guard scale?.allSatisfy({ $0 > 0 && $0.isFinite }) ?? true else {
      throw EigencoderError.invalidData("input.scale has numbers that are not positive")
    }
    try file.requireOnly(known, of: "the architecture's")
    standardize(as: Standardization(mean: mean, scale: scale))
  }
}

extension Autoencoder: ModelContent {
  /// A network is told by its architecture: a caller may give it any name.
  static var storedMethod: String? { nil }
  var model: Model<T> { .autoencoder(self) }
  var trainingMean: [Double] { standardization.mean.map(Double.init) }

  func affineEncoder() throws -> any Reducer<T> {
    if let activation = architecture.encoderActivations.first(where: { $0 != .identity }) {
      throw EigencoderError.invalidData(
        "faiss's LinearTransform is one affine map, which an encoder with the activation \(activation.rawValue) is not"
      )
    }
    return self
  }
}
