// PCA of rows that are read once, a block after another. The route is chosen by the shape, as in memory:
//   n >= d   sums of products, d x d; memory O(d^2) beside a block, however many rows there are.
//   n < d    the rows themselves are kept, and take the route by their Gram matrix. They are n d numbers, fewer than the
//            d^2 of a covariance matrix, and the components are made of them.
// Where the number of rows shows at the end only, as in text, rows are kept until there are d.

extension PCA {
  /// The principal components of rows of which not all need to fit into memory: the result is that of
  /// `fitted(to: Matrix)` to rounding.
  ///
  /// By a dense route for n >= d one pass, O(n d^2 / 2 + d^3) and memory O(d^2); for n < d all rows are read, O(n^2 d / 2 + n^3) and memory
  /// O(n d). Where products in the precision of `T` cannot resolve the variances that are asked for, a second pass
  /// computes them in f64, and where these cannot either, a third one by QR, 2 n d^2. By the route `krylov`, which `automatic`
  /// takes where that is clearly more than its own cost or does not fit into memory, some ten to thirty passes of 4 n d (k + 8)
  /// and memory O(d (k + 8)) a pass, at most about 1 GB.
  /// - Parameters:
  ///   - open: opens the rows, from the first on; called once a pass.
  ///   - type: the precision of the products and of the result.
  ///   - progress: is called after every block with the reader, which says how far it is.
  /// - Throws: what `fitted(to:)` throws, and what reading does.
  public func fitted<T: Scalar>(
    toRowsOf open: () throws -> RowReader, as type: T.Type = T.self, progress: (RowReader) -> Void = { _ in }
  ) throws -> PrincipalComponents<T> {
    let reader = try open()
    if route == .gram || route == .svd {
      defer { progress(reader) }
      return try fitted(to: reader.readAllOfRanks(as: T.self))
    }
    if let pca: PrincipalComponents<T> = try fitted(byPassesOver: reader, open, progress) { return pca }
    return try dense.fitted(inOnePassOver: reader, open, progress)
  }

  /// By the route `krylov`, where it is asked for or the better one; nil where a dense one is to be taken.
  private func fitted<T: Scalar>(
    byPassesOver reader: RowReader, _ open: () throws -> RowReader, _ progress: (RowReader) -> Void
  ) throws -> PrincipalComponents<T>? {
    let d = reader.columns
    // Where only the end tells how many rows there are, they are taken for as many as a matrix of columns needs.
    let n = reader.rowsOfAllRanks ?? max(d, 2)
    let isKept = n < d ? Double(n) * Double(d) * Double(MemoryLayout<T>.stride) : 0
    var k = krylovChoice(rows: n, columns: d, of: T.self, kept: isKept) ?? 0
    var isDenseOpen = route == .automatic && hasDenseMemory(rows: n, columns: d, of: T.self) && isKept == 0
    if let ranks = reader.ranks {
      // They may have different memory: what one of them has no room for, none tries.
      (k, isDenseOpen) = (Int(ranks.largest(Double(k))), ranks.all(isDenseOpen))
    }
    guard k > 0 else { return nil }
    try Self.requireKrylovMemory(rows: n, columns: d, count: k, of: T.self)
    let pca = try CovariancePasses<T>.with(reader, open, progress) { try fitted(byPasses: $0) }
    return !isDenseOpen || pca.convergence?.isReached == true ? pca : nil
  }

  private func fitted<T: Scalar>(
    inOnePassOver reader: RowReader, _ open: () throws -> RowReader, _ progress: (RowReader) -> Void
  ) throws -> PrincipalComponents<T> {
    // A pass that did not converge has read the rows.
    let reader = reader.rowsRead == 0 ? reader : try open()
    switch try RowsOnce<T>(reader, self, progress) {
    case .kept(let rows): return try fittedDensely(to: rows)
    case .summed(let sums):
      let moments = sums.moments
      try validate(rows: moments.count, columns: moments.mean.count)
      if moments.isFinite {
        var spectrum = try Spectrum(moments, size: size, roundoff: Double(T.unitRoundoff))
        spectrum.isConstant = spectrum.totalVariance < 1e-20 && sums.areEqual
        if spectrum.isInRange(of: T.self), spectrum.resolves(size, in: T.self) {
          return try PrincipalComponents(spectrum, self)
        }
      }
      let precise = try sums.inDouble ?? sumsInDouble(open, columns: moments.mean.count, progress)
      return try PrincipalComponents(
        preciseSpectrum(precise, forDataOf: T.self, open, progress), self)
    }
  }

