import Eigencoder
import Foundation

struct EvaluateCommand: Command {
  static let name = "evaluate"
  static let summary = "measure what a saved model loses on data"
  static let usage = "--model M --data FILE [--neighbours] [--format text|json]"
  static let options =
    [
      Option("model", "FILE", "a model saved by 'eigencoder fit'"),
      DataSource.option(),
      DataSource.scaleOption,
      LabelSource.option,
      Option("neighbours", nil, "also how well the codes keep neighbours, on at most 10000 rows"),
      Option("details", nil, "also the worst rows and, in json, the error of each column"),
      TextFormat.option(),
    ] + DataSource.readingOptions
  static let examples = [
    (
      "eigencoder evaluate --model pca.safetensors --data test.npy --format json",
      "the metrics of 'compare', for one model"
    ),
    (
      "eigencoder evaluate --model pca.safetensors --data test.npy --neighbours --details",
      "also whether neighbours stay neighbours, and which rows are lost the most of"
    ),
  ]

  private struct Summary: Encodable {
    let method: String
    let latent: Int
    let samples: Int
    let bytesPerVector: Int
    /// Whether the errors are of the rows divided by their lengths; nil where they are of the rows as they are.
    let normalizesInput: Bool?
    let metrics: ReconstructionMetrics

    private enum Key: String, CodingKey { case method, latent, samples, bytesPerVector, normalizesInput }

    /// The metrics stand beside the other keys.
    func encode(to encoder: any Encoder) throws {
      var container = encoder.container(keyedBy: Key.self)
      try container.encode(method, forKey: .method)
      try container.encode(latent, forKey: .latent)
      try container.encode(samples, forKey: .samples)
      try container.encode(bytesPerVector, forKey: .bytesPerVector)
      try container.encodeIfPresent(normalizesInput, forKey: .normalizesInput)
      try metrics.encode(to: encoder)
    }
  }

  private let model: String
  private let data: DataSource
  private let labels: String?
  private let findsNeighbours: Bool
  private let listsDetails: Bool
  private let format: TextFormat

  init(_ arguments: Arguments) throws {
    model = try arguments.required("model")
    _ = try arguments.required("data")
    data = try DataSource(arguments)
    labels = arguments.string("labels")
    findsNeighbours = arguments.has("neighbours")
    listsDetails = arguments.has("details")
    format = try arguments.choice("format", default: .text)
  }

  func run() throws -> Int32 {
    let file = try ModelFile(contentsOf: URL(fileURLWithPath: model))
    let table = try data.loadTable(atLeast: file.precision)
    switch table.x {
    case .float(let x): return try run(file.model(), file.input, x, table)
    case .double(let x): return try run(file.model(), file.input, x, table)
    }
  }

  private func run<T: Scalar>(_ model: Model<T>, _ input: ModelInput?, _ x: Matrix<T>, _ table: Table) throws
    -> Int32
  {
    guard x.columns == model.reducer.inputs else {
      throw EigencoderError.invalidData(
        "the model takes \(model.reducer.inputs) columns, \(data.name) has \(x.columns)")
    }
    input?.warn(of: x, table.scale, model)
    try input?.check(columns: table.columnNames)
    var samples = TestSamples(x)
    samples.labels = try labels.map { try LabelSource.read($0, rows: x.rows, of: data.name, table) }
    if findsNeighbours { samples.neighbourhood = try NeighbourhoodReference(of: x) }
    samples.worstCount = listsDetails ? 5 : 0
    samples.listsFeatures = listsDetails
    let metrics = try ReconstructionMetrics(
      of: model.reducer, on: samples, trainingMean: model.trainingMean)
    var pipeline: EmbeddingPipeline<T>?
    if case .pipeline(let model) = model { pipeline = model }
    let normalizesInput = pipeline?.normalizesInput == true
    switch format {
    case .json:
      try Output.print(
        jsonText(
          Summary(
            method: model.reducer.method, latent: model.reducer.latent, samples: x.rows,
            bytesPerVector: model.reducer.bytesPerVector, normalizesInput: normalizesInput ? true : nil,
            metrics: metrics)))
    case .text:
      try Output.print(
        "\(model.reducer.method): \(x.columns) -> \(model.reducer.latent), \(counted(x.rows, "row")) of \(data.name)"
      )
      if let pipeline {
        try Output.print(
          "of \(pipeline.type.rawValue) codes, \(counted(pipeline.bytesPerVector, "byte")) a vector, as they come back from storage"
            + (normalizesInput ? "; errors are of the rows divided by their lengths" : ""))
      }
      try Output.print(metrics.text)
    }
    return ExitStatus.success
  }
}
