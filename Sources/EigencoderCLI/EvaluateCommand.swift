import Eigencoder
import Foundation

struct EvaluateCommand: Command {
  static let name = "evaluate"
  static let summary = "measure what a saved model loses on data"
  static let usage = "--model M --data FILE [--format text|json]"
  static let options = [
    Option("model", "FILE", "a model saved by 'eigencoder fit'"),
    Option("data", "FILE", "npy, csv, tsv, idx or idx.gz, one sample a row"),
    DataSource.scaleOption,
    Option("format", "NAME", "\(names(TextFormat.self)) (default: text)"),
    Option("quiet", nil, "no messages"),
  ]
  static let examples = [
    (
      "eigencoder evaluate --model pca.safetensors --data test.npy --format json",
      "the metrics of 'compare', for one model"
    )
  ]

  private struct Summary: Encodable {
    let method: String
    let latent: Int
    let samples: Int
    let metrics: ReconstructionMetrics

    private enum Key: String, CodingKey { case method, latent, samples }

    /// The metrics stand beside the other keys.
    func encode(to encoder: any Encoder) throws {
      var container = encoder.container(keyedBy: Key.self)
      try container.encode(method, forKey: .method)
      try container.encode(latent, forKey: .latent)
      try container.encode(samples, forKey: .samples)
      try metrics.encode(to: encoder)
    }
  }

  private let model: String
  private let data: DataSource
  private let format: TextFormat

  init(_ arguments: Arguments) throws {
    model = try arguments.required("model")
    _ = try arguments.required("data")
    data = try DataSource(arguments)
    format = try arguments.choice("format", default: .text)
  }

  func run() throws -> Int32 {
    let model = try Model<Float>(contentsOf: URL(fileURLWithPath: model))
    let x = try data.load()
    guard x.columns == model.reducer.inputDimension else {
      throw EigencoderError.invalidData(
        "the model takes \(model.reducer.inputDimension) columns, \(data.name) has \(x.columns)")
    }
    let metrics = try ReconstructionMetrics(of: model.reducer, on: x, trainingMean: model.trainingMean)
    switch format {
    case .json:
      try Output.print(
        jsonText(
          Summary(
            method: model.reducer.method, latent: model.reducer.latentDimension, samples: x.rows,
            metrics: metrics)))
    case .text:
      try Output.print(
        "\(model.reducer.method): \(x.columns) -> \(model.reducer.latentDimension), \(counted(x.rows, "row")) of \(data.name)"
      )
      try Output.print(metrics.text)
    }
    return ExitStatus.success
  }
}
