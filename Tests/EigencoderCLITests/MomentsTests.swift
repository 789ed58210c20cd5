import Eigencoder
import Foundation
import Testing

/// `moments`, and --moments of the commands that take it.
@Suite struct MomentsTests {
  private let directory: TemporaryDirectory
  private let x = samples(rows: 90, columns: 6)

  init() throws {
    directory = try TemporaryDirectory()
    try FileManager.default.createDirectory(at: directory.file("parts"), withIntermediateDirectories: true)
    try x.write(npy: directory.file("x.npy"))
    for i in 0..<3 {
      try x.rows(30 * i..<30 * (i + 1)).write(npy: directory.file("\(i).npy"))
      try MomentsFile(of: x.rows(30 * i..<30 * (i + 1))).write(to: directory.file("parts/\(i).moments"))
    }
  }

  @Test func oneFile() throws {
    let result = try expectSuccess(["moments", "--data", "0.npy", "--out", "a"], in: directory)
    #expect(result.output == "")
    #expect(result.error == "0.npy: 30 rows of 6 columns, f32, products in f32\n")
    // The same bytes as the library writes, from a pipe as well.
    #expect(try directory.bytes("a") == directory.bytes("parts/0.moments"))
    let shell = Process()
    shell.executableURL = URL(fileURLWithPath: "/bin/sh")
    shell.currentDirectoryURL = directory.url
    shell.arguments = [
      "-c", "cat 0.npy | '\(Tool.path.path)' moments --quiet --data - --out - > b",
    ]
    try shell.run()
    shell.waitUntilExit()
    #expect(try directory.bytes("b") == directory.bytes("a"))
    let double = try expectSuccess(
      ["moments", "--data", "0.npy", "--precision", "f64", "--out", "a"], in: directory)
    #expect(double.error == "0.npy: 30 rows of 6 columns, f32, products in f64\n")
  }

  /// Text is read once: products in f64, and the precision that its numbers need. The hash is that of the same numbers in npy.
  @Test func table() throws {
    let lines = (0..<30).map { x.row($0).map { "\($0)" }.joined(separator: ",") }
    try directory.write("a,b,c,d,e,f\n" + lines.joined(separator: "\n") + "\n", to: "0.csv")
    let result = try expectSuccess(["moments", "--data", "0.csv", "--out", "a"], in: directory)
    #expect(result.error.hasSuffix("0.csv: 30 rows of 6 columns, f64, products in f64\n"))
    let floats = try MomentsFile(of: Matrix<Float>(contentsOf: directory.file("0.npy")))
    let rounded = try expectSuccess(
      ["moments", "--data", "0.csv", "--precision", "f32", "--out", "b"], in: directory)
    #expect(rounded.error.hasSuffix("0.csv: 30 rows of 6 columns, f32, products in f32\n"))
    let file = try MomentsFile(contentsOf: directory.file("b"))
    #expect(file.parts == floats.parts && file.columnNames == ["a", "b", "c", "d", "e", "f"])
  }

