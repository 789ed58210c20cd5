// Moments of rows with what has to be known of the rows, so that parts made anywhere can be merged and fitted later:
// any scheduler that runs a command is then an engine for PCA of data on many machines.
//
//   MomentsFile+Rows      one pass over rows
//   MomentsFile+Merging   many into one
//   MomentsFile+Storage   the file: safetensors, d^2 / 2 numbers
//   PCA+MomentsFile, LinearDenoiser+MomentsFile, ComponentSelection+MomentsFile, PCACertificate+MomentsFile: what is made of it

/// The moments of rows and what is known of these rows: the content of a file of moments.
///
///     let part = try MomentsFile(ofRowsOf: RowReader(contentsOf: data))   // on each machine
///     try part.write(to: url)
///     let all = try MomentsFile(merging: urls)                            // on one
///     let pca = try PCA(latent: 32).fitted(to: all, as: Float.self)
///
/// It has d (d + 9) / 2 numbers for d columns, whatever the number of rows.
public struct MomentsFile: Sendable {
  /// Rows that were summed at once, by their number and a hash of their numbers.
  ///
  /// The hash, of 128 bits, depends on the numbers as they were read, scaled, and neither on the order of the rows nor on how
  /// they are stored.
  public struct Part: Hashable, Comparable, Sendable, CustomStringConvertible {
    /// The number of rows.
    public let count: Int
    let hash: RowHash

    /// 32 hexadecimal digits, the hash.
    public var name: String { hash.description }

    /// 32 hexadecimal digits of the hash, a colon, the number of rows.
    public var description: String { "\(hash):\(count)" }

    public static func < (a: Part, b: Part) -> Bool { (a.hash, a.count) < (b.hash, b.count) }
  }

  /// Count, mean and scatter of the rows.
  public internal(set) var moments: Moments
  /// The least number of each column, d of them.
  public internal(set) var minima: [Double]
  /// The largest number of each column.
  public internal(set) var maxima: [Double]
  /// The precision that holds every number of the rows.
  public internal(set) var precision: Precision
  /// The precision of the products in the scatter, or that of some of them: f32 leaves it a rounding of some 1e-7 of the largest
  /// variance, which no later step takes away.
  public internal(set) var products: Precision
  /// What the numbers were multiplied by as they were read.
  public internal(set) var scale: Double
  /// The names of the columns; nil where the rows had none.
  public internal(set) var columnNames: [String]?
  /// What was merged, in the order of the hashes; one part for rows that were summed at once.
  public internal(set) var parts: [Part]

  /// Whether no row differs from another.
  public var rowsAreEqual: Bool { minima == maxima }

  /// The number of columns in which not all rows agree.
  var varyingColumns: Int { zip(minima, maxima).count { $0 < $1 } }

  /// How many variances can be other than 0.
  var attainable: Int { min(moments.count - 1, varyingColumns) }

  /// All rows as one part.
  var whole: Part { Part(parts) }
}

extension MomentsFile.Part {
  /// The rows of several parts as those of one.
  init(_ parts: [MomentsFile.Part]) {
    count = parts.reduce(0) { $0 + $1.count }
    hash = parts.reduce(into: RowHash()) { $0.add($1.hash) }
  }
}

extension ModelInput {
  /// What a model fitted to these moments was fitted to. The total variance is that of all rows; 0 of a single row.
  public init(of file: MomentsFile) {
    self.init(
      scale: file.scale, precision: file.precision,
      totalVariance: file.moments.count < 2 ? 0 : file.moments.variances.reduce(0, +),
      columns: file.columnNames)
  }
}
