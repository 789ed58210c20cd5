import Eigencoder
import Foundation

struct ConvertCommand: Command {
  static let name = "convert"
  static let summary = "write rows of numbers in another format"
  static let usage = "--data FILE --out FILE [--out-format NAME] [--type f16|f32|f64]"
  static let options =
    [DataSource.option("what to read"), Option("scale", "X", "multiply every number by X (default: 1)")]
    + DataSource.layoutOptions + [
      Option("out", "FILE", "what to write; its ending tells the format"),
      Option(
        "out-format", "NAME", "\(names(of: FileFormat.written)) (default: as --out ends)",
        choices: FileFormat.written.map(\.name)),
      Option(
        "type", "NAME",
        "of the numbers: f16, f32 or f64 (default: as they are stored; text and whole numbers of\nmore than 16 bits as f64). npy and safetensors hold all three, csv and tsv f32 and f64,\nfvecs and raw f32; bvecs holds whole numbers from 0 to 255, ivecs those of 32 bits",
        choices: NumberType.allCases.map(\.rawValue)),
    ]
  static let computes = false
  static let examples = [
    ("eigencoder convert --data base.fvecs --out base.npy", "the vectors of a search benchmark for NumPy"),
    ("eigencoder convert --data x.npy --type f16 --out x-half.npy", "half the bytes, three digits"),
    (
      "eigencoder convert --data x.npz --array codes --out x.csv",
      "text whose numbers read back as the same ones"
    ),
    ("cut -f2- table.tsv | eigencoder convert --data - --out table.safetensors", "from a pipe"),
  ]

  private enum NumberType: String, CaseIterable {
    case f16, f32, f64

    var element: ElementType {
      switch self {
      case .f16: .float16
      case .f32: .float32
      case .f64: .float64
      }
    }
  }

  private let data: DataSource
  private let output: String
  private let format: FileFormat
  private let type: ElementType?

  init(_ arguments: Arguments) throws {
    _ = try arguments.required("data")
    data = try DataSource(arguments, scale: 1)
    output = try arguments.required("out")
    guard let format = try arguments.format(of: output) else {
      throw EigencoderError.invalidArgument(
        "'\(output)' does not end as a format that is written; --out-format is one of \(names(of: FileFormat.written))"
      )
    }
    self.format = format
    let type: NumberType? = try arguments.choice("type")
    if let type, !format.types.contains(type.element) {
      let types = NumberType.allCases.filter { format.types.contains($0.element) }.map(\.rawValue)
      throw EigencoderError.invalidArgument(
        "--type of \(format.name) is "
          + (types.isEmpty ? "not chosen: it holds whole numbers" : types.joined(separator: " or "))
          + ", got '\(type.rawValue)'")
    }
    self.type = type?.element
  }

  func run() throws -> Int32 {
    Interrupt.endAtOnce()
    try Output.requireWritable(output, reading: [data.path])
    let conversion = try RowConversion(of: data.open(), to: format, as: type)
    try conversion.write(to: OutputFile(replacing: URL(fileURLWithPath: output)))
    return ExitStatus.success
  }
}
