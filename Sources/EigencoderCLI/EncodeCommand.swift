import Eigencoder
import Foundation

private let modelOption = Option("model", "FILE", "a model saved by 'eigencoder fit' or 'eigencoder embed'")
private let typeOption = Option(
  "type", "NAME",
  "of the stored codes: \(names(CodeType.self)); int8 and binary of an embed model\n(default: what 'embed' chose, also bytes of its quantiser; else f32)",
  choices: CodeType.allCases.map(\.rawValue))

struct EncodeCommand: Command {
  static let name = "encode"
  static let summary = "turn samples into codes with a saved model"
  static let usage = "--model M --data FILE --out Z.npy [--scores S.csv]"
  static let options =
    [modelOption, DataSource.option(), DataSource.scaleOption] + DataSource.readingOptions
    + RowOutput.options + [
      typeOption,
      Option(
        "scores", "FILE",
        "also each row's squared reconstruction error from its stored code and, for pca,\nHotelling's T2 (csv, or npy by the name): what has drifted from the training data\nis large; of a pipeline that divides rows by their lengths the errors are of such rows"
      ),
    ]
  static let examples = [
    ("eigencoder encode --model pca.safetensors --data x.npy --out z.npy", "n x d samples to n x k codes"),
    (
      "cat x.csv | eigencoder encode --model pca.safetensors --data - --out - | head",
      "row by row from a pipe into a pipe"
    ),
    (
      "eigencoder encode --model pca.safetensors --data x.f32 --columns 384 --out z.f32 --scores drift.csv",
      "raw float32 of any length, in constant memory, with scores for a monitor"
    ),
  ]

  private let stream: RowStream
  private let scores: String?

  init(_ arguments: Arguments) throws {
    stream = try RowStream(arguments)
    scores = arguments.string("scores")
  }

  func run() throws -> Int32 {
    try stream.requireWritable(besides: scores)
    let file = try stream.modelFile()
    let rows = try stream.open(atLeast: file.precision)
    switch rows.precision {
    case .f32: return try run(file.model(as: Float.self), file.input, rows.reader)
    case .f64: return try run(file.model(as: Double.self), file.input, rows.reader)
    }
  }

  private func run<T: Scalar>(_ model: Model<T>, _ input: ModelInput?, _ reader: RowReader) throws -> Int32 {
    let (reducer, variances) = (model.reducer, model.codeVariances)
    let scoreFile = try scores.map { try OutputFile(replacing: URL(fileURLWithPath: $0)) }
    defer { scoreFile?.abandon() }
    var scoreSink: RowSink?
    let storage = try stream.storage(of: model)
    try stream.requireHolding(storage.type)
    let columns = storage.columns(latent: reducer.latent)
    try input?.check(columns: reader.columnNames)
    var clipped = 0
    try stream.run(
      "encode", reader, reducer.inputs, "columns", to: columns, as: stream.elementType(of: storage)
    ) { (x: Matrix<T>) in
      if reader.rowsRead == x.rows { input?.warn(of: x, reader.scale, model) }
      var codes = storage.encode(x)
      // Text shows the digits of what it is handed.
      if storage.type == .f16, stream.isText {
        codes = try storage.rounded(codes, firstRow: reader.rowsRead - x.rows)
      }
      clipped += storage.clippedCount(codes)
      if let scoreFile {
        let sink = try scoreSink ?? sink(scoreFile, rows: reader.rows, variances != nil)
        scoreSink = sink
        let scores = try RowScores(
          of: reducer, on: x, codes: storage.rounded(codes, firstRow: reader.rowsRead - x.rows),
          variances: variances, means: model.codeMeans)
        try scores.matrix.requireFinite(in: "the scores")
        try sink.append(scores.matrix)
      }
      return storage.stored(codes)
    }
    try scoreSink?.finish()
    if clipped > 0 {
      Terminal.note(
        storage.type == .quantized
          ? "eigencoder: warning: \(counted(clipped, "row")) beyond 1,000 times the spread of the fit's: codes of these stand for other rows (--type f32 keeps them)"
          : "eigencoder: warning: \(counted(clipped, "number")) of the codes beyond twice the range of int8, stored as its ends: "
            + "the rows are unlike those of the fit (--type f32 keeps them)")
    }
    return ExitStatus.success
  }

  /// Of text, whatever the name, unless it ends in npy.
  private func sink(_ file: OutputFile, rows: Int?, _ hasHotelling: Bool) throws -> RowSink {
    let names = RowScores.names(withHotelling: hasHotelling)
    guard scores?.lowercased().hasSuffix(".npy") == true else {
      return try FileFormat.csv.sink(
        to: file, columns: names.count, rows: rows, as: .float64, names: TableNames(columns: names))
    }
    return try FileFormat.npy.sink(to: file, columns: names.count, rows: rows, as: .float64)
  }
}

struct DecodeCommand: Command {
  static let name = "decode"
  static let summary = "turn codes back into samples with a saved model"
  static let usage = "--model M --data Z.npy --out X.npy"
  static let options =
    [modelOption, DataSource.option("one code a row")] + DataSource.readingOptions + RowOutput.options
    + [typeOption]
  static let examples = [
    (
      "eigencoder decode --model pca.safetensors --data z.npy --out x.npy",
      "n x k codes to n x d reconstructions"
    ),
    (
      "eigencoder decode --model pca.safetensors --data z.npy --out - --out-format csv | head -3",
      "the first of them as text"
    ),
  ]

  private let stream: RowStream

  init(_ arguments: Arguments) throws { stream = try RowStream(arguments) }

