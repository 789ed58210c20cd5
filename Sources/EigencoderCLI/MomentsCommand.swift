import Eigencoder
import Foundation

struct MomentsCommand: Command {
  static let name = "moments"
  static let summary = "sum rows for principal components of data on many machines, or merge such sums"
  static let usage = "--data PART --out FILE [--precision f64] | --merge FILES --out FILE"
  static let options =
    [
      DataSource.option("the rows to sum, in one pass"),
      Option(
        "merge", "FILES",
        "in place of --data: files of this command to merge, names or quoted patterns\nwith commas between, as 'parts/*.moments'"
      ),
      Option("out", "FILE", "where to save the moments (safetensors); - for standard output"),
      DataSource.scaleOption,
    ] + DataSource.layoutOptions + [
      Option(
        "precision", "NAME",
        "of the products: \(names(Precision.self)) (default: f32 where the type of the numbers tells that it\nholds them, else f64)",
        choices: Precision.allCases.map(\.rawValue))
    ]
  static let examples = [
    (
      "eigencoder moments --data part-07.npy --out parts/07.moments",
      "on each machine: half a covariance matrix, however many rows"
    ),
    (
      "zcat part-08.csv.gz | eigencoder moments --data - --out parts/08.moments",
      "from a pipe, in bounded memory"
    ),
    (
      "eigencoder moments --merge 'parts/*.moments' --out all.moments",
      "many into one; a part that is given twice is refused"
    ),
    (
      "eigencoder fit pca --moments 'parts/*.moments' --latent 64 --model pca.safetensors",
      "the principal components of all rows"
    ),
  ]

  private let data: DataSource?
  private let merged: MomentsSource?
  private let output: String

  init(_ arguments: Arguments) throws {
    merged = try MomentsSource(arguments, "merge")
    if merged == nil {
      guard arguments.has("data") else {
        throw EigencoderError.invalidArgument("moments takes --data, or files of moments to --merge")
      }
      if arguments.string("missing") == MissingValues.columnMean.rawValue {
        throw EigencoderError.invalidArgument(
          "--missing \(MissingValues.columnMean.rawValue) would fill in the means of this part, not those of all rows: drop-rows or error"
        )
      }
    }
    data = merged == nil ? try DataSource(arguments) : nil
    output = try arguments.required("out")
  }

  func run() throws -> Int32 {
    Interrupt.endAtOnce()
    let inputs = try merged?.paths() ?? []
    if output != DataSource.standardStream {
      try Output.requireWritable(output, reading: inputs + (data?.paths ?? []))
    }
    let file: MomentsFile
    if let merged {
      file = try merged.load().file
      Terminal.note("\(counted(inputs.count, "file")), \(counted(file.parts.count, "part")): \(file.summary)")
    } else if let data {
      let reader = try data.open()
      data.note(reader)
      let progress = RowProgress(Self.name)
      file = try MomentsFile(ofRowsOf: reader, products: data.precision) { progress.report($0) }
      data.noteLosses(reader, as: file.products == .f32 ? .float32 : .float64)
      Terminal.note("\(data.name): \(file.summary)")
    } else {
      preconditionFailure("neither data nor files to merge")
    }
    try file.write(
      to: URL(fileURLWithPath: output == DataSource.standardStream ? "/dev/stdout" : output))
    return ExitStatus.success
  }
}
