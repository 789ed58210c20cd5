internal import Foundation

// Which test rows a page draws, chosen once so that every method is drawn on the same rows.

extension ReconstructionReport {
  /// The test rows that a page draws, and how.
  public struct Illustration<T: Scalar>: Sendable {
    /// Codes of this many numbers are drawn, by their first two; at least 2. nil for none.
    public let latent: Int?

    let codeRows: Details.CodeRows
    let pictures: Details.Pictures?
    /// The rows behind `codeRows` and `pictures`.
    private let points: Matrix<T>
    private let originals: Matrix<T>
    private let corrupted: Matrix<T>?

    /// Points that are drawn, and pixels of a strip of pictures, at most.
    static var pointLimit: Int { 1500 }
    static var pixelLimit: Int { 40_000 }

    /// - Parameters:
    ///   - samples: the test rows; those that are drawn are chosen among them.
    ///   - latent: codes of this many numbers are drawn; nil, or below 2, for none.
    ///   - image: how to draw a row as a picture; nil for no pictures. Traps unless it has a pixel a column.
    ///   - seed: of the rows whose codes are drawn, of more than 1,500.
    public init(of samples: TestSamples<T>, latent: Int?, image: ImageShape?, seed: UInt64 = 1) {
      let x = samples.x
      self.latent = latent.flatMap { $0 >= 2 ? $0 : nil }
      var generator = SeededGenerator(seed: seed)
      let rows =
        x.rows <= Self.pointLimit
        ? Array(0..<x.rows) : generator.permutation(x.rows).prefix(Self.pointLimit).map(Int.init).sorted()
      // Classes by their place among those that occur.
      let occurring = samples.labels.map { Set($0.codes).sorted() } ?? []
      let place = Dictionary(uniqueKeysWithValues: zip(occurring, occurring.indices))
      codeRows = Details.CodeRows(
        rows: rows, labels: samples.labels.map { labels in rows.compactMap { place[labels.codes[$0]] } },
        classes: samples.labels.map { labels in occurring.map { labels.names[$0] } })
      points = self.latent == nil ? Matrix(rows: 0, columns: x.columns) : x.selecting(rows: rows)

      let count = min(10, x.rows, Self.pixelLimit / max(1, x.columns))
      guard let image, count >= 1, let extent = x.withView({ $0.extent() }) else {
        pictures = nil
        originals = Matrix(rows: 0, columns: x.columns)
        corrupted = nil
        return
      }
      precondition(
        image.height * image.width == x.columns, "\(image.height) x \(image.width) of \(x.columns) columns")
      let chosen = Self.examples(count, of: x.rows, samples.labels)
      let (black, white) = (Double(extent.lowerBound), Double(extent.upperBound))
      originals = x.selecting(rows: chosen)
      corrupted = samples.corrupted.map { $0.selecting(rows: chosen) }
      func strip(_ x: Matrix<T>) -> String { x.strip(of: image, black: black, white: white) }
      pictures = Details.Pictures(
        shape: image, rows: chosen.map { samples.rowNumbers?[$0] ?? $0 }, black: black, white: white,
        original: strip(originals), corrupted: corrupted.map(strip))
    }

    /// One row of each class while there are classes; without, rows spread evenly.
    private static func examples(_ count: Int, of rows: Int, _ labels: Labels?) -> [Int] {
      var chosen =
        labels.map { labels in
          Set(labels.codes).sorted().prefix(count).compactMap { labels.codes.firstIndex(of: $0) }
        } ?? []
      for i in 0..<count where chosen.count < count {
        let row = i * rows / count
        if !chosen.contains(row) { chosen.append(row) }
      }
      return chosen
    }

    /// Sets what is drawn of one method.
    func draw(_ reducer: any Reducer<T>, into details: inout Result.Details) {
      if reducer.latent == latent, points.rows > 0 {
        details.codes = reducer.encode(points).leadingPairs
      }
      guard let pictures else { return }
      func strip(_ x: Matrix<T>) -> String {
        reducer.reconstruct(x).strip(of: pictures.shape, black: pictures.black, white: pictures.white)
      }
      details.reconstructed = strip(originals)
      details.denoised = corrupted.map(strip)
    }
  }
}

extension Matrix {
  /// The first two columns, in steps of 1/10,000 of the largest magnitude, rounded to a power of ten.
  fileprivate var leadingPairs: [[Double]] {
    let pairs = (0..<rows).map { i in (0..<2).map { Double(self[i, $0]) } }
    let largest = pairs.joined().map(\.magnitude).max() ?? 0
    guard largest > 0, largest.isFinite else { return pairs }
    let digits = 4 - Int(log10(largest).rounded(.up))
    return pairs.map { pair in
      pair.map { value in
        guard (-20...20).contains(digits) else { return value }
        let unit = pow(10, Double(abs(digits)))
        return digits >= 0 ? (value * unit).rounded() / unit : (value / unit).rounded() * unit
      }
    }
  }

  /// The rows as images side by side, a transparent pixel between them: a PNG file in base 64.
  fileprivate func strip(of shape: ReconstructionReport.ImageShape, black: Double, white: Double) -> String {
    let width = rows * (shape.width + 1) - 1
    let scale = white > black ? 255 / (white - black) : 0
    var pixels = [UInt8](repeating: 0, count: 2 * width * shape.height)
    for image in 0..<rows {
      for i in 0..<shape.height {
        for j in 0..<shape.width {
          let grey = (Double(self[image, i * shape.width + j]) - black) * scale
          let at = 2 * (i * width + image * (shape.width + 1) + j)
          pixels[at] = UInt8(max(0, min(255, grey.isNaN ? 0 : grey.rounded())))
          pixels[at + 1] = 255
        }
      }
    }
    return Data(PNG.file(width: width, height: shape.height, greyAndOpacity: pixels)).base64EncodedString()
  }
}
