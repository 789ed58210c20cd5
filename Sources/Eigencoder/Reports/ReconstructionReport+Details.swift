// What a page shows beside the metrics. All of it is optional, stored with the report, and left out of its
// JSON unless asked for: `ReconstructionReport.json(including:)`.

extension ReconstructionReport {
  /// What a page shows of the data, and how the report was made.
  public struct Details: Codable, Equatable, Sendable {
    /// The test SSE per sample of PCA with 0, 1, 2, ... components; see `PCAErrorCurve`.
    public var pcaErrors: [Double]?
    /// The variances of the training rows, and what the rules for k say.
    public var spectrum: Spectrum?
    /// The test rows whose codes are drawn.
    public var codeRows: CodeRows?
    /// The test rows that are drawn as pictures.
    public var pictures: Pictures?
    /// How the report was made.
    public var provenance: Provenance?
    /// What the reader has to know: methods that failed, a run that was interrupted.
    public var notes: [String] = []

    /// Nothing yet.
    public init() {}

    /// Rows whose codes are drawn: all, or a sample of them.
    public struct CodeRows: Codable, Equatable, Sendable {
      /// Numbers of the rows in the test data, from 0.
      public let rows: [Int]
      /// The class of each, an index into `classes`; nil without labels.
      public let labels: [Int]?
      /// The names of the classes that occur among all test rows.
      public let classes: [String]?
    }

    /// Rows that are drawn as pictures, and how they look.
    public struct Pictures: Codable, Equatable, Sendable {
      /// Of each picture.
      public let shape: ImageShape
      /// Numbers of the rows in the data that they are from, from 0.
      public let rows: [Int]
      /// The element that is black.
      public let black: Double
      /// The element that is white.
      public let white: Double
      /// The rows side by side, a PNG file in base 64.
      public let original: String
      /// The same rows corrupted.
      public let corrupted: String?
    }
  }

  /// The height and the width of the image that a row is, pixels row by row.
  public struct ImageShape: Codable, Equatable, Sendable {
    /// Pixels from top to bottom.
    public let height: Int
    /// Pixels from left to right.
    public let width: Int

    /// Traps unless both are at least 1.
    public init(height: Int, width: Int) {
      precondition(height >= 1 && width >= 1, "an image of \(height) x \(width)")
      self.height = height
      self.width = width
    }

    /// The shape to draw the rows of `x` in when nobody has said one: square, where the number of columns is
    /// a square of at least 4 x 4 and no element is negative, as of pixels.
    public init?<T: Scalar>(guessedFrom x: Matrix<T>) {
      let side = Int(Double(x.columns).squareRoot().rounded())
      guard side >= 4, side * side == x.columns, let extent = x.withView({ $0.extent() }),
        extent.lowerBound >= 0
      else { return nil }
      self.init(height: side, width: side)
    }
  }
}

extension ReconstructionReport.Result {
  /// What a page shows of one method beside its metrics.
  public struct Details: Codable, Equatable, Sendable {
    /// The 95 % bootstrap interval of the test SSE per sample; nil for fewer than 6 rows.
    public var sseInterval: ClosedRange<Double>?
    /// Of training; nil for a method without.
    public var history: History?
    /// The first two numbers of the codes of `ReconstructionReport.Details.codeRows`, to four digits of the
    /// largest.
    public var codes: [[Double]]?
    /// The reconstructions of `ReconstructionReport.Details.pictures`, a PNG file in base 64.
    public var reconstructed: String?
    /// The reconstructions of the same rows corrupted, a PNG file in base 64.
    public var denoised: String?
  }
}
