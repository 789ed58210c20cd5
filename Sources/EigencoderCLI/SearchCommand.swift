import Eigencoder
import Foundation

struct SearchCommand: Command {
  static let name = "search"
  static let summary = "find the nearest stored codes of queries, to check what codes keep"
  static let usage = "--model M --codes Z.npy --queries Q.npy [--k 10] [--data X.npy] [--out HITS.csv]"
  static let options =
    [
      Option("model", "FILE", "a model saved by 'eigencoder embed'"),
      Option("codes", "FILE", "codes of that model, as 'eigencoder encode' writes them"),
      Option("queries", "FILE", "vectors to look for, one a row; they are not rounded"),
      Option("k", "K", "nearest codes of each query (default: 10)"),
      Option("data", "FILE", "the vectors behind the codes: prints the recall instead of the hits"),
      Option("out", "FILE", "where to write the hits as csv (default: standard output)"),
      DataSource.scaleOption,
    ] + DataSource.readingOptions
  static let examples = [
    (
      "eigencoder search --model embed.safetensors --codes z.npy --queries q.npy --k 5",
      "query, rank, row (all from 0) and score of the 5 nearest codes of each query"
    ),
    (
      "eigencoder search --model embed.safetensors --codes z.npy --queries q.npy --data x.npy",
      "the share of the true 10 nearest that the codes find"
    ),
  ]

  private let model: String
  private let codes: DataSource
  private let queries: DataSource
  private let data: DataSource?
  private let count: Int
  private let out: String?

  init(_ arguments: Arguments) throws {
    model = try arguments.required("model")
    _ = try arguments.required("queries")
    codes = DataSource(written: try arguments.required("codes"))
    queries = try DataSource(arguments, "queries")
    data = arguments.has("data") ? try DataSource(arguments) : nil
    count = try arguments.integer("k", atLeast: 1) ?? 10
    out = arguments.string("out")
    if out != nil, data != nil {
      throw EigencoderError.invalidArgument("--out is where hits go, --data asks for the recall alone")
    }
  }

  func run() throws -> Int32 {
    if let out { try Output.requireWritable(out, reading: [model] + codes.paths + queries.paths) }
    let file = try ModelFile(contentsOf: URL(fileURLWithPath: model))
    Interrupt.endAtOnce()
    let table = try queries.loadTable()
    if file.precision == .f32, case .float(let queries) = table.x { return try run(file, queries, table) }
    return try run(file, table.x.inDouble, table)
  }

  private func run<T: Scalar>(_ file: ModelFile, _ queries: Matrix<T>, _ table: Table) throws -> Int32 {
    guard case .pipeline(let pipeline) = try file.model(as: T.self) else {
      throw EigencoderError.invalidArgument("search needs a model saved by 'eigencoder embed'")
    }
    guard queries.columns == pipeline.inputs else {
      throw EigencoderError.invalidData(
        "the model takes \(pipeline.inputs) columns, \(self.queries.name) has \(queries.columns)")
    }
    file.input?.warn(of: queries, table.scale, Model.pipeline(pipeline))
    try file.input?.check(columns: table.columnNames)
    let searched = try pipeline.storedCodes(in: codes).searched
    try searched.requireFinite(in: "what the codes stand for")
    let found = CosineSearch(searched)
    let asked = pipeline.unroundedCodes(of: queries)
    try asked.requireFinite(in: "the codes of the queries")
    guard let data else {
      let hits = found.nearest(count, to: asked)
      let lines = hits.enumerated().flatMap { query, hits in
        hits.enumerated().map { "\(query),\($0),\($1.row),\($1.score.significant(7))" }
      }
      try Output.write((["query,rank,row,score"] + lines).joined(separator: "\n"), to: out)
      return ExitStatus.success
    }
    let x = try data.load().converted(to: T.self)
    guard x.rows == found.count, x.columns == queries.columns else {
      throw EigencoderError.invalidData(
        "expected \(counted(found.count, "row")) of \(queries.columns) columns, one for each code, \(data.name) has \(x.rows) x \(x.columns)"
      )
    }
    let wide = 5 * min(count, found.count)
    let truth = CosineSearch(x).nearest(count, to: queries)
    let near = found.nearest(wide, to: asked)
    func recall(_ list: Int) -> Double { CosineSearch.recalls(of: near, truth: truth, among: list).mean }
    try Output.print(
      """
      recall@\(count): \(recall(count).fixed(4)), in the best \(wide): \(recall(wide).fixed(4)) \
      (queries: \(queries.rows), \(counted(x.rows, "code")) of \(counted(pipeline.bytesPerVector, "byte")))
      """)
    return ExitStatus.success
  }
}
