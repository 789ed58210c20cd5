import Eigencoder
import Foundation
import Testing

@Suite struct EmbedTests {
  private func directory() throws -> TemporaryDirectory {
    let directory = try TemporaryDirectory()
    try samples(rows: 200, columns: 6).write(npy: directory.file("x.npy"))
    return directory
  }

  private static let embed = [
    "embed", "--data", "x.npy", "--latent", "3", "--model", "m.safetensors", "--quiet",
  ]

  /// Each type comes back from its file, and `decode` tells a file of another type.
  @Test func thereAndBack() throws {
    let directory = try directory()
    let output = try expectSuccess(Self.embed, in: directory).output
    for name in [
      "pca, centred", "pca, mean kept", "linear", "autoencoder", "f16", "int8", "binary", "chosen: ",
    ] {
      #expect(output.contains(name), "\(name)")
    }
    let x = try Matrix<Float>(contentsOf: directory.file("x.npy"))
    guard case .pipeline(var pipeline) = try Model<Float>(contentsOf: directory.file("m.safetensors")) else {
      Issue.record("no pipeline")
      return
    }
    for type in CodeType.allCases {
      let options = ["--model", "m.safetensors", "--type", type.rawValue, "--quiet"]
      try expectSuccess(["encode", "--data", "x.npy", "--out", "z.npy"] + options, in: directory)
      try expectSuccess(["decode", "--data", "z.npy", "--out", "y.npy"] + options, in: directory)
      pipeline.type = type
      let size = try Data(contentsOf: directory.file("z.npy")).count
      #expect(size == 128 + 200 * type.bytes(latent: 3))
      let back = try Matrix<Float>(contentsOf: directory.file("y.npy"))
      let expected = pipeline.reconstruct(x)
      #expect(zip(back.elements, expected.elements).allSatisfy { abs($0 - $1) <= 1e-5 * (1 + abs($1)) })
    }
    try expectSuccess(
      ["encode", "--model", "m.safetensors", "--data", "x.npy", "--out", "z.npy", "--type", "f32"],
      in: directory)
    let other = try Tool.run(
      ["decode", "--model", "m.safetensors", "--data", "z.npy", "--out", "y.npy", "--type", "int8"],
      in: directory.url)
    #expect(other.status == 65 && other.error.contains("expected int8 codes, found numbers stored as"))
    let info = try expectSuccess(["info", "--model", "m.safetensors"], in: directory).output
    #expect(info.hasPrefix("embedding: 6 -> 3 by "))
    try expectSuccess(["evaluate", "--model", "m.safetensors", "--data", "x.npy"], in: directory)
  }

  @Test func repeatsItself() throws {
    let directory = try directory()
    let arguments = Self.embed + ["--format", "json"]
    func trials() throws -> [Double?] {
      let report = try object(try expectSuccess(arguments, in: directory).output)
      let trials = try #require(report["trials"] as? [[String: Any]])
      #expect(trials.count == 9)
      return trials.map { $0["recall"] as? Double }
    }
    let first = try trials()
    let model = try Data(contentsOf: directory.file("m.safetensors"))
    #expect(try trials() == first && !first.contains(nil))
    #expect(try Data(contentsOf: directory.file("m.safetensors")) == model)
  }

  @Test func errors() throws {
    let directory = try directory()
    func expect(_ status: Int32, _ fragment: String, _ arguments: [String]) throws {
      let result = try Tool.run(arguments, in: directory.url)
      #expect(result.status == status && result.error.contains(fragment), "\(result.error)")
      #expect(result.error.split(separator: "\n").count == 1)
    }
    try expect(64, "--recall goes with --latent auto", Self.embed + ["--recall", "0.9"])
    try expect(64, "--type is one of", Self.embed + ["--type", "f8"])
    try expect(64, "a code of 7 ", ["embed", "--data", "x.npy", "--latent", "7", "--model", "m.safetensors"])
    try samples(rows: 20, columns: 4).write(npy: directory.file("few.npy"))
    try expect(
      65, "at least 100 rows", ["embed", "--data", "few.npy", "--latent", "2", "--model", "m.safetensors"])
    try expectSuccess(
      ["fit", "pca", "--data", "x.npy", "--latent", "2", "--model", "p.safetensors"], in: directory)
    let encode = ["encode", "--data", "x.npy", "--model", "p.safetensors", "--type"]
    try expect(64, "int8 needs a model saved by 'eigencoder embed'", encode + ["int8", "--out", "z.npy"])
    try expect(64, "csv does not hold f16 codes", encode + ["f16", "--out", "z.csv"])
  }
}

/// What would lose or misread codes.
@Suite struct CodeErrorTests {
  private let directory: TemporaryDirectory

  init() throws {
    directory = try TemporaryDirectory()
    try samples(rows: 200, columns: 6).write(npy: directory.file("x.npy"))
  }

  @Test func codesOfAnotherType() throws {
    try expectSuccess(
      ["embed", "--data", "x.npy", "--latent", "2", "--type", "int8", "--model", "m", "--quiet"],
      in: directory)
    try expectSuccess(["encode", "--model", "m", "--data", "x.npy", "--out", "z.npy"], in: directory)
    try expectSuccess(["decode", "--model", "m", "--data", "z.npy", "--out", "y.npy"], in: directory)
    try expectFailure(
      65, "expected f32 codes, found numbers stored as int8: --type says which they are",
      ["decode", "--model", "m", "--data", "z.npy", "--out", "w.npy", "--type", "f32"], in: directory)
  }

  @Test func standardOutputIsNoFile() throws {
    try expectSuccess(["fit", "pca", "--data", "x.npy", "--latent", "2", "--model", "m"], in: directory)
    try expectFailure(
      64,
      "this output is a file, not '-': encode and decode alone write to standard output (see 'eigencoder fit --help')",
      ["fit", "pca", "--data", "x.npy", "--latent", "2", "--model", "-"], in: directory)
  }
}
