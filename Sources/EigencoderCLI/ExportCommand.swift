import Eigencoder
import Foundation

struct ExportCommand: Command {
  static let name = "export"
  static let summary = "write a saved model for other programs: ONNX, or a faiss transform"
  static let usage = "onnx|faiss --model M --out FILE [--part encoder|decoder|both]"
  static let positional: (name: String, choices: [String])? = ("target", Target.allCases.map(\.rawValue))
  static let options = [
    Option("model", "FILE", "a model saved by 'eigencoder fit'"),
    Option(
      "part", "NAME",
      "of onnx: \(names(Model<Double>.Part.self)) (default: encoder);\nthe encoder takes 'x' and gives 'codes', the decoder takes 'codes' and\ngives 'reconstruction', both together take 'x' and give both",
      choices: Model<Double>.Part.allCases.map(\.rawValue)),
    Option("out", "FILE", "where to write: onnx (opset 17, float32), or for faiss safetensors with A and b"),
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
  ]

  private enum Target: String, CaseIterable { case onnx, faiss }

  private let target: Target
  private let model: String
  private let part: Model<Double>.Part
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
    if target == .faiss, arguments.has("part") {
      throw EigencoderError.invalidArgument("--part goes with onnx; for faiss it is the encoder")
    }
  }

  func run() throws -> Int32 {
    try Output.requireWritable(output, reading: [model])
    // Maps are composed by products.
    try Memory.prepareForComputing()
    let model = try Model<Double>(contentsOf: URL(fileURLWithPath: model))
    let url = URL(fileURLWithPath: output)
    switch target {
    case .onnx: try model.write(onnx: url, part: part)
    case .faiss: try model.write(faiss: url)
    }
    return ExitStatus.success
  }
}