  private func sumsInDouble(
    _ open: () throws -> RowReader, columns: Int, _ progress: (RowReader) -> Void
  ) throws -> RowMoments<Double> {
    try RowMoments(of: open(), progress)
  }

  /// From sums of products in f64, and where these do not resolve what is asked for, from the rows.
  ///
  /// - Parameter isWhole: every pair is asked for, whatever the size.
  fileprivate func preciseSpectrum<T: Scalar>(
    _ sums: RowMoments<Double>, forDataOf type: T.Type, isWhole: Bool = false, _ open: () throws -> RowReader,
    _ progress: (RowReader) -> Void
  ) throws -> Spectrum {
    let moments = sums.moments
    let isInRange =
      moments.isFinite && Double.squaresInRange.contains(moments.variances.reduce(0, +))
    if !T.isSingle, !isInRange, !sums.areEqual,
      case let unit = try unit(of: open, around: moments.mean), unit != 1
    {
      let scaled = try RowMoments<Double>(of: open(), dividedBy: unit, progress)
      return try Spectrum(scaled.moments, size: size, roundoff: Double.unitRoundoff).scaled(by: unit)
    }
    guard moments.isFinite else { throw Self.outOfRange }
    var spectrum = try Spectrum(moments, size: size, roundoff: Double.unitRoundoff)
    spectrum.isConstant = spectrum.totalVariance < 1e-20 && sums.areEqual
    guard spectrum.isInRange(of: Double.self) || sums.areEqual else { throw Self.outOfRange }
    let varying = moments.mean.indices.count { moments.scatter[$0, $0] > 0 }
    if route == .automatic,
      spectrum.needsFactor(
        isWhole ? spectrum.variances.count : spectrum.count(size),
        attainable: min(moments.count - 1, varying))
    {
      var factor = RowFactor(columns: moments.mean.count)
      let reader = try open()
      try reader.forEachSummedBlock { (block: Matrix<Double>, reader) in
        try factor.add(block.centred(around: moments.mean))
        progress(reader)
      }
      if let ranks = reader.ranks { try factor.sum(over: ranks) }
      spectrum = try Spectrum(factor: factor.r, samples: moments.count, mean: moments.mean)
      spectrum.raiseNoiseFloor(forDataOf: T.self)
    } else if T.self != Double.self {
      spectrum.raiseNoiseFloor(forDataOf: T.self)
    }
    return spectrum
  }
}

extension Spectrum {
  /// Every eigenpair that can be nonzero, of rows of which not all need to fit into memory, as `init(wholeOf:)` has it of rows
  /// in memory.
  ///
  /// - Parameter type: the precision that holds the rows.
  init<T: Scalar>(
    wholeOfRowsIn open: () throws -> RowReader, as type: T.Type, _ progress: (RowReader) -> Void
  ) throws {
    let all = PCA(explaining: 0.5)
    switch try RowsOnce<Double>(open(), all, progress) {
    case .kept(let rows): try self.init(wholeOf: rows.converted(to: T.self))
    case .summed(let sums):
      try all.validate(rows: sums.moments.count, columns: sums.moments.mean.count)
      self = try all.preciseSpectrum(sums, forDataOf: T.self, isWhole: true, open, progress)
    }
  }
}

extension PCA {
  /// The power of two by which the rows have to be divided; see `Matrix.unit`.
  private func unit(of open: () throws -> RowReader, around mean: [Double]) throws -> Double {
    var size = 0.0
    let reader = try open()
    try reader.forEachSummedBlock { (block: Matrix<Double>, _) in
      size = max(size, block.largestDeviation(from: mean))
    }
    return PCA.unit(ofDeviations: reader.ranks?.largest(size) ?? size)
  }

  /// The power of two next to the largest deviation from the mean, where squares may leave the range of `Double`; else 1.
  static func unit(ofDeviations size: Double) -> Double {
    guard size > 0, size.isFinite, !(1e-90...1e90).contains(size) else { return 1 }
    return Double(sign: .plus, exponent: size.exponent, significand: 1)
  }
}

