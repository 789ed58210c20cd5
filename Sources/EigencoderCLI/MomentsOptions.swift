import Eigencoder
import Foundation

/// Files of moments in place of data.
struct MomentsSource {
  static let option = Option(
    "moments", "FILES",
    "in place of --data: files of 'eigencoder moments', names or quoted patterns\nwith commas between, as 'parts/*.moments'"
  )

  private let text: String
  private let option: String

  /// nil where the option is not given.
  /// - Throws: `.invalidArgument` where data, or how to read them, are given too.
  init?(_ arguments: Arguments, _ option: String = Self.option.name) throws {
    guard let text = arguments.string(option) else { return nil }
    let ofData = ["data"] + ([DataSource.scaleOption] + DataSource.readingOptions).map(\.name)
    if let other = ofData.first(where: arguments.has) {
      throw EigencoderError.invalidArgument(
        other == "data" ? "--data and --\(option) exclude each other" : "--\(other) goes with --data")
    }
    (self.text, self.option) = (text, option)
  }

  /// The files, in the order in which they are named, those of a pattern in that of their names.
  /// - Throws: `.missingInput` where a name or a pattern has none; `.invalidArgument` where a file is named twice.
  func paths() throws -> [String] { try FilePattern.files(text, option) }

  /// All of them as one, and what messages call them.
  func load() throws -> (file: MomentsFile, name: String) {
    let paths = try paths()
    let urls = paths.map { URL(fileURLWithPath: $0) }
    let file = try urls.count == 1 ? MomentsFile(contentsOf: urls[0]) : MomentsFile(merging: urls)
    Terminal.detail {
      "\(counted(paths.count, "file")) of moments, \(counted(file.parts.count, "part")): \(file.summary)"
    }
    return (file, urls.count == 1 ? urls[0].lastPathComponent : "\(urls.count) files of moments")
  }

  /// How the command line says it.
  var words: [String] { ["--" + option, text] }
}

extension MomentsFile {
  /// "1000 rows of 384 columns, f32, products in f32"
  var summary: String {
    "\(counted(moments.count, "row")) of \(counted(moments.mean.count, "column")), \(precision.rawValue), "
      + "products in \(products.rawValue)"
  }
}
