import Eigencoder
import Foundation
import Testing

/// `fit pca --keep-mean`: V x, the same reconstructions, and every command knows the file.
@Suite struct KeptMeanTests {
  @Test func codes() throws {
    let directory = try TemporaryDirectory()
    var x = samples(rows: 80, columns: 6)
    for i in 0..<80 { for j in 0..<6 { x[i, j] += Float(j) } }
    try x.write(npy: directory.file("x.npy"))
    for (model, options) in [("plain", []), ("kept", ["--keep-mean"])] {
      try expectSuccess(
        ["fit", "pca", "--data", "x.npy", "--latent", "3", "--model", model] + options, in: directory)
      try expectSuccess(
        [
          "encode", "--model", model, "--data", "x.npy", "--out", "\(model).npy", "--scores",
          "\(model).s.npy",
        ],
        in: directory)
      try expectSuccess(
        ["decode", "--model", model, "--data", "\(model).npy", "--out", "\(model).y.npy"], in: directory)
      try expectSuccess(["export", "onnx", "--model", model, "--out", "\(model).onnx"], in: directory)
      try expectSuccess(["export", "faiss", "--model", model, "--out", "\(model).faiss"], in: directory)
      try expectSuccess(["info", "--model", model, "--verify", "--data", "x.npy"], in: directory)
    }
    func matrix(_ name: String) throws -> [Float] {
      try Matrix<Float>(contentsOf: directory.file(name)).elements
    }
    func close(_ a: [Float], _ b: [Float], _ tolerance: Float = 1e-5) -> Bool {
      a.count == b.count && zip(a, b).allSatisfy { abs($0 - $1) <= tolerance * (1 + abs($1)) }
    }
    let components: Matrix<Double> = try SafeTensors(contentsOf: directory.file("kept"))
      .matrix("components", rows: 3, columns: 6)
    #expect(
      close(
        try matrix("kept.npy"),
        x.converted(to: Double.self).times(components, otherTransposed: true).converted(to: Float.self)
          .elements))
    #expect(close(try matrix("kept.y.npy"), try matrix("plain.y.npy")))
    #expect(close(try matrix("kept.s.npy"), try matrix("plain.s.npy"), 1e-4))
    // b of faiss is 0 but for rounding: A x is the code.
    let bias: [Float] = try SafeTensors(contentsOf: directory.file("kept.faiss")).vector("b", count: 3)
    #expect(bias.allSatisfy { abs($0) < 1e-5 })
    let info = try expectSuccess(["info", "--model", "kept"], in: directory).output
    #expect(info.hasPrefix("pca: 6 -> 3, fitted to 80 samples, codes keep the mean's projection\n"))
    try expectFailure(
      64, "--keep-mean applies to pca; got autoencoder (see 'eigencoder fit --help')",
      ["fit", "autoencoder", "--data", "x.npy", "--latent", "2", "--model", "m", "--keep-mean"], in: directory
    )
  }
}
