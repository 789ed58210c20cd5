import Eigencoder
import Foundation
import Testing

/// Rows that pass through encode and decode, and files that fit reads more than once.
@Suite struct StreamTests {
  private let directory: TemporaryDirectory

  init() throws {
    directory = try TemporaryDirectory()
    try directory.writeSamples(rows: 50, columns: 6)
    try expectSuccess(["fit", "pca", "--data", "x.npy", "--latent", "2", "--model", "m"], in: directory)
    try expectSuccess(["encode", "--model", "m", "--data", "x.npy", "--out", "z.npy"], in: directory)
  }

  private func shell(_ command: String) throws -> Tool.Result {
    try Tool.run(
      ["-c", command.replacingOccurrences(of: "eigencoder", with: "'\(Tool.path.path)'")], in: directory.url,
      executable: URL(fileURLWithPath: "/bin/sh"))
  }

  private func read(_ name: String, columns: Int? = nil) throws -> Matrix<Float> {
    try Matrix(contentsOf: directory.file(name), options: RowReader.Options(columns: columns))
  }

  @Test func everyFormatGivesTheSameCodes() throws {
    let x = try read("x.npy")
    let z = try read("z.npy")
    try x.write(csv: directory.file("x.csv"))
    try directory.write(x.elements.withUnsafeBytes { Array($0) }, to: "x.f32")
    for (input, columns) in [("x.npy", ""), ("x.csv", ""), ("x.f32", "--columns 6")] {
      for (output, format, width) in [
        ("o.csv", "", nil), ("o.f32", "", 2), ("o", "", nil), ("o", "--out-format raw", 2),
        ("o", "--out-format csv", nil),
      ] as [(String, String, Int?)] {
        let result = try shell(
          "eigencoder encode --model m --data \(input) \(columns) --out \(output) \(format)")
        #expect(result.status == 0 && result.output == "" && result.error == "", "\(result.error)")
        try expectSame(read(output, columns: width), z, input, "\(input) to \(output) \(format)")
      }
      for (format, width) in [("csv", nil), ("raw", 2), ("npy", nil)] as [(String, Int?)] {
        let result = try shell(
          "cat \(input) | eigencoder encode --model m --data - \(columns) --out - --out-format \(format) > piped"
        )
        #expect(result.status == 0, "\(result.error)")
        try expectSame(read("piped", columns: width), z, input, "\(input) to \(format) by pipes")
      }
    }
    #expect(
      try shell("eigencoder decode --model m --data z.npy --out - | head -1").output.split(separator: ",")
        .count == 6)
    #expect(try shell("eigencoder encode --model m --data - --out - < x.npy | wc -l").output.contains("50"))
  }

  /// The decimals of a text are numbers of f64, beside those of f32 that they were printed from: its codes are the same to
  /// the rounding of f32.
  private func expectSame(_ codes: Matrix<Float>, _ z: Matrix<Float>, _ input: String, _ what: String) throws
  {
    guard input.hasSuffix(".csv") else {
      #expect(codes == z, "\(what)")
      return
    }
    let worst = zip(codes.elements, z.elements).reduce(0) { max($0, abs($1.0 - $1.1)) }
    #expect(codes.rows == z.rows && worst < 1e-6, "\(what): \(worst)")
  }

  /// Only a pipe that is npy needs to know how many rows there will be.
  @Test func npyOfUnknownLengthIntoAPipe() throws {
    let result = try shell(
      "cat x.npy | tail -c +129 | eigencoder encode --model m --data - --columns 6 --out - --out-format npy | wc -c"
    )
    #expect(result.output.contains("0"))
    #expect(
      result.error
        == "eigencoder: error: an npy file begins with its number of rows, which is not known here and cannot be added to a pipe later (see 'eigencoder encode --help')\n"
    )
  }

  @Test func scores() throws {
    try expectSuccess(
      ["encode", "--model", "m", "--data", "x.npy", "--out", "o.npy", "--scores", "s.csv"], in: directory)
    #expect(try read("o.npy") == read("z.npy"))
    #expect(try String(contentsOf: directory.file("s.csv"), encoding: .utf8).hasPrefix("error,t2\n"))
    let (x, z, s) = try (read("x.npy"), read("z.npy"), read("s.csv"))
    try expectSuccess(["decode", "--model", "m", "--data", "z.npy", "--out", "back.npy"], in: directory)
    let back = try read("back.npy")
    let model = try Model<Float>(contentsOf: directory.file("m"))
    let variances = try #require(model.codeVariances)
    for i in 0..<50 {
      let error = zip(x.row(i), back.row(i)).reduce(0.0) { $0 + pow(Double($1.0) - Double($1.1), 2) }
      let t2 = zip(z.row(i), variances).reduce(0.0) { $0 + pow(Double($1.0), 2) / $1.1 }
      #expect(abs(Double(s[i, 0]) - error) <= 1e-5 * max(1e-3, error))
      #expect(abs(Double(s[i, 1]) - t2) <= 1e-4 * t2)
    }
    // Of n rows with denominator n - 1, T2 of k components adds up to k (n - 1).
    let sum = (0..<50).reduce(0.0) { $0 + Double(s[$1, 1]) }
    #expect(abs(sum - 2 * 49) < 1e-2)

    try expectSuccess(
      ["fit", "autoencoder", "--data", "x.npy", "--latent", "2", "--epochs", "1", "--model", "net"],
      in: directory)
    try expectSuccess(
      ["encode", "--model", "net", "--data", "x.npy", "--out", "o.npy", "--scores", "s.npy"], in: directory)
    #expect(try read("s.npy").columns == 1)
  }

  @Test func arraysAndTensors() throws {
    let x = try read("x.npy")
    var file = SafeTensors()
    file.append("a", x)
    file.append("b", x.rows(0..<3))
    try file.write(to: directory.file("t"))
    try expectSuccess(
      ["encode", "--model", "m", "--data", "t", "--tensor", "a", "--out", "o.npy"], in: directory)
    #expect(try read("o.npy") == read("z.npy"))
    try expectFailure(
      65, "t: a safetensors file with 2 tensors (a, b): --tensor NAME says which",
      ["encode", "--model", "m", "--data", "t", "--out", "p.npy"], in: directory)
    try expectFailure(
      65, "t: no tensor 'c', found a, b",
      ["fit", "pca", "--data", "t", "--tensor", "c", "--latent", "2", "--model", "n"], in: directory)
  }

  @Test(arguments: [
    (["--columns", "0"], "--columns takes a whole number of at least 1, got '0'"),
    (["--columns", "3", "--tensor", "a"], "--columns and --tensor exclude each other"),
    (["--array", "a"], "x.npy: the name of an array was given, expected an npz archive or JSON lines"),
    (
      ["--out-format", "xml"],
      "--out-format is one of npy, csv, tsv, jsonl, safetensors, fvecs, bvecs, ivecs, raw, pgvector; got 'xml'"
    ),
    (["--scores", "./o.npy"], "--out and --scores would both write './o.npy'"),
    (["--scores", "o.npy"], "--out and --scores would both write 'o.npy'"),
    (["--scores", "x.npy"], "'x.npy' would replace what is read from 'x.npy'"),
  ])
  func usage(_ words: [String], _ message: String) throws {
    try expectFailure(
      64, message + " (see 'eigencoder encode --help')",
      ["encode", "--model", "m", "--data", "x.npy", "--out", "o.npy"] + words, in: directory)
  }

  @Test func columnsNeedData() throws {
    try expectFailure(
      64, "--columns goes with --data (see 'eigencoder choose --help')", ["choose", "--columns", "3"])
  }

  /// Neither the codes nor the scores are there in part when a row in the middle is wrong.
  @Test func nothingIsLeftOfAFailure() throws {
    try directory.write(String(repeating: "1,2,3,4,5,6\n", count: 20_000) + "1,2,3,4,5,x\n", to: "x.csv")
    try expectFailure(
      65, "x.csv: row 20001, column 6 (counted from 1; line 20001): expected a finite number, found \"x\"",
      ["encode", "--model", "m", "--data", "x.csv", "--out", "o.csv", "--scores", "s.csv"], in: directory)
    try expectFailure(
      65, "the model takes 6 columns, z.npy has 2",
      ["encode", "--model", "m", "--data", "z.npy", "--out", "o.npy"], in: directory)
  }

  @Test(arguments: [SIGINT, SIGTERM])
  func nothingIsLeftOfAnInterruption(_ signal: Int32) throws {
    let fifo = directory.file("fifo").path
    #expect(mkfifo(fifo, 0o600) == 0)
    // Both ends are held, so that the tool waits for more.
    let descriptor = open(fifo, O_RDWR)
    defer { close(descriptor) }
    let text = "1,2,3,4,5,6\n1,2,3,4,5,6\n"
    #expect(write(descriptor, text, text.utf8.count) == text.utf8.count)
    let before = directory.contents
    let result = try Tool.run(
      ["encode", "--model", "m", "--data", "fifo", "--out", "o.csv"], in: directory.url, signals: [signal],
      interruptWhen: { _ in directory.contents != before })
    #expect(result.status == -signal)
    #expect(directory.contents == before)
  }

  /// Above 64 MB the rows are not kept: one pass to fit, another to measure.
  @Test func fitInPasses() throws {
    let x = samples(rows: 1_000, columns: 50)
    let copies = 340
    let header = npy("{'descr': '<f4', 'fortran_order': False, 'shape': (\(1_000 * copies), 50)}", content: 0)
    var file = Data(header)
    for _ in 0..<copies { file.append(contentsOf: x.elements.withUnsafeBytes { Data($0) }) }
    try file.write(to: directory.file("large.npy"))
    try x.write(npy: directory.file("small.npy"))
    let result = try expectSuccess(
      ["fit", "pca", "--data", "large.npy", "--latent", "2", "--model", "large", "--verbose"], in: directory)
    #expect(result.error.contains("large.npy is read twice or more, a block at a time"))
    let small = try expectSuccess(
      ["fit", "pca", "--data", "small.npy", "--latent", "2", "--model", "small"], in: directory)
    // The same rows many times over have the same errors.
    func errors(_ text: String) -> [Double] {
      text.split(separator: "\n").filter { $0.contains("SSE") || $0.contains("R2") || $0.contains("cosine") }
        .compactMap { Double($0.split(separator: " ").last!) }
    }
    #expect(errors(small.output).count == 3)
    #expect(Self.areClose(errors(result.output), errors(small.output), 1e-5))
    guard case .pca(let a) = try Model<Float>(contentsOf: directory.file("large")),
      case .pca(let b) = try Model<Float>(contentsOf: directory.file("small"))
    else {
      Issue.record("not a pca")
      return
    }
    #expect(a.sampleCount == 340_000)
    #expect(Self.areClose(a.components.elements, b.components.elements, 1e-4))
    #expect(
      Self.areClose(
        a.explainedVariance.map { $0 * 339_999 / 340_000 }, b.explainedVariance.map { $0 * 999 / 1_000 }, 1e-5
      ))
  }

  private static func areClose(_ a: [Double], _ b: [Double], _ tolerance: Double) -> Bool {
    let scale = b.reduce(0) { max($0, abs($1)) }
    return a.count == b.count && zip(a, b).allSatisfy { abs($0 - $1) <= tolerance * scale }
  }
}
