import Eigencoder
import Foundation

struct ExportCommand: Command {
  static let name = "export"
  static let summary = "write a saved model for other programs: ONNX, a faiss transform or index"
  static let usage =
    "onnx|faiss|faiss-index --model M --out FILE [--part encoder|decoder|both] [--codes Z.npy]"
  static let positional: (name: String, choices: [String])? = ("target", Target.allCases.map(\.rawValue))
  static let options = [
    Option("model", "FILE", "a model saved by 'eigencoder fit' or 'eigencoder embed'"),
    Option(
      "part", "NAME",
      "of onnx: \(names(Model<Double>.Part.self)) (default: encoder);\nthe encoder takes 'x' and gives 'codes', the decoder takes 'codes' and\ngives 'reconstruction', both together take 'x' and give both",
      choices: Model<Double>.Part.allCases.map(\.rawValue)),
    Option(
      "codes", "FILE", "of faiss-index: the codes that 'eigencoder encode' wrote by the model of 'embed'"),
    Option(
      "out", "FILE",
      "where to write: onnx (opset 17, float32), for faiss safetensors with A and b,\nfor faiss-index what faiss.read_index opens"
    ),
  ]
  static let computes = false
  static let examples = [
    (
      "eigencoder export onnx --model net.safetensors --out encoder.onnx",
      "samples to codes in any ONNX runtime"
    ),
    (
      "eigencoder export onnx --model net.safetensors --part both --out net.onnx",
      "codes and reconstructions by one graph"
    ),
    (
      "eigencoder export faiss --model pca.safetensors --out pca-faiss.safetensors",
      "an affine encoder, z = A x + b, for faiss.LinearTransform"
    ),
    (
      "eigencoder export faiss-index --model embed.safetensors --codes z.npy --out z.faiss",
      "codes of 'embed --engine faiss' as an index that is searched by original vectors"
    ),
  ]

  private enum Target: String, CaseIterable {
    case onnx, faiss
    case faissIndex = "faiss-index"
  }

  private let target: Target
  private let model: String
  private let part: Model<Double>.Part
  private let codes: DataSource?
  private let output: String

  init(_ arguments: Arguments) throws {
    let text = arguments.positional.first
    guard let target = text.flatMap(Target.init(rawValue:)) else {
      throw EigencoderError.invalidArgument(
        "export needs a target, one of \(names(Target.self))" + (text.map { "; got '\($0)'" } ?? ""))
    }
    self.target = target
    model = try arguments.required("model")
    part = try arguments.choice("part", default: .encoder)
    output = try arguments.required("out")
    if target != .onnx, arguments.has("part") {
      throw EigencoderError.invalidArgument("--part goes with onnx; for faiss it is the encoder")
    }
    if target != .faissIndex, arguments.has("codes") {
      throw EigencoderError.invalidArgument("--codes goes with faiss-index")
    }
    if target == .faissIndex { _ = try arguments.required("codes") }
    codes = arguments.string("codes").map { DataSource(written: $0) }
  }

  func run() throws -> Int32 {
    try Output.requireWritable(output, reading: [model, codes?.path])
    // Maps are composed by products.
    try Memory.prepareForComputing()
    let file = try ModelFile(contentsOf: URL(fileURLWithPath: model))
    let url = URL(fileURLWithPath: output)
    Interrupt.endAtOnce()
    if let codes {
      switch file.precision {
      case .f32: try writeIndex(file.model(as: Float.self), codes, to: url)
      case .f64: try writeIndex(file.model(as: Double.self), codes, to: url)
      }
      return ExitStatus.success
    }
    let model = try file.model(as: Double.self)
    switch target {
    case .onnx: try model.write(onnx: url, part: part)
    case .faiss, .faissIndex: try model.write(faiss: url)
    }
    if case .pipeline(let pipeline) = model, pipeline.type != .f32 {
      Terminal.note(
        "eigencoder: the codes are those before they are rounded to \(pipeline.type.rawValue), as queries are compared"
      )
    }
    return ExitStatus.success
  }

  private func writeIndex<T: Scalar>(_ model: Model<T>, _ codes: DataSource, to url: URL) throws {
    guard case .pipeline(let pipeline) = model else {
      throw EigencoderError.invalidArgument("a faiss index needs a model saved by 'eigencoder embed'")
    }
    try pipeline.write(faissIndex: url, codes: pipeline.storedCodes(in: codes))
  }
}
