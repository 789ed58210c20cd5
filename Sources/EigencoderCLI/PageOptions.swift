import Eigencoder
import Foundation

/// `--report` and the other options of the HTML page.
struct PageOptions {
  static let options = [
    Option(
      "report", "FILE.html", "write the report there too, as one page that needs no other file"),
    Option(
      "image", "HxW",
      "draw rows in --report as images of this height and width, or 'none'\n(default: squares, where the columns are a square number and not negative)"
    ),
  ]

  private enum Image {
    case automatic, none
    case shape(ReconstructionReport.ImageShape)
  }

  let path: String?
  private let image: Image

  init(_ arguments: Arguments) throws {
    path = arguments.string("report")
    if let path, !["html", "htm"].contains(URL(fileURLWithPath: path).pathExtension.lowercased()) {
      throw EigencoderError.invalidArgument("--report writes HTML: a name that ends in .html, got '\(path)'")
    }
    guard let text = arguments.string("image") else {
      image = .automatic
      return
    }
    guard path != nil else { throw EigencoderError.invalidArgument("--image is for --report") }
    if text == "none" {
      image = .none
      return
    }
    let sides = text.split(separator: "x", omittingEmptySubsequences: false).map { Int($0) }
    guard sides.count == 2, let height = sides[0], let width = sides[1], (1...65535).contains(height),
      (1...65535).contains(width)
    else {
      throw EigencoderError.invalidArgument(
        "--image takes a height and a width as 28x28, or none; got '\(text)'")
    }
    image = .shape(ReconstructionReport.ImageShape(height: height, width: width))
  }

  /// Checks before the run that the page can be written and is neither `output` nor one of `inputs`.
  func requireWritable(besides output: String?, reading inputs: [String?]) throws {
    guard let path else { return }
    if let output, areSamePlace(output, path) {
      throw EigencoderError.invalidArgument("--out and --report name the same file, '\(path)'")
    }
    try Output.requireWritable(path, reading: inputs)
  }

  /// What the page draws of the test rows; nil when there is no page.
  /// - Throws: `.invalidArgument` for an image of another number of pixels than there are columns.
  func illustration<T: Scalar>(
    of samples: TestSamples<T>, trainedOn train: Matrix<T>, sizes: [Int], seed: UInt64
  )
    throws -> ReconstructionReport.Illustration<T>?
  {
    guard path != nil else { return nil }
    let shape: ReconstructionReport.ImageShape?
    switch image {
    case .none: shape = nil
    case .automatic: shape = ReconstructionReport.ImageShape(guessedFrom: train)
    case .shape(let given):
      guard given.height * given.width == train.columns else {
        throw EigencoderError.invalidArgument(
          "an image of \(given.height) x \(given.width) has \(given.height * given.width) pixels, "
            + "the data have " + counted(train.columns, "column"))
      }
      shape = given
    }
    return ReconstructionReport.Illustration(
      of: samples, latent: sizes.filter { $0 >= 2 }.min(), image: shape, seed: seed)
  }

  /// Writes the page, if there is to be one, whole or not at all.
  func write(_ report: ReconstructionReport) throws {
    guard let path else { return }
    try OutputFile.write(report.html(), to: URL(fileURLWithPath: path))
    Terminal.note("report written to \(path)")
  }
}
