public import Foundation

extension Model {
  /// The half of a model, or both.
  public enum Part: String, CaseIterable, Sendable {
    /// From samples to codes.
    case encoder
    /// From codes to samples.
    case decoder
    /// From samples to codes and on to their reconstructions.
    case both
  }

  /// Writes the model as an ONNX file (opset 17) that any runtime evaluates, whole or not at all.
  ///
  /// The encoder takes "x", rows of d numbers, and gives "codes", rows of k; the decoder takes "codes" and gives
  /// "reconstruction"; both together take "x" and give both. The number of rows is free. Numbers are float32, and
  /// results agree with `encode` and `decode` of a `Float` model to its rounding. Codes of an embedding pipeline are
  /// those before they are rounded to fewer bytes.
  /// - Throws: `EigencoderError.unwritableOutput` also when the file would be longer than 2 GB, what the format allows;
  ///   `.invalidData` when a number of a `Double` model is beyond the range of float32.
  public func write(onnx url: URL, part: Part = .encoder) throws {
    let (d, k) = (reducer.inputs, reducer.latent)
    var graph = ONNXGraph()
    var codes: ONNXGraph.Value
    if part == .decoder {
      codes = graph.input("codes", columns: k, "codes, one a row")
    } else {
      let x = graph.input("x", columns: d, "samples, one a row, in the units of the data")
      codes = content.encode(x, in: &graph)
      graph.output(codes, as: "codes", columns: k, "the code of each row")
    }
    if part != .encoder {
      let back = content.decode(codes, in: &graph)
      graph.output(back, as: "reconstruction", columns: d, "the sample restored from each row's code")
    }
    let title = part == .both ? "encoder and decoder" : part.rawValue
    let file = try graph.file(
      name: "\(reducer.method) \(title)",
      text: "The \(title) of a model of the method \(reducer.method), \(d) numbers to \(k), by Eigencoder.",
      metadata: [("method", reducer.method), ("part", part.rawValue)])
    try OutputFile.write(to: url) { output in
      for piece in file.pieces { try output.write(piece) }
    }
  }
}
