import Eigencoder
import Foundation
import Testing

@Suite struct EmbedByBytesTests {
  private let directory: TemporaryDirectory

  init() throws {
    directory = try TemporaryDirectory()
    try samples(rows: 260, columns: 12).write(npy: directory.file("x.npy"))
    try samples(rows: 300, columns: 12).rows(260..<300).write(npy: directory.file("q.npy"))
  }

  private func choices(_ arguments: [String]) throws -> [[String: Any]] {
    let output = try expectSuccess(
      ["embed", "--data", "x.npy", "--model", "m.safetensors", "--quiet", "--format", "json"] + arguments,
      in: directory
    ).output
    let object = try JSONSerialization.jsonObject(with: Data(output.utf8)) as? [String: Any]
    return try #require(object?["choices"] as? [[String: Any]])
  }

  /// The file of codes has the bytes asked for, and `search` finds in it what `embed` has printed.
  @Test(arguments: [3]) func thereAndBack(_ bytes: Int) throws {
    let choice = try #require(try choices(["--bytes", "\(bytes)", "--queries", "q.npy"]).first)
    let trial = try #require(choice["trial"] as? [String: Any])
    #expect(trial["bytes"] as? Int == bytes)
    try expectSuccess(
      ["encode", "--model", "m.safetensors", "--data", "x.npy", "--out", "z.npy"], in: directory)
    #expect(try Data(contentsOf: directory.file("z.npy")).count == 128 + 260 * bytes)
    try expectSuccess(
      ["decode", "--model", "m.safetensors", "--data", "z.npy", "--out", "y.npy"], in: directory)
    let x = try Matrix<Float>(contentsOf: directory.file("x.npy"))
    let y = try Matrix<Float>(contentsOf: directory.file("y.npy"))
    let rest = x - y
    expectNear(
      rest.elements.reduce(0.0) { $0 + Double($1 * $1) } / 260, try #require(trial["ssePerSample"] as? Double)
    )
    // The queries that judge are every other one, from the second on.
    let q = try Matrix<Float>(contentsOf: directory.file("q.npy"))
    try q.selecting(rows: Array(stride(from: 1, to: 40, by: 2))).write(npy: directory.file("odd.npy"))
    let search = ["search", "--model", "m.safetensors", "--codes", "z.npy", "--queries", "odd.npy"]
    let text = try expectSuccess(search + ["--data", "x.npy"], in: directory).output
    let recall = try #require(trial["recall"] as? Double)
    #expect(
      text.hasPrefix("recall@10: \(String(format: "%.4f", recall)), in the best 50: "), "\(text) \(recall)")
    // The hits: of each query the nearest first.
    try expectSuccess(search + ["--k", "2", "--out", "hits.csv"], in: directory)
    let lines = try String(contentsOf: directory.file("hits.csv"), encoding: .utf8).split(separator: "\n")
    #expect(lines.count == 41 && lines[0] == "query,rank,row,score" && lines[1].hasPrefix("0,0,"))
    try expectSuccess(["evaluate", "--model", "m.safetensors", "--data", "x.npy"], in: directory)
    #expect(
      try expectSuccess(["info", "--model", "m.safetensors"], in: directory).output.contains("quantized"))
  }

  /// A code for faiss, and its index.
  @Test func faiss() throws {
    _ = try choices(["--bytes", "3", "--engine", "faiss"])
    try expectSuccess(
      ["encode", "--model", "m.safetensors", "--data", "x.npy", "--out", "z.npy"], in: directory)
    try expectSuccess(
      ["export", "faiss-index", "--model", "m.safetensors", "--codes", "z.npy", "--out", "z.faiss"],
      in: directory)
    #expect(try Data(contentsOf: directory.file("z.faiss")).prefix(4) == Data("IxPT".utf8))
    try expectFailure(
      65, "the model's codes have 3 columns, x.npy has 12",
      ["export", "faiss-index", "--model", "m.safetensors", "--codes", "x.npy", "--out", "o"], in: directory)
    // For faiss rows are divided by their lengths, which no single map does.
    try expectFailure(
      65, "faiss's LinearTransform is one affine map, which a pipeline that divides by lengths is not",
      ["export", "faiss", "--model", "m.safetensors", "--out", "t"], in: directory)
    _ = try choices(["--bytes", "3"])
    let note = try expectSuccess(
      ["export", "faiss", "--model", "m.safetensors", "--out", "t"], in: directory
    ).error
    #expect(note.contains("the codes are those before they are rounded to quantized"))
  }

  /// Queries of the model's columns in another order are refused, and the scale of the fit is asked for.
  @Test func queriesOfAnotherKind() throws {
    let x = try Matrix<Float>(contentsOf: directory.file("x.npy"))
    let names = (0..<x.columns).map { "c\($0)" }
    func write(_ names: [String], to file: String) throws {
      let lines = (0..<x.rows).map { i in x.row(i).map { "\($0)" }.joined(separator: ",") }
      try directory.write(([names.joined(separator: ",")] + lines).joined(separator: "\n"), to: file)
    }
    try write(names, to: "x.csv")
    try write(names.reversed(), to: "reversed.csv")
    let arguments = ["embed", "--data", "x.csv", "--bytes", "2", "--model", "t.safetensors"]
    try expectSuccess(arguments, in: directory)
    func expectRefused(_ arguments: [String]) throws {
      let result = try Tool.run(arguments, in: directory.url)
      #expect(result.status == 65)
      #expect(
        result.error.hasSuffix(
          "the columns are those of the fit in another order: column 1 is \"c11\", expected \"c0\"\n"))
    }
    try expectRefused(arguments + ["--queries", "reversed.csv"])
    try expectSuccess(
      ["encode", "--model", "t.safetensors", "--data", "x.csv", "--out", "z.npy"], in: directory)
    let search = ["search", "--model", "t.safetensors", "--codes", "z.npy", "--queries"]
    try expectRefused(search + ["reversed.csv"])
    #expect(
      try expectSuccess(search + ["x.csv", "--scale", "1e6"], in: directory).error.contains(
        "the rows are far from those of the fit"))
  }

  private func expectNear(_ a: Double, _ b: Double) {
    #expect(abs(a - b) <= 1e-4 * (abs(b) + 1e-6), "\(a) \(b)")
  }

  /// Of several sizes each is saved, with its bytes in the name; of a recall the fewest bytes.
  @Test func severalSizes() throws {
    let all = try choices(["--bytes", "6,2"])
    #expect(all.map { $0["model"] as? String } == ["m-2.safetensors", "m-6.safetensors"])
    for size in [2, 6] {
      try expectSuccess(
        ["encode", "--model", "m-\(size).safetensors", "--data", "x.npy", "--out", "z.npy"], in: directory)
      #expect(try Data(contentsOf: directory.file("z.npy")).count == 128 + 260 * size)
    }
    let reached = try choices(["--bytes", "2,12", "--recall", "0.5"])
    let recalls = reached.map { ($0["trial"] as? [String: Any])?["recall"] as? Double ?? 0 }
    let first = try #require(recalls.firstIndex { $0 >= 0.5 })
    #expect(reached.map { $0["model"] as? String }.firstIndex(of: "m.safetensors") == first)
    let text = try expectSuccess(
      ["embed", "--data", "x.npy", "--model", "t", "--quiet", "--recall", "0.2"], in: directory
    ).output
    #expect(text.contains("the fewest bytes that reach 0.2: ") && text.contains("saved to t"))
  }

  @Test func errors() throws {
    func embed(_ arguments: [String]) -> [String] {
      ["embed", "--data", "x.npy", "--model", "m"] + arguments
    }
    func refuse(_ status: Int32, _ fragment: String, _ arguments: [String]) throws {
      let result = try Tool.run(arguments, in: directory.url)
      #expect(result.status == status && result.error.contains(fragment), "\(result.error)")
      #expect(result.error.split(separator: "\n").count == 1 && result.output.isEmpty, "\(result.error)")
    }
    try refuse(64, "--bytes and --latent exclude each other", embed(["--bytes", "4", "--latent", "2"]))
    try refuse(64, "--queries goes with --bytes", embed(["--latent", "2", "--queries", "q.npy"]))
    try refuse(64, "expected --bytes B, --recall X or --latent K", embed([]))
    try refuse(64, "no code of 4000 bytes", embed(["--bytes", "4000"]))
    try refuse(64, "--bytes", embed(["--bytes", "0"]))
    try samples(rows: 60, columns: 5).write(npy: directory.file("narrow.npy"))
    try refuse(65, "12", embed(["--bytes", "4", "--queries", "narrow.npy"]))
    try samples(rows: 50, columns: 5).write(npy: directory.file("few.npy"))
    try refuse(65, "at least 200 rows", ["embed", "--data", "few.npy", "--bytes", "2", "--model", "m"])
    // What a search cannot read.
    try expectSuccess(embed(["--bytes", "3", "--quiet"]), in: directory)
    try expectSuccess(["fit", "pca", "--data", "x.npy", "--latent", "3", "--model", "p"], in: directory)
    try expectSuccess(["encode", "--model", "p", "--data", "x.npy", "--out", "z.npy"], in: directory)
    try expectSuccess(["encode", "--model", "m", "--data", "q.npy", "--out", "c.npy"], in: directory)
    func search(_ model: String, _ codes: String, _ rest: [String]) -> [String] {
      ["search", "--model", model, "--codes", codes, "--queries", "q.npy"] + rest
    }
    try refuse(64, "search needs a model saved by 'eigencoder embed'", search("p", "z.npy", []))
    try refuse(65, "expected quantized codes, found", search("m", "z.npy", []))
    try refuse(65, "the model's codes have 3 columns, x.npy has 12", search("m", "x.npy", []))
    try refuse(65, "expected 40 rows of 12 columns", search("m", "c.npy", ["--data", "x.npy"]))
    try refuse(
      64, "--out is where hits go", search("m", "c.npy", ["--data", "x.npy", "--out", "h.csv"]))
    try refuse(73, "no directory", search("m", "c.npy", ["--out", "no/h.csv"]))
  }
}
