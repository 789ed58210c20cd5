import Eigencoder
import Foundation
import Testing

@Suite struct IllustrationTests {
  private func described<T: Scalar>(
    _ samples: TestSamples<T>, latent: Int?, image: ReconstructionReport.ImageShape?
  ) throws
    -> ReconstructionReport
  {
    let x = samples.x
    var report = ReconstructionReport(
      data: .init(name: "d", train: x.rows, test: x.rows, dimension: x.columns))
    try report.add(
      PCA(latent: 2).fitted(to: x), train: x, test: samples,
      illustration: ReconstructionReport.Illustration(of: samples, latent: latent, image: image, seed: 3))
    return report
  }

  @Test(arguments: [(64, 8), (16, 4)]) func guessedShape(_ columns: Int, _ side: Int) {
    let pixels = Matrix<Double>(rows: 2, columns: columns, repeating: 0.5)
    #expect(
      ReconstructionReport.ImageShape(guessedFrom: pixels)
        == ReconstructionReport.ImageShape(height: side, width: side))
    #expect(
      ReconstructionReport.ImageShape(
        guessedFrom: Matrix<Double>(rows: 2, columns: columns + 1, repeating: 0.5)) == nil)
    #expect(
      ReconstructionReport.ImageShape(guessedFrom: Matrix<Double>(rows: 2, columns: columns, repeating: -0.5))
        == nil)
    #expect(
      ReconstructionReport.ImageShape(guessedFrom: Matrix<Double>(rows: 2, columns: 9, repeating: 0.5)) == nil
    )
  }

  /// One row of each class, by their numbers in the data; then others.
  @Test func exampleRows() throws {
    let digits = try Fixture.digits(Float.self).rows(0..<300)
    var samples = TestSamples(digits)
    let labels = try Labels(contentsOf: Fixture.url("digits_labels.npy")).selecting(Array(0..<300))
    samples.labels = labels
    samples.rowNumbers = Array(1000..<1300)
    let pictures = try #require(
      described(samples, latent: nil, image: ReconstructionReport.ImageShape(height: 8, width: 8)).details?
        .pictures)
    #expect(pictures.rows.map { labels.codes[$0 - 1000] } == Array(0...9))
    #expect((pictures.black, pictures.white) == (0, 1))
    samples.labels = Labels((0..<300).map { _ in "one" })
    let spread = try #require(
      described(samples, latent: nil, image: ReconstructionReport.ImageShape(height: 8, width: 8)).details?
        .pictures)
    #expect(spread.rows.count == 10 && Set(spread.rows).count == 10)
  }

  /// The codes of the rows that are named, to four digits; and of 1,500 rows at most, by the seed.
  @Test func codes() throws {
    let x = Matrix<Float>.random(1700, 5, seed: 6, deviation: 3)
    let report = try described(TestSamples(x), latent: 2, image: nil)
    let rows = try #require(report.details?.codeRows).rows
    #expect(rows.count == 1500 && rows == Set(rows).sorted() && rows.last! < 1700)
    let codes = try PCA(latent: 2).fitted(to: x).encode(x.selecting(rows: rows))
    let drawn = try #require(report.results[0].details?.codes)
    let largest = codes.elements.map { Double($0.magnitude) }.max()!
    expectClose(drawn.flatMap { $0 }, codes.elements.map { Double($0) }, within: 1e-3, scale: largest)
    #expect(try described(TestSamples(x), latent: 3, image: nil).results[0].details?.codes == nil)
    #expect(try described(TestSamples(x), latent: 2, image: nil).details?.codeRows?.rows == rows)
  }

  /// The interval of the mean is that of the bootstrap, and needs 6 rows.
  @Test func intervals() throws {
    let x = Matrix<Float>.random(40, 5, seed: 6)
    let report = try described(TestSamples(x), latent: nil, image: nil)
    let errors = try PCA(latent: 2).fitted(to: x).squaredErrors(on: x)
    #expect(
      report.results[0].details?.sseInterval == PairedComparison.Bootstrap(seed: 1).interval(ofMean: errors))
    #expect(
      try described(TestSamples(x.rows(0..<5)), latent: nil, image: nil).results[0].details?.sseInterval
        == nil)
  }

  /// The picture is read back: chunks with their checks, and the pixels that went in.
  @Test func png() throws {
    let x = Matrix<Float>([[0, 1, 0.5, 2, -1, 1], [1, 1, 1, 0, 0, 0], [0, 0.25, 0.75, 1, 0, 0.5]])
    let strip = try #require(
      described(TestSamples(x), latent: nil, image: ReconstructionReport.ImageShape(height: 2, width: 3))
        .details?.pictures)
    #expect((strip.black, strip.white) == (-1, 2))
    let file = Array(try #require(Data(base64Encoded: strip.original)))
    #expect(file.prefix(8) == [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A])
    var (chunks, at) = ([String: [UInt8]](), 8)
    while at < file.count {
      let count = Int(Self.number(file[at..<at + 4]))
      let body = Array(file[at + 4..<at + 8 + count])
      #expect(Self.crc(body) == Self.number(file[at + 8 + count..<at + 12 + count]))
      chunks[String(decoding: body.prefix(4), as: UTF8.self)] = Array(body.dropFirst(4))
      at += 12 + count
    }
    #expect(chunks["IHDR"] == [0, 0, 0, 11, 0, 0, 0, 2, 8, 4, 0, 0, 0] && chunks["IEND"] == [])
    // The deflated bytes in the frame of a gzip file, which the library inflates and checks.
    let expected = Self.rows(x)
    func bytes(_ word: UInt32) -> [UInt8] { (0..<4).map { UInt8(truncatingIfNeeded: word >> (8 * $0)) } }
    var frame: [UInt8] = [0x1F, 0x8B, 8, 0, 0, 0, 0, 0, 0, 0xFF]
    frame += try #require(chunks["IDAT"]).dropFirst(2).dropLast(4)
    frame += bytes(Self.crc(expected)) + bytes(UInt32(expected.count))
    let content = try Array(ByteReader(bytes: frame[...], name: "strip").inflated().readAll())
    #expect(content == expected)
  }

  /// Grey and opacity of three images of 2 x 3 side by side, a transparent pixel between, a 0 before each
  /// row.
  private static func rows(_ x: Matrix<Float>) -> [UInt8] {
    (0..<2).flatMap { i -> [UInt8] in
      let images = (0..<3).map { image in
        (0..<3).flatMap { j -> [UInt8] in
          [UInt8((Double(x[image, 3 * i + j] + 1) / 3 * 255).rounded()), 255]
        }
      }
      return [0] + images[0] + [0, 0] + images[1] + [0, 0] + images[2]
    }
  }

  private static func number(_ bytes: ArraySlice<UInt8>) -> UInt32 {
    bytes.reduce(0) { $0 << 8 | UInt32($1) }
  }

  /// Bit by bit.
  private static func crc(_ bytes: [UInt8]) -> UInt32 {
    var crc = UInt32.max
    for byte in bytes {
      crc ^= UInt32(byte)
      for _ in 0..<8 { crc = crc >> 1 ^ (crc & 1 == 1 ? 0xEDB8_8320 : 0) }
    }
    return ~crc
  }
}
