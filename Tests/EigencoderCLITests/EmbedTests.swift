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

  /// What is printed of each type is the recall of the raw numbers of its file.
  @Test(arguments: [false, true]) func recallOfTheFiles(_ normalizes: Bool) throws {
    let directory = try TemporaryDirectory()
    let x = samples(rows: 300, columns: 12)
    let (train, test) = (x.rows(0..<200), x.rows(200..<300))
    try train.write(npy: directory.file("x.npy"))
    try test.write(npy: directory.file("t.npy"))
    let report = try object(
      try expectSuccess(
        [
          "embed", "--data", "x.npy", "--test", "t.npy", "--latent", "5", "--model", "m", "--quiet",
          "--format", "json",
        ]
          + (normalizes ? ["--normalize"] : []), in: directory
      ).output)
    let results = try #require(report["results"] as? [[String: Any]]).dropFirst(2)
    #expect(results.map { $0["type"] as? String } == CodeType.allCases.map(\.rawValue))
    for (type, result) in zip(CodeType.allCases, results) {
      try expectSuccess(
        ["encode", "--model", "m", "--data", "t.npy", "--out", "z.npy", "--type", type.rawValue],
        in: directory)
      let stored = try Matrix<Float>(contentsOf: directory.file("z.npy"))
      let found = recall(test, type == .binary ? bits(stored, 5) : stored, hamming: type == .binary)
      #expect(abs(try #require(result["cosineRecallAt10"] as? Double) - found) <= 0.003, "\(type)")
      // And the error is that of what `decode` makes of the file.
      try expectSuccess(
        ["decode", "--model", "m", "--data", "z.npy", "--out", "y.npy", "--type", type.rawValue],
        in: directory)
      let back = try Matrix<Float>(contentsOf: directory.file("y.npy"))
      let errors = (0..<100).map { i -> Double in
        let length = normalizes ? test.row(i).reduce(0.0) { $0 + Double($1) * Double($1) }.squareRoot() : 1
        return zip(test.row(i), back.row(i)).reduce(0) {
          $0 + (Double($1.0) / length - Double($1.1)) * (Double($1.0) / length - Double($1.1))
        }
      }
      let sse = errors.reduce(0, +) / 100
      #expect(abs(try #require(result["ssePerSample"] as? Double) - sse) <= 1e-5 * sse, "\(type)")
    }
    // `evaluate` and the scores of `encode` say the same of the model's own type.
    let chosen = try #require(report["type"] as? String)
    let own = try #require(results.first { $0["type"] as? String == chosen })
    let evaluated = try object(
      try expectSuccess(
        ["evaluate", "--model", "m", "--data", "t.npy", "--neighbours", "--format", "json"], in: directory
      ).output)
    #expect(evaluated["bytesPerVector"] as? Int == own["bytesPerVector"] as? Int)
    #expect(evaluated["normalizesInput"] as? Bool == (normalizes ? true : nil))
    for key in ["ssePerSample", "cosineRecallAt10"] {
      let (a, b) = (try #require(evaluated[key] as? Double), try #require(own[key] as? Double))
      #expect(abs(a - b) <= 1e-5 * b, "\(key)")
    }
    try expectSuccess(
      ["encode", "--model", "m", "--data", "t.npy", "--out", "z.npy", "--scores", "s.npy"], in: directory)
    let scores = try Matrix<Double>(contentsOf: directory.file("s.npy")).elements
    let sse = try #require(own["ssePerSample"] as? Double)
    #expect(abs(scores.reduce(0, +) / 100 - sse) <= 1e-5 * sse)
    let text = try expectSuccess(["evaluate", "--model", "m", "--data", "t.npy"], in: directory).output
    #expect(text.contains("errors are of the rows divided by their lengths") == normalizes)
  }

  private func bits(_ stored: Matrix<Float>, _ latent: Int) -> Matrix<Float> {
    Matrix(
      (0..<stored.rows).map { i in
        (0..<latent).map { j in Float(Int(stored[i, j / 8]) >> (7 - j % 8) & 1) }
      })
  }

  /// recall@10, counted one by one; of equal keys the first row is the nearer.
  private func recall(_ x: Matrix<Float>, _ z: Matrix<Float>, hamming: Bool) -> Double {
    func cosine(_ x: Matrix<Float>, _ i: Int, _ j: Int) -> Double {
      var (ab, aa, bb) = (0.0, 0.0, 0.0)
      for (a, b) in zip(x.row(i), x.row(j)) {
        (ab, aa, bb) = (ab + Double(a) * Double(b), aa + Double(a) * Double(a), bb + Double(b) * Double(b))
      }
      return aa * bb > 0 ? -ab / (aa * bb).squareRoot() : 0
    }
    func nearest(_ i: Int, _ key: (Int) -> Double) -> Set<Int> {
      let keys = (0..<x.rows).filter { $0 != i }.map { (key($0), $0) }
      return Set(keys.sorted { $0 < $1 }.prefix(10).map(\.1))
    }
    let common = (0..<x.rows).reduce(0) { sum, i in
      let found = nearest(i) { j in
        hamming ? Double(zip(z.row(i), z.row(j)).count { $0 != $1 }) : cosine(z, i, j)
      }
      return sum + nearest(i) { cosine(x, i, $0) }.intersection(found).count
    }
    return Double(common) / Double(10 * x.rows)
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
    try expect(
      64, "--test and --hold-out exclude each other", Self.embed + ["--test", "x.npy", "--hold-out", "0.1"])
    try samples(rows: 30, columns: 5).write(npy: directory.file("narrow.npy"))
    try expect(65, "narrow.npy has 5 columns, x.npy has 6", Self.embed + ["--test", "narrow.npy"])
    try samples(rows: 9, columns: 6).write(npy: directory.file("nine.npy"))
    try expect(
      65, "expected at least 11 test rows to find 10 nearest of each, got 9",
      Self.embed + ["--test", "nine.npy"])
    try expect(64, "--type is one of", Self.embed + ["--type", "f8"])
    try expect(64, "a code of 7 ", ["embed", "--data", "x.npy", "--latent", "7", "--model", "m.safetensors"])
    try samples(rows: 20, columns: 4).write(npy: directory.file("few.npy"))
    try expect(
      65, "at least 100 rows", ["embed", "--data", "few.npy", "--latent", "2", "--model", "m.safetensors"])
    try expectSuccess(
      ["fit", "pca", "--data", "x.npy", "--latent", "2", "--model", "p.safetensors"], in: directory)
    let encode = ["encode", "--data", "x.npy", "--model", "p.safetensors", "--type"]
    try expect(64, "int8 needs a model saved by 'eigencoder embed'", encode + ["int8", "--out", "z.npy"])
    try expect(64, "raw does not hold f16 codes", encode + ["f16", "--out", "z", "--out-format", "raw"])
  }
}

