import Eigencoder
import Foundation

private let modelOption = Option("model", "FILE", "a model saved by 'eigencoder fit'")
private let outOption = Option(
  "out", "FILE", "where to write, one row a sample: csv when the name ends so, else npy")

struct EncodeCommand: Command {
  static let name = "encode"
  static let summary = "turn samples into codes with a saved model"
  static let usage = "--model M --data FILE --out Z.npy"
  static let options = [
    modelOption, Option("data", "FILE", "samples: npy, csv, tsv, idx or idx.gz"), DataSource.scaleOption,
    outOption,
  ]
  static let examples = [
    ("eigencoder encode --model pca.safetensors --data x.npy --out z.npy", "n x d samples to n x k codes")
  ]

  private let run_: MapRun

  init(_ arguments: Arguments) throws { run_ = try MapRun(arguments) }

  func run() throws -> Int32 {
    try run_.run(what: "columns", width: { $0.inputDimension }) { $0.encode($1) }
  }
}

struct DecodeCommand: Command {
  static let name = "decode"
  static let summary = "turn codes back into samples with a saved model"
  static let usage = "--model M --data Z.npy --out X.npy"
  static let options = [
    modelOption, Option("data", "FILE", "codes, as 'encode' wrote them"), outOption,
  ]
  static let examples = [
    (
      "eigencoder decode --model pca.safetensors --data z.npy --out x.npy",
      "n x k codes to n x d reconstructions"
    )
  ]

  private let run_: MapRun

  init(_ arguments: Arguments) throws { run_ = try MapRun(arguments) }

  func run() throws -> Int32 {
    try run_.run(what: "code columns", width: { $0.latentDimension }) { $0.decode($1) }
  }
}

/// What encode and decode share: a model, rows in, rows out.
private struct MapRun {
  let model: String
  let data: DataSource
  let output: String

  init(_ arguments: Arguments) throws {
    model = try arguments.required("model")
    _ = try arguments.required("data")
    data = try DataSource(arguments)
    output = try arguments.required("out")
  }

  func run(
    what: String, width: (any Reducer<Float>) -> Int,
    _ map: (any Reducer<Float>, Matrix<Float>) -> Matrix<Float>
  ) throws -> Int32 {
    // Codes may take the place of their vectors, but not of the model.
    try Output.requireWritable(output, reading: [model])
    let reducer = try Model<Float>(contentsOf: URL(fileURLWithPath: model)).reducer
    let x = try data.load()
    guard x.columns == width(reducer) else {
      throw EigencoderError.invalidData(
        "the model takes \(width(reducer)) \(what), \(data.name) has \(x.columns)")
    }
    let result = map(reducer, x)
    try result.requireFinite(name: "the result")
    let url = URL(fileURLWithPath: output)
    if url.pathExtension.lowercased() == "csv" {
      try result.write(csv: url)
    } else {
      try result.write(npy: url)
    }
    return ExitStatus.success
  }
}
