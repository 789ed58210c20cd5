import Eigencoder
import Foundation

struct ConvertCommand: Command {
  static let name = "convert"
  static let summary = "write rows of numbers in another format"
  static let usage = "--data FILE --out FILE [--out-format NAME] [--type NAME]"
  static let options =
    [DataSource.option("what to read"), Option("scale", "X", "multiply every number by X (default: 1)")]
    + DataSource.layoutOptions + [
      Option("out", "FILE", "what to write; its ending tells the format"),
      Option(
        "out-format", "NAME", "\(names(of: FileFormat.written)) (default: as --out ends)",
        choices: FileFormat.written.map(\.name)),
      Option(
        "type", "NAME",
        "of the numbers: f16, f32, f64; i8 to i64 and u8 to u64 (default: as they are stored; of\ntext f64, and all its digits where the output is text too). npy and safetensors hold all,\ncsv and tsv f32 and f64, fvecs and raw f32; bvecs holds whole numbers from 0 to 255,\nivecs those of 32 bits",
        choices: NumberType.allCases.map(\.rawValue)),
    ]
  static let computes = false
  static let examples = [
    ("eigencoder convert --data base.fvecs --out base.npy", "the vectors of a search benchmark for NumPy"),
    ("eigencoder convert --data x.npy --type f16 --out x-half.npy", "half the bytes, three digits"),
    ("eigencoder convert --data ids.csv --type i64 --out ids.npy", "whole numbers of 64 bits, exact"),
    (
      "eigencoder convert --data x.npz --array codes --out x.csv",
      "text whose numbers read back as the same ones"
    ),
    ("cut -f2- table.tsv | eigencoder convert --data - --out table.safetensors", "from a pipe"),
  ]

  private enum NumberType: String, CaseIterable {
    case f16, f32, f64, i8, i16, i32, i64, u8, u16, u32, u64

    var element: ElementType {
      switch self {
      case .f16: .float16
      case .f32: .float32
      case .f64: .float64
      case .i8: .int8
      case .i16: .int16
      case .i32: .int32
      case .i64: .int64
      case .u8: .uint8
      case .u16: .uint16
      case .u32: .uint32
      case .u64: .uint64
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
      throw EigencoderError.unknownEnding(of: output, expecting: FileFormat.written)
    }
    self.format = format
    let type: NumberType? = try arguments.choice("type")
    if let type, !format.types.contains(type.element) {
      let types = NumberType.allCases.filter { format.types.contains($0.element) }.map(\.rawValue)
      throw EigencoderError.invalidArgument(
        "--type of \(format.name) is "
          + types.joined(separator: " or ")
          + ", got '\(type.rawValue)'")
    }
    self.type = type?.element
  }

  func run() throws -> Int32 {
    Interrupt.endAtOnce()
    try Output.requireWritable(output, reading: data.paths)
    let reader = try data.open()
    data.note(reader)
    let conversion = RowConversion(of: reader, to: format, as: type)
    let losses = try conversion.write(to: OutputFile(replacing: URL(fileURLWithPath: output)))
    Terminal.note(losses, of: data.name, as: conversion.type)
    data.noteMissing(reader)
    return ExitStatus.success
  }
}