/// What would lose or misread codes.
@Suite struct CodeErrorTests {
  private let directory: TemporaryDirectory

  init() throws {
    directory = try TemporaryDirectory()
    try samples(rows: 200, columns: 6).write(npy: directory.file("x.npy"))
  }

  /// Text shows what bytes hold, for pgvector bits as a bit string, and is read back as such.
  @Test(arguments: [
    ("f16", #"^-?\d+\.[0-9e-]+,-?\d+\.[0-9e-]+$"#, #"^"\[-?\d+\.[0-9e-]+,-?\d+\.[0-9e-]+\]"$"#),
    ("int8", #"^-?\d+,-?\d+$"#, #"^"\[-?\d+,-?\d+\]"$"#), ("binary", #"^\d+$"#, "^[01]{2}0{6}$"),
  ])
  func codesAsText(_ type: String, _ csv: String, _ pgvector: String) throws {
    try expectSuccess(
      ["embed", "--data", "x.npy", "--latent", "2", "--type", type, "--model", "m", "--quiet"], in: directory)
    let encode = ["encode", "--model", "m", "--data", "x.npy", "--out"]
    func firstLine(_ arguments: [String]) throws -> String {
      try expectSuccess(encode + arguments, in: directory)
      let text = try String(contentsOf: directory.file(arguments[0]), encoding: .utf8)
      return String(text.prefix { $0 != "\n" })
    }
    let line = try firstLine(["z.csv"])
    #expect(line.range(of: csv, options: .regularExpression) != nil, "\(line)")
    #expect(try firstLine(["z.jsonl"]) == "[\(line)]")
    let vector = try firstLine(["p.csv", "--out-format", "pgvector"])
    #expect(vector.range(of: pgvector, options: .regularExpression) != nil, "\(vector)")
    try expectSuccess(encode + ["z.npy"], in: directory)
    for name in ["z.npy", "z.csv", "z.jsonl"] {
      try expectSuccess(
        ["decode", "--model", "m", "--data", name, "--out", "\(name).back.npy"], in: directory)
    }
    let back = try Matrix<Float>(contentsOf: directory.file("z.npy.back.npy"))
    for name in ["z.csv", "z.jsonl"] {
      let text = try Matrix<Float>(contentsOf: directory.file("\(name).back.npy"))
      #expect((text - back).elements.allSatisfy { abs($0) < 1e-5 })
    }
  }

  @Test func codesOfAnotherType() throws {
    try expectSuccess(
      ["embed", "--data", "x.npy", "--latent", "2", "--type", "int8", "--model", "m", "--quiet"],
      in: directory)
    try expectSuccess(["encode", "--model", "m", "--data", "x.npy", "--out", "z.npy"], in: directory)
    try expectSuccess(["decode", "--model", "m", "--data", "z.npy", "--out", "y.npy"], in: directory)
    try expectFailure(
      65, "expected f32 codes, found numbers stored as int8: they were encoded as another --type",
      ["decode", "--model", "m", "--data", "z.npy", "--out", "w.npy", "--type", "f32"], in: directory)
  }

  @Test func standardOutputIsNoFile() throws {
    try expectSuccess(["fit", "pca", "--data", "x.npy", "--latent", "2", "--model", "m"], in: directory)
    try expectFailure(
      64,
      "this output is a file, not '-': encode, decode and moments alone write to standard output (see 'eigencoder fit --help')",
      ["fit", "pca", "--data", "x.npy", "--latent", "2", "--model", "-"], in: directory)
  }
}
