import CDigits
import Eigencoder
import Foundation

/// Where the samples come from.
struct DataSource {
  static let scaleOption = Option(
    "scale", "X", "multiply every number of the data by X (default: 1; 1/255 for idx images)")

  let path: String?
  let scale: Double?

  init(_ arguments: Arguments, _ name: String = "data") throws {
    path = arguments.string(name)
    scale = try arguments.number("scale", "other than 0", where: { $0 != 0 })
  }

  var name: String { path.map { URL(fileURLWithPath: $0).lastPathComponent } ?? "digits" }

  /// One sample a row. Without a file: the built-in digits, 1,797 x 64, scaled to [0, 1].
  func load() throws -> Matrix<Float> {
    let x = try read()
    Terminal.detail { "\(name): \(counted(x.rows, "row")) of \(counted(x.columns, "column"))" }
    return x
  }

  private func read() throws -> Matrix<Float> {
    guard let path else { return try Matrix(bytes: Self.digits, name: "digits", scale: scale ?? 1.0 / 16) }
    return try Matrix(contentsOf: URL(fileURLWithPath: path), scale: scale)
  }

  /// The npy file of the built-in digits.
  static var digits: [UInt8] {
    Array(UnsafeBufferPointer(start: ek_digits_bytes(), count: ek_digits_count()))
  }
}

/// The classes of the samples.
enum LabelSource {
  /// - Throws: `.invalidData` unless there is one for each of `rows` rows.
  static func read(_ path: String, rows: Int, of data: String) throws -> Labels {
    let labels = try Labels(contentsOf: URL(fileURLWithPath: path))
    guard labels.count == rows else {
      throw EigencoderError.invalidData(
        "\(path) has \(counted(labels.count, "label")), expected \(rows), one for each row of \(data)")
    }
    return labels
  }
}

/// How many rows neighbours are looked for among.
enum NeighbourOptions {
  static let rows = Option(
    "neighbour-rows", "N",
    "test rows to compute neighbour metrics on, at random of more; 0 for none (default: 10000)")

  static func rows(_ arguments: Arguments) throws -> Int {
    try arguments.integer("neighbour-rows", atLeast: 0) ?? 10_000
  }
}

enum Format: String, CaseIterable {
  case table, markdown, json, csv
}

enum TextFormat: String, CaseIterable {
  case text, json
}
