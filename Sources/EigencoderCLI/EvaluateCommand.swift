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
    // Labels and details are of every row.
    if labels == nil, !listsDetails, let rows = try data.rowFile() {
      let reader = try data.open()
      let precision = try file.precision == .f64 ? .f64 : data.precision(of: reader)
      switch precision {
      case .f32: return try run(file.model() as Model<Float>, file.input, rows, reader)
      case .f64: return try run(file.model() as Model<Double>, file.input, rows, reader)
      }
    }
    let table = try data.loadTable(atLeast: file.precision)
    switch table.x {
    case .float(let x): return try run(file.model(), file.input, x, table)
    case .double(let x): return try run(file.model(), file.input, x, table)
    }
  }

  /// On a large file, a block of rows at a time.
  private func run<T: Scalar>(_ model: Model<T>, _ input: ModelInput?, _ rows: RowFile, _ reader: RowReader)
    throws -> Int32
  {
    try requireWidth(rows.columns, of: model)
    input?.warn(of: try rows.evenlySpaced(ModelInput.sampleRows), reader.scale, model)
    try input?.check(columns: reader.columnNames)
    var neighbours: TestSamples<T>?
    if findsNeighbours {
      let sample: Matrix<T> = try rows.sample(NeighbourOptions.limit, seed: 1)
      neighbours = TestSamples(sample)
      neighbours?.neighbourhood = try NeighbourhoodReference(of: sample)
    }
    let progress = RowProgress("evaluate")
    let metrics = try ReconstructionMetrics(
      of: model.reducer, onRowsOf: reader, trainingMean: model.trainingMean, neighbours: neighbours
    ) { progress.report($0) }
    data.noteLosses(reader, as: .storing(T.self))
    return try report(metrics, of: model, rows: rows.rows)
  }

  private func requireWidth<T: Scalar>(_ columns: Int, of model: Model<T>) throws {
    guard columns == model.reducer.inputs else {
      throw EigencoderError.invalidData(
        "the model takes \(model.reducer.inputs) columns, \(data.name) has \(columns)")
    }
  }

  private func run<T: Scalar>(_ model: Model<T>, _ input: ModelInput?, _ x: Matrix<T>, _ table: Table) throws
    -> Int32
  {
    try requireWidth(x.columns, of: model)
    input?.warn(of: x, table.scale, model)
    try input?.check(columns: table.columnNames)
    var samples = TestSamples(x)
    samples.labels = try labels.map { try LabelSource.read($0, rows: x.rows, of: data.name, table) }
    if findsNeighbours { samples.neighbourhood = try NeighbourhoodReference(of: x) }
    samples.worstCount = listsDetails ? 5 : 0
    samples.listsFeatures = listsDetails
    let metrics = try ReconstructionMetrics(
      of: model.reducer, on: samples, trainingMean: model.trainingMean)
    return try report(metrics, of: model, rows: x.rows)
  }

  private func report<T: Scalar>(_ metrics: ReconstructionMetrics, of model: Model<T>, rows: Int) throws
    -> Int32
  {
    var pipeline: EmbeddingPipeline<T>?
    if case .pipeline(let model) = model { pipeline = model }
    let normalizesInput = pipeline?.normalizesInput == true
    switch format {
    case .json:
      try Output.print(
        jsonText(
          Summary(
            method: model.reducer.method, latent: model.reducer.latent, samples: rows,
            bytesPerVector: model.reducer.bytesPerVector, normalizesInput: normalizesInput ? true : nil,
            metrics: metrics)))
    case .text:
      try Output.print(
        "\(model.reducer.method): \(model.reducer.inputs) -> \(model.reducer.latent), \(counted(rows, "row")) of \(data.name)"
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