  @Test func merging() throws {
    let result = try expectSuccess(
      ["moments", "--merge", "parts/[01].moments", "--out", "two"], in: directory)
    #expect(result.output == "")
    #expect(result.error == "2 files, 2 parts: 60 rows of 6 columns, f32, products in f32\n")
    try expectSuccess(["moments", "--merge", "two,parts/2.moments", "--out", "all"], in: directory)
    let info = try expectSuccess(["info", "--moments", "all"], in: directory).output
    let all = try MomentsFile(contentsOf: directory.file("all"))
    #expect(
      info == """
        all: 90 rows of 6 columns, f32, products in f32, 3 parts
        total variance: \(all.moments.variances.reduce(0, +).significant(6)), scale 1.0
        rows of each part, by the hash of its numbers:
        \(all.parts.map { "  \($0.name)  30" }.joined(separator: "\n"))

        """)
    let hash = try MomentsFile(contentsOf: directory.file("parts/1.moments")).parts[0].name
    try expectFailure(
      65, "two and parts/1.moments both hold the 30 rows with the hash \(hash): a part counts once",
      ["moments", "--merge", "two,parts/1.moments", "--out", "more"], in: directory)
    try Data(contentsOf: directory.file("parts/1.moments")).write(to: directory.file("copy"))
    for command in [["fit", "pca", "--latent", "2", "--model", "m"], ["choose"], ["info"]] {
      try expectFailure(
        65, "copy and parts/1.moments both hold the 30 rows with the hash \(hash): a part counts once",
        command + ["--moments", "copy,parts/*.moments"], in: directory)
    }
  }

  /// The model is that of the rows; what it is and what rows alone tell is said.
  @Test func fit() throws {
    let text = try expectSuccess(
      ["fit", "pca", "--moments", "parts/*.moments", "--latent", "2", "--model", "m"], in: directory
    ).output
    let rows = try expectSuccess(
      ["fit", "pca", "--data", "x.npy", "--latent", "2", "--model", "n"], in: directory
    ).output
    let (ours, theirs) = (text.split(separator: "\n"), rows.split(separator: "\n"))
    #expect(ours.count == 9 && theirs.count == 9)
    #expect(ours[0].hasPrefix("pca: 6 -> 2, 90 rows, fitted in "))
    for i in [3, 4, 7] { #expect(ours[i] == theirs[i]) }
    #expect(ours[5] == "cosine          - (takes the rows: eigencoder evaluate)")
    #expect(ours[8] == "saved to m")
    guard case .pca(let pca) = try Model<Float>(contentsOf: directory.file("m")) else {
      Issue.record("no pca")
      return
    }
    let expected = try PCA(latent: 2).fitted(to: x)
    #expect(pca.sampleCount == 90)
    for (a, b) in zip(pca.components.elements, expected.components.elements) { #expect(abs(a - b) < 1e-5) }
    let input = try #require(try ModelInput.read(contentsOf: directory.file("m")))
    #expect(input.precision == .f32 && input.scale == 1)
    #expect(abs(input.totalVariance / expected.totalVariance - 1) < 1e-6)
    // The order in which parts are named does not matter, to the last byte.
    try expectSuccess(
      [
        "fit", "pca", "--moments", "parts/2.moments,parts/0.moments,parts/1.moments", "--latent", "2",
        "--model",
        "o",
      ], in: directory)
    #expect(try directory.bytes("m") == directory.bytes("o"))
    let json = try object(
      try expectSuccess(
        [
          "fit", "pca", "--moments", "parts/*.moments", "--latent", "0.9", "--model", "m", "--format", "json",
        ],
        in: directory
      ).output)
    let train = try #require(json["train"] as? [String: Any])
    #expect(
      Set(train.keys) == [
        "ssePerSample", "msePerElement", "relativeFrobenius", "r2", "contraction", "psnr", "psnrPeak",
      ])
    // Rows are encoded by it.
    try expectSuccess(["encode", "--model", "m", "--data", "x.npy", "--out", "z.npy"], in: directory)
  }

  @Test func denoiserChoiceAndCertificate() throws {
    let all = ["--moments", "parts/*.moments"]
    let denoiser = try expectSuccess(
      ["fit", "linear-denoising", "--latent", "3", "--corruption", "gaussian:0.2", "--model", "d"] + all,
      in: directory
    ).output
    #expect(denoiser.hasPrefix("linear-denoising: 6 -> 3, 90 rows"))
    let choice = try expectSuccess(["choose"] + all, in: directory).output
    #expect(choice.hasPrefix("3 files of moments: 90 rows to choose by, none held out, 6 columns, rank "))
    #expect(
      choice.contains("\nheld-out-likelihood  -              -            -               -  needs the rows"))
    #expect(choice.contains("\nnext: eigencoder fit pca --latent "))
    #expect(choice.hasSuffix(" --moments 'parts/*.moments' --model pca.safetensors\n"))
    let automatic = try expectSuccess(
      ["fit", "pca", "--latent", "auto", "--model", "m"] + all, in: directory)
    #expect(automatic.error.hasPrefix("eigencoder: --latent auto is "))
    let report = try expectSuccess(["info", "--verify", "--model", "m"] + all, in: directory).output
    #expect(
      report.contains(
        ", against the sums, with products in f32, of 90 rows of 3 files of moments\n3 files of moments has the rows"
      ))
    #expect(report.hasSuffix("\n\nexact: this is the PCA of 3 files of moments, to rounding\n"))
    let other = try Tool.run(
      ["info", "--verify", "--model", "m", "--moments", "parts/[01].moments"], in: directory.url)
    #expect(other.status == 65)
    #expect(
      other.error.hasPrefix("eigencoder: error: m is not the PCA of 2 files of moments: beyond rounding are ")
    )
  }

  @Test(arguments: [
    ("moments", ["--out", "a"], "moments takes --data, or files of moments to --merge"),
    ("moments", ["--data", "x.npy"], "option '--out' is required"),
    ("moments", ["--data", "x.npy", "--merge", "a", "--out", "b"], "--data and --merge exclude each other"),
    ("moments", ["--merge", "a", "--scale", "2", "--out", "b"], "--scale goes with --data"),
    (
      "moments", ["--data", "x.npy", "--missing", "column-mean", "--out", "a"],
      "--missing column-mean would fill in the means of this part, not those of all rows: drop-rows or error"
    ),
    ("moments", ["--data", "x.npy", "--out", "x.npy"], "'x.npy' would replace what is read from 'x.npy'"),
    (
      "moments", ["--merge", "parts/*.moments", "--out", "parts/1.moments"],
      "'parts/1.moments' would replace what is read from 'parts/1.moments'"
    ),
    (
      "moments", ["--merge", "parts/1.moments,parts/*.moments", "--out", "a"],
      "--merge names 'parts/1.moments' twice"
    ),
    (
      "fit", ["pca", "--moments", "a", "--data", "x.npy", "--latent", "2", "--model", "m"],
      "--data and --moments exclude each other"
    ),
    (
      "fit", ["pca", "--moments", "a", "--precision", "f64", "--latent", "2", "--model", "m"],
      "--precision goes with --data"
    ),
    (
      "fit", ["contractive", "--moments", "parts/*.moments", "--latent", "2", "--model", "m"],
      "contractive is fitted to rows (--data); --moments goes with pca and linear-denoising"
    ),
    ("choose", ["--moments", "a", "--seed", "2"], "--seed goes with --data: moments have no rows"),
    ("info", ["--moments", "a", "--model", "m"], "--moments of a model go with --verify"),
  ])
  func usage(_ command: String, _ arguments: [String], _ message: String) throws {
    try expectFailure(
      64, message + " (see 'eigencoder \(command) --help')", [command] + arguments, in: directory)
  }

  @Test func files() throws {
    try expectFailure(
      66, "--moments: no file 'none/*'",
      ["fit", "pca", "--moments", "none/*", "--latent", "2", "--model", "m"],
      in: directory)
    try expectFailure(
      66, "--merge: no file '' (commas separate names)",
      ["moments", "--merge", "parts/0.moments,", "--out", "a"], in: directory)
    try expectFailure(
      65, "x.npy: not a file of moments, as 'eigencoder moments' writes them",
      ["choose", "--moments", "x.npy"], in: directory)
    let bytes = try directory.bytes("parts/0.moments")
    try bytes.dropLast(9).write(to: directory.file("cut"))
    try expectFailure(
      65,
      "cut: truncated: the header promises \(8 * (1 + 4 * 6 + 21)) bytes of tensors, the file holds \(8 * (1 + 4 * 6 + 21) - 9)",
      ["choose", "--moments", "cut"], in: directory)
    try MomentsFile(of: x.rows(0..<40).converted(to: Double.self), products: .f64).write(
      to: directory.file("double"))
    try expectFailure(
      65,
      "double and parts/2.moments are not parts of the same data: products in f64 and in f32; make all with the same --precision",
      ["choose", "--moments", "double,parts/2.moments"], in: directory)
    try samples(rows: 9, columns: 5).write(npy: directory.file("narrow.npy"))
    try expectSuccess(["moments", "--data", "narrow.npy", "--out", "narrow"], in: directory)
    try expectSuccess(["fit", "pca", "--data", "x.npy", "--latent", "2", "--model", "m"], in: directory)
    try expectFailure(
      65, "the model takes 6 columns, narrow has 5",
      ["info", "--verify", "--model", "m", "--moments", "narrow"], in: directory)
    try expectFailure(
      73, "none/a: there is no directory \(directory.file("none").path)",
      ["moments", "--data", "x.npy", "--out", "none/a"], in: directory)
  }
}