extension RowReader {
  /// Blocks of rows as sums of products take them at once.
  fileprivate func forEachSummedBlock<T: Scalar>(_ body: (Matrix<T>, RowReader) throws -> Void) throws {
    let rows = max(blockRows, min(Moments.blockRows(width: columns), self.rows ?? .max))
    try forEachBlock(rows: rows, as: T.self) { try body($0, self) }
  }
}

/// Rows after one pass: kept where they are fewer than columns, else summed.
private enum RowsOnce<T: Scalar> {
  case kept(Matrix<T>)
  case summed(RowMoments<T>)

  init(_ reader: RowReader, _ pca: PCA, _ progress: (RowReader) -> Void) throws {
    let d = reader.columns
    /// With n < d the fit itself checks what it takes.
    func requireMemory(rows: Int) throws {
      try PCA(pca.size, route: .covariance).requireMemory(rows: rows, columns: d, of: T.self, data: T.self)
    }
    if pca.route == .covariance || (reader.rowsOfAllRanks ?? 0) >= d {
      try requireMemory(rows: reader.rowsOfAllRanks ?? d)
      self = .summed(try RowMoments(of: reader, progress))
      return
    }
    if let n = reader.rowsOfAllRanks {
      let name = reader.name
      let own = Double(n) * Double(d) * Double(MemoryLayout<T>.stride)
      try Memory.require(
        own
          + pca.memoryEstimate(
            rows: n, columns: d, bytes: MemoryLayout<T>.stride, result: 2 * MemoryLayout<T>.stride),
        "\(name): principal components of \(n) x \(d) numbers")
      self = .kept(try reader.readAllOfRanks(as: T.self))
      progress(reader)
      return
    }
    var kept: [T] = []
    var sums: RowSums<T>?
    try reader.forEachSummedBlock { (block: Matrix<T>, reader) in
      if sums == nil {
        let count = kept.count + block.elements.count
        if count / d >= d {
          try requireMemory(rows: count / d)
          var begun = RowSums<T>(columns: d)
          if !kept.isEmpty { begun.add(Matrix(rows: kept.count / d, columns: d, kept)) }
          kept = []
          sums = begun
        } else {
          if count > kept.capacity {
            try Memory.require(
              rows: 2 * count / d, columns: d, of: T.self,
              name: "\(reader.name): more than \(reader.rowsRead) rows")
          }
          kept += block.elements
        }
      }
      sums?.add(block)
      progress(reader)
    }
    if let sums {
      self = .summed(sums.finished())
    } else {
      self = .kept(Matrix(rows: kept.count / d, columns: d, kept))
    }
  }
}

/// The moments of rows in the making, and whether no row differs from the first.
private struct RowSums<T: Scalar> {
  private let sums: MomentAccumulator<T>
  private var areEqual = true
  private var first: [T]?

  init(columns: Int) { sums = MomentAccumulator(Moments(dimension: columns)) }

  mutating func add(_ block: Matrix<T>) {
    block.withView { sums.add($0) }
    let row = first ?? block.row(0)
    first = row
    // The first two rows of most data differ already.
    areEqual = areEqual && (0..<block.rows).allSatisfy { block.row($0) == row }
  }

  /// Of all rows so far, and of the other ranks' too. O(d^2).
  func finished(over ranks: (any Communicator)? = nil) -> RowMoments<T> {
    var result = RowMoments<T>(moments: sums.moments(), areEqual: areEqual)
    if let ranks {
      result.moments.sum(over: ranks)
      let firstsAreEqual = ranks.haveEqual(first ?? [])
      result.areEqual = ranks.all(areEqual && firstsAreEqual)
    }
    return result
  }
}

/// The moments of rows, by products in the precision T, and whether no row differs from the first.
private struct RowMoments<T: Scalar> {
  var moments: Moments
  var areEqual: Bool

  fileprivate init(moments: Moments, areEqual: Bool) { (self.moments, self.areEqual) = (moments, areEqual) }

  /// Of the rows that are left, and of those of the ranks that share them, each divided by a power of two.
  init(of reader: RowReader, dividedBy unit: Double = 1, _ progress: (RowReader) -> Void) throws {
    var sums = RowSums<T>(columns: reader.columns)
    try reader.forEachSummedBlock { (block: Matrix<T>, reader) in
      sums.add(unit == 1 ? block : block.divided(by: unit))
      progress(reader)
    }
    self = sums.finished(over: reader.ranks)
  }

  /// The same where T is `Double`; else nil.
  var inDouble: RowMoments<Double>? { self as? RowMoments<Double> }
}