  func run() throws -> Int32 {
    try stream.requireWritable(besides: nil)
    // Codes of any precision stand for rows in that of the data of the fit.
    let file = try stream.modelFile()
    let rows = try stream.open(atLeast: file.input?.precision ?? .f32)
    switch rows.precision {
    case .f32: return try run(file.model(as: Float.self), file.input?.columns, rows.reader)
    case .f64: return try run(file.model(as: Double.self), file.input?.columns, rows.reader)
    }
  }

  private func run<T: Scalar>(_ model: Model<T>, _ columnNames: [String]?, _ reader: RowReader) throws
    -> Int32
  {
    let (reducer, storage) = (model.reducer, try stream.storage(of: model))
    let columns = storage.columns(latent: reducer.latent)
    try stream.run(
      "decode", reader, columns, "code columns", to: reducer.inputs, as: stream.elementType(T.self),
      columnNames
    ) {
      try storage.requireStored(as: reader.storedType)
      return reducer.decode(try storage.codes($0))
    }
    return ExitStatus.success
  }
}

/// What encode and decode share: a model, rows in, rows out, a block at a time.
private struct RowStream {
  let model: String
  private let data: DataSource
  private let output: RowOutput
  private let type: CodeType?

  init(_ arguments: Arguments) throws {
    model = try arguments.required("model")
    _ = try arguments.required("data")
    data = try DataSource(arguments)
    output = try RowOutput(arguments)
    type = arguments.has("type") ? try arguments.choice("type", default: .f32) : nil
  }

  /// How the codes of the model are stored.
  func storage<T: Scalar>(of model: Model<T>) throws -> CodeStorage<T> { try CodeStorage(model, type) }

  func modelFile() throws -> ModelFile { try ModelFile(contentsOf: URL(fileURLWithPath: model)) }

  /// The rows, and the precision in which they are computed with.
  func open(atLeast least: Precision) throws -> (reader: RowReader, precision: Precision) {
    let reader = try data.open()
    return (reader, least == .f64 ? .f64 : try data.precision(of: reader))
  }

  /// What numbers of `T` are written as: themselves, where the format holds them.
  func elementType<T: Scalar>(_ type: T.Type) -> ElementType {
    output.format.holds(.storing(T.self)) ? .storing(T.self) : .float32
  }

  /// What the codes are written as: those of a type that was asked for or that the model chose as that type, others as they
  /// are computed.
  func elementType<T: Scalar>(of storage: CodeStorage<T>) -> ElementType {
    storage.isChosen ? output.elementType(of: storage.type) : elementType(T.self)
  }

  var isText: Bool { output.format.isWrittenAsText }

  func requireHolding(_ type: CodeType) throws { try output.requireHolding(type) }

  func requireWritable(besides scores: String?) throws {
    try output.requireWritable(reading: [model] + data.paths)
    guard let scores else { return }
    try Output.requireWritable(scores, reading: [model] + data.paths)
    if areSamePlace(scores, output.path) {
      throw EigencoderError.invalidArgument("--out and --scores would both write '\(scores)'")
    }
  }

  /// - Parameters:
  ///   - width: the columns that the model takes, called `what`.
  ///   - columnNames: of the rows out, where they have names.
  ///   - map: n x width numbers to n x columns.
  func run<T: Scalar>(
    _ title: String, _ reader: RowReader, _ width: Int, _ what: String, to columns: Int, as type: ElementType,
    _ columnNames: [String]? = nil, _ map: (Matrix<T>) throws -> Matrix<T>
  ) throws {
    data.note(reader)
    guard reader.columns == width else {
      throw EigencoderError.invalidData(
        "the model takes \(width) \(what), \(data.name) has \(reader.columns)")
    }
    Interrupt.endAtOnce()
    let progress = RowProgress(title)
    let names = TableNames(columns: columnNames, hasIDs: reader.hasIDs)
    try output.write(columns: columns, rows: reader.rows, as: type, names: names) { sink in
      try reader.forEachBlock(as: T.self) { x in
        let result = try map(x)
        try result.requireFinite(in: "the result")
        // Text shows the digits of what it is handed.
        if type == .float32, T.self == Double.self, output.format.isWrittenAsText {
          try sink.append(result.converted(to: Float.self), ids: reader.takeIDs())
        } else {
          try sink.append(result, ids: reader.takeIDs())
        }
        progress.report(reader)
      }
      data.noteLosses(reader, as: .storing(T.self))
      Terminal.note(sink.losses, of: output.path, as: type)
    }
  }
}

extension ModelInput {
  /// The same where columns are named otherwise than those of the fit.
  ///
  /// - Throws: `.invalidData` where they are the same in another order.
  func check(columns names: [String]?) throws {
    guard let names, let columns, names.count == columns.count,
      let other = names.indices.first(where: { names[$0] != columns[$0] })
    else { return }
    guard Set(names) != Set(columns) else {
      throw EigencoderError.invalidData(
        "the columns are those of the fit in another order: column \(other + 1) is \"\(names[other])\", "
          + "expected \"\(columns[other])\"")
    }
    Terminal.note(
      "eigencoder: warning: column \(other + 1) is \"\(names[other])\", that of the fit was \"\(columns[other])\""
    )
  }

  /// A warning on standard error where the rows are of another kind than those of the fit.
  func warn<T: Scalar>(of x: Matrix<T>, _ scale: Double, _ model: Model<T>) {
    // Rows that are divided by their lengths are of any scale, and the mean is of those divided.
    if case .pipeline(let pipeline) = model, pipeline.normalizesInput { return }
    guard let text = mismatch(of: x, scale: scale, trainingMean: model.trainingMean) else { return }
    Terminal.note("eigencoder: warning: \(text)")
  }
}
