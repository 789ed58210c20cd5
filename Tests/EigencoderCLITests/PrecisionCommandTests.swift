import Eigencoder
import Foundation
import Testing

/// What is printed is true of the file, whatever its numbers need.
@Suite struct PrecisionCommandTests {
  private let directory: TemporaryDirectory

  init() throws { directory = try TemporaryDirectory() }

  private func fit(_ data: String, latent: Int, _ more: [String] = []) throws -> Tool.Result {
    try expectSuccess(
      ["fit", "pca", "--data", data, "--latent", "\(latent)", "--model", "m"] + more, in: directory)
  }

  private var model: PrincipalComponents<Double> {
    get throws {
      guard case .pca(let pca) = try Model<Double>(contentsOf: directory.file("m")) else {
        throw EigencoderError.invalidData("no pca")
      }
      return pca
    }
  }

  /// Seconds since 1970: variances by numpy.
  @Test func seconds() throws {
    try directory.write("1700000000,1\n1700000001,2\n1700000002,4\n", to: "x.csv")
    _ = try fit("x.csv", latent: 2)
    let variances = try model.explainedVariance
    #expect(
      abs(variances[0] - 3.3081429669660163) < 1e-14 && abs(variances[1] - 0.025190366367315902) < 1e-15)
    try expectSuccess(["info", "--model", "m", "--verify", "--data", "x.csv"], in: directory)
    // The model of the rounded numbers is not that of the file.
    _ = try fit("x.csv", latent: 2, ["--precision", "f32"])
    #expect(
      try Tool.run(["info", "--model", "m", "--verify", "--data", "x.csv"], in: directory.url).status == 65)
    try expectFailure(
      64,
      "--verify judges the data as they are, not rounded by --precision f32 (see 'eigencoder info --help')",
      ["info", "--model", "m", "--verify", "--data", "x.csv", "--precision", "f32"], in: directory)
  }

  private static func number(_ i: Int) -> Double {
    let slow = 20 * sin(0.37 * Double(i * i % 977))
    return slow + Double(i % 4) + cos(1.7 * Double(i))
  }

  private static func rounded(_ v: Double, _ kind: String) -> Double {
    /// To so many bits.
    func bits(_ count: Int) -> Double {
      let unit = Double(sign: .plus, exponent: Int(v.exponent) - count + 1, significand: 1)
      return (v / unit).rounded() * unit
    }
    switch kind {
    case "f32": return Double(Float(v))
    case "bf16": return bits(8)
    case "f16": return bits(11)
    case "9 digits": return Double(String(format: "%.9g", v)) ?? .nan
    case "6 decimals": return (v * 1e6).rounded() / 1e6
    case "floor to 1e-9": return (v * 1e9).rounded(.down) / 1e9
    case "whole": return v.rounded()
    case "40 bits": return bits(40)
    case "truncated to f32":
      let nearest = Float(v)
      return Double(
        Double(nearest.magnitude) > v.magnitude ? (v > 0 ? nearest.nextDown : nearest.nextUp) : nearest)
    default: return Double(Float(v * 0.1)) * 10
    }
  }

  /// Copies of a file that were rounded in one way or another.
  @Test(arguments: [
    "f32", "bf16", "f16", "9 digits", "6 decimals", "floor to 1e-9", "whole", "40 bits", "truncated to f32",
    "scaled and back in f32",
  ])
  func roundedCopies(_ kind: String) throws {
    let x = Matrix<Double>(rows: 120, columns: 4, (0..<480).map { Self.number($0) })
    let rounded = Matrix<Double>(rows: 120, columns: 4, x.elements.map { Self.rounded($0, kind) })
    try x.write(npy: directory.file("x.npy"))
    try rounded.write(npy: directory.file("rounded.npy"))
    _ = try fit("rounded.npy", latent: 2)
    try expectSuccess(["info", "--model", "m", "--verify", "--data", "rounded.npy"], in: directory)
    let result = try Tool.run(["info", "--model", "m", "--verify", "--data", "x.npy"], in: directory.url)
    #expect(result.status == 65 && result.error.hasPrefix("eigencoder: error: m is not the PCA of x.npy: "))
  }

  /// f64 data have f64 codes; f32 data, and data that f32 holds in text, keep f32.
  @Test func codesKeepTheirType() throws {
    let x = samples(rows: 30, columns: 4).converted(to: Double.self)
    let tenths = Matrix(rows: 30, columns: 4, x.elements.map { $0 / 10 })
    try tenths.write(npy: directory.file("d.npy"))
    try samples(rows: 30, columns: 4).write(npy: directory.file("f.npy"))
    _ = try fit("d.npy", latent: 2)
    func type(_ name: String) throws -> String {
      String(decoding: try directory.bytes(name).prefix(60).filter { $0 >= 32 && $0 < 127 }, as: UTF8.self)
    }
    try expectSuccess(["encode", "--model", "m", "--data", "d.npy", "--out", "z.npy"], in: directory)
    #expect(try type("z.npy").contains("<f8"))
    let codes = try Matrix<Double>(contentsOf: directory.file("z.npy"))
    #expect(try codes == model.encode(tenths))
    try expectSuccess(["decode", "--model", "m", "--data", "z.npy", "--out", "b.npy"], in: directory)
    #expect(try type("b.npy").contains("<f8"))
    try expectSuccess(
      ["encode", "--model", "m", "--data", "d.npy", "--out", "z32.npy", "--type", "f32"], in: directory)
    #expect(try type("z32.npy").contains("<f4"))
    try expectSuccess(["encode", "--model", "m", "--data", "f.npy", "--out", "zf.npy"], in: directory)
    #expect(try type("zf.npy").contains("<f4"))
    // Codes in f32 of a model of f64 data stand for rows of f64.
    try expectSuccess(["decode", "--model", "m", "--data", "z32.npy", "--out", "b.npy"], in: directory)
    #expect(try type("b.npy").contains("<f8"))
  }

  /// Squared errors of rows a million from the origin, by numpy.
  @Test func scores() throws {
    try directory.write(
      "1000000,1000002.125\n1000001,1000003.0625\n1000003,1000004.875\n1000006,1000008.0625\n", to: "x.csv")
    _ = try fit("x.csv", latent: 1)
    try expectSuccess(
      ["encode", "--model", "m", "--data", "x.csv", "--out", "z.csv", "--scores", "s.npy"], in: directory)
    let errors = try Matrix<Double>(contentsOf: directory.file("s.npy"))
    let expected = [0.002196004659295762, 0.0001069266999894953, 0.011479507836889067, 0.002494041618261102]
    for (i, error) in expected.enumerated() { #expect(abs(errors[i, 0] - error) < 1e-4 * error + 1e-7) }
  }

  /// Pixels as bytes to a model of pixels as fractions.
  @Test func otherUnits() throws {
    var pixels: [UInt8] = []
    for i in 0..<50 * 6 { pixels.append(UInt8((i * i * 31 + 7 * i) % 251)) }
    try directory.write([0, 0, 8, 3, 0, 0, 0, 50, 0, 0, 0, 2, 0, 0, 0, 3] + pixels, to: "x.idx")
    let bytes = Matrix<Float>(rows: 50, columns: 6, pixels.map { Float($0) })
    try bytes.write(npy: directory.file("x.npy"))
    _ = try fit("x.idx", latent: 2)
    let wrong = try expectSuccess(
      ["encode", "--model", "m", "--data", "x.npy", "--out", "z.npy"], in: directory)
    #expect(wrong.error.hasPrefix("eigencoder: warning: the rows are far from those of the fit: "))
    #expect(
      wrong.error.contains("--scale 0.00392156862745098") && wrong.error.split(separator: "\n").count == 1)
    #expect(
      try expectSuccess(["evaluate", "--model", "m", "--data", "x.npy"], in: directory).error.contains(
        "warning"))
    let right = ["--model", "m", "--data", "x.npy", "--scale", "0.00392156862745098"]
    #expect(try expectSuccess(["encode"] + right + ["--out", "z.npy"], in: directory).error == "")
    #expect(try expectSuccess(["evaluate"] + right, in: directory).error == "")
    #expect(try expectSuccess(["evaluate", "--model", "m", "--data", "x.idx"], in: directory).error == "")
  }

  /// `compare` and `choose` take such rows as they are.
  @Test func otherCommands() throws {
    let x = samples(rows: 60, columns: 5).converted(to: Double.self)
    let far = Matrix(rows: 60, columns: 5, x.elements.map { 1e9 + $0 })
    try far.write(npy: directory.file("far.npy"))
    try Matrix(rows: 60, columns: 5, x.elements).write(npy: directory.file("near.npy"))
    func sse(_ name: String) throws -> [Double] {
      let output = try expectSuccess(
        [
          "compare", "--data", name, "--latent", "2", "--methods", "pca,linear-denoising,autoencoder",
          "--epochs",
          "3", "--format", "json", "--quiet",
        ], in: directory
      ).output
      let results = try #require(try object(output)["results"] as? [[String: Any]])
      return try results.map { try #require(($0["test"] as? [String: Any])?["ssePerSample"] as? Double) }
    }
    let (a, b) = (try sse("near.npy"), try sse("far.npy"))
    #expect(a.count == 3)
    for (a, b) in zip(a, b) { #expect(abs(a - b) < 1e-3 * a, "\(a) \(b)") }
    let chosen = try ["near.npy", "far.npy"].map {
      try object(expectSuccess(["choose", "--data", $0, "--format", "json"], in: directory).output)["rank"]
        as? Int
    }
    #expect(chosen[0] == chosen[1])
  }

  /// f32 codes of rows in f64, by a pipeline and by a PCA: every figure is that of what the file decodes to.
  @Test func codesOfFarRowsAreMeasuredAsStored() throws {
    let noise = samples(rows: 260, columns: 9)
    let x = Matrix<Double>(rows: 260, columns: 9, noise.elements.map { 1e9 + Double($0) })
    try x.write(npy: directory.file("x.npy"))
    try expectSuccess(
      ["embed", "--data", "x.npy", "--latent", "4", "--type", "f32", "--model", "e", "--quiet"], in: directory
    )
    _ = try fit("x.npy", latent: 4, ["--keep-mean"])
    for model in ["e", "m"] {
      try expectSuccess(
        [
          "encode", "--model", model, "--data", "x.npy", "--out", "z.npy", "--type", "f32", "--scores",
          "s.npy",
        ],
        in: directory)
      try expectSuccess(["decode", "--model", model, "--data", "z.npy", "--out", "y.npy"], in: directory)
      #expect(try RowReader(contentsOf: directory.file("y.npy")).storedType == .float64)
      let back = try Matrix<Double>(contentsOf: directory.file("y.npy"))
      let scores = try Matrix<Double>(contentsOf: directory.file("s.npy"))
      for i in 0..<260 {
        let error = zip(x.row(i), back.row(i)).reduce(0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) }
        #expect(abs(scores[i, 0] - error) <= 1e-6 * (error + 1), "\(model), row \(i)")
      }
    }
  }

  /// Rows in other units than those of the fit, and codes far beyond the range of int8, are told.
  @Test func pipelinesKnowTheirInput() throws {
    let x = samples(rows: 200, columns: 6)
    try x.write(npy: directory.file("x.npy"))
    try expectSuccess(
      ["embed", "--data", "x.npy", "--latent", "3", "--type", "int8", "--model", "e", "--quiet"],
      in: directory)
    let result = try expectSuccess(
      ["encode", "--model", "e", "--data", "x.npy", "--scale", "1000", "--out", "z.npy"], in: directory)
    #expect(result.error.contains("the rows are far from those of the fit"))
    #expect(result.error.contains("beyond twice the range of int8, stored as its ends"))
    #expect(
      try expectSuccess(["encode", "--model", "e", "--data", "x.npy", "--out", "z.npy"], in: directory).error
        == "")
  }
}
