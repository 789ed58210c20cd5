import Eigencoder
import Foundation
import Testing

/// Moments of parts, in files and merged, against those of all rows at once and against two passes in f64.
@Suite struct MomentsFileTests {
  private let directory = FileManager.default.temporaryDirectory.appendingPathComponent("\(UUID())")

  /// n x d correlated rows whose columns have means so many deviations from 0.
  private func rows<T: Scalar>(_ n: Int, _ d: Int, mean: Double, seed: UInt64, as: T.Type) -> Matrix<T> {
    let mixing = Matrix<Double>.random(d, d, seed: seed &+ 100)
    var x = Matrix<Double>.random(n, d, seed: seed) * mixing
    for i in 0..<n {
      for j in 0..<d { x[i, j] = x[i, j] / Double(d).squareRoot() + mean * (1 + Double(j) / Double(d)) }
    }
    return x.converted(to: T.self)
  }

  /// The variances by the definition, denominator n - 1: the mean first, then the squares, in f64 around the first row.
  private func variances<T: Scalar>(_ x: Matrix<T>) -> [Double] {
    (0..<x.columns).map { j in
      let first = Double(x[0, j])
      let column = (0..<x.rows).map { Double(x[$0, j]) - first }
      let mean = column.reduce(0, +) / Double(x.rows)
      return column.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(x.rows - 1)
    }
  }

  private func parts<T: Scalar>(_ x: Matrix<T>, _ count: Int, products: Precision? = nil) throws
    -> [MomentsFile]
  {
    try (0..<count).map { i in
      try MomentsFile(
        of: x.rows(i * x.rows / count..<(i + 1) * x.rows / count), products: products)
    }
  }

  /// A random tree: two files of the list become one, until one is left.
  private func merged(_ files: [MomentsFile], _ generator: inout SeededGenerator) throws -> MomentsFile {
    var files = files.shuffled(using: &generator)
    while files.count > 1 {
      let size = Int.random(in: 2...max(2, files.count), using: &generator)
      let group = Array(files.prefix(size))
      files.removeFirst(group.count)
      files.append(try MomentsFile(merging: group))
      files.shuffle(using: &generator)
    }
    return files[0]
  }

  /// 16 parts in 20 orders and groupings agree to 1e-13 with each other, means a million deviations off included; with products in f64
  /// also with the sums of all rows at once, and with the definition.
  @Test(arguments: [0, 1, 1e6]) func orderAndGroupingDoNotMatter(_ mean: Double) throws {
    func check<T: Scalar>(_: T.Type, _ products: Precision) throws {
      let x = rows(3000, 12, mean: mean, seed: 5, as: T.self)
      let parts = try parts(x, 16, products: products)
      let whole = try MomentsFile(of: x, products: products)
      let first = try MomentsFile(merging: parts)
      var generator = SeededGenerator(seed: 11)
      for _ in 0..<20 {
        let other = try merged(parts, &generator)
        #expect(other.moments.count == 3000 && other.parts == first.parts)
        for j in 0..<12 {
          expectClose(
            other.moments.variances[j], first.moments.variances[j], within: 1e-13, "\(T.self) variance \(j)")
        }
        expectClose(other.moments.mean, first.moments.mean, within: 1e-15)
        expectClose(other.moments.scatter, first.moments.scatter, within: 1e-13)
        let (a, b) = try (
          PCA(latent: 6).fitted(to: other, as: T.self), PCA(latent: 6).fitted(to: first, as: T.self)
        )
        for j in 0..<6 { expectClose(a.explainedVariance[j], b.explainedVariance[j], within: 1e-13) }
        #expect(other.minima == whole.minima && other.maxima == whole.maxima)
      }
      let tolerance = products == .f64 ? 1e-13 : 1e-6
      for j in 0..<12 {
        expectClose(first.moments.variances[j], whole.moments.variances[j], within: tolerance)
        expectClose(first.moments.variances[j], variances(x)[j], within: tolerance, "\(T.self)")
      }
    }
    try check(Float.self, .f32)
    try check(Float.self, .f64)
    try check(Double.self, .f64)
  }

  /// The order in which files are given does not matter to the last bit.
  @Test func mergingSorts() throws {
    let parts = try parts(rows(500, 5, mean: 3, seed: 8, as: Float.self), 7)
    let first = try MomentsFile(merging: parts)
    let other = try MomentsFile(merging: parts.reversed())
    #expect(first.moments.scatter == other.moments.scatter && first.moments.mean == other.moments.mean)
  }

  @Test func roundTrip() throws {
    try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: directory) }
    func check<T: Scalar>(_: T.Type) throws {
      let (a, b) = (directory.appendingPathComponent("a"), directory.appendingPathComponent("b"))
      let x = rows(400, 7, mean: 1e5, seed: 3, as: T.self)
      let file = try MomentsFile(merging: [
        MomentsFile(of: x.rows(0..<100), scale: 0.5, columnNames: "abcdefg".map(String.init)),
        MomentsFile(of: x.rows(100..<400), scale: 0.5),
      ])
      try file.write(to: a)
      let read = try MomentsFile(contentsOf: a)
      #expect(read.moments.scatter == file.moments.scatter && read.moments.mean == file.moments.mean)
      #expect(read.minima == file.minima && read.maxima == file.maxima && read.parts == file.parts)
      #expect(read.precision == Precision(of: T.self) && read.products == read.precision)
      #expect(read.scale == 0.5 && read.columnNames == "abcdefg".map(String.init))
      // What rounding has left of the mean, too: merged with another, the result is that of the file in memory.
      let more = try MomentsFile(of: rows(50, 7, mean: 1e5, seed: 4, as: T.self), scale: 0.5)
      try more.write(to: b)
      let merged = try MomentsFile(merging: [a, b])
      #expect(merged.moments.scatter == (try MomentsFile(merging: [file, more])).moments.scatter)
      try read.write(to: b)
      #expect(try Data(contentsOf: a) == Data(contentsOf: b))
    }
    try check(Float.self)
    try check(Double.self)
  }

  /// The hash is that of the numbers: not of their order, of how they are stored or of the sign of 0. Hashes add.
  @Test func hashes() throws {
    let x = rows(300, 9, mean: 1, seed: 2, as: Float.self)
    let whole = try MomentsFile(of: x).parts
    #expect(try MomentsFile(of: x.converted(to: Double.self)).parts == whole)
    #expect(try MomentsFile(of: x, products: .f64).parts == whole)
    #expect(try MomentsFile(of: x.selecting(rows: (0..<300).reversed())).parts == whole)
    let bytes = try temporary(x) { try MomentsFile(ofRowsOf: RowReader(contentsOf: $0)).parts }
    #expect(bytes == whole)
    var zero = x
    zero[3, 4] = 0
    var negative = x
    negative[3, 4] = -0.0
    #expect(try MomentsFile(of: zero).parts == MomentsFile(of: negative).parts)
    // Every single number counts, and where it stands.
    var seen: Set<MomentsFile.Part> = [whole[0]]
    for i in [0, 150, 299] {
      for j in 0..<9 {
        var other = x
        other[i, j] = x[i, j].nextUp
        #expect(seen.insert(try MomentsFile(of: other).parts[0]).inserted)
        if j > 0 {
          (other[i, j], other[i, j - 1]) = (x[i, j - 1], x[i, j])
          #expect(seen.insert(try MomentsFile(of: other).parts[0]).inserted)
        }
      }
    }
    #expect(whole[0].description == "\(whole[0].name):300" && whole[0].name.count == 32)
  }

  /// The definition in `RowHash.swift` once more, which is part of the format, and extremes column by column: at widths that vectors
  /// and strips do not divide, and sizes that are shared among threads.
  @Test(arguments: [(1, 3), (7, 1), (40, 17), (300, 384), (33, 1500)])
  func againstDefinitions(_ n: Int, _ d: Int) throws {
    func check<T: Scalar>(_: T.Type) throws {
      let x = Matrix<T>.random(n, d, seed: UInt64(n + d))
      let file = try MomentsFile(of: x)
      let sums = (0..<n).map { hash(x.row($0).map { Double($0) }) }
        .reduce((UInt64(0), UInt64(0))) { ($0.0 &+ $1.0, $0.1 &+ $1.1) }
      #expect(file.parts[0].name == [sums.0, sums.1].map(hexadecimal).joined())
      for j in 0..<d {
        let column = (0..<n).map { Double(x[$0, j]) }
        #expect(file.minima[j] == column.min() && file.maxima[j] == column.max())
      }
    }
    try check(Float.self)
    try check(Double.self)
  }

  private func hash(_ row: [Double]) -> (UInt64, UInt64) {
    func sum(_ seed: UInt64) -> UInt64 {
      var generator = SeededGenerator(seed: seed)
      var h: UInt64 = 0
      for x in row {
        let (key, bits) = (generator.next(), (x + 0).bitPattern)
        let low = UInt32(truncatingIfNeeded: bits) &+ UInt32(truncatingIfNeeded: key)
        let high = UInt32(truncatingIfNeeded: bits >> 32) &+ UInt32(truncatingIfNeeded: key >> 32)
        h &+= UInt64(low) &* UInt64(high)
      }
      h = (h ^ (h >> 30)) &* 0xBF58_476D_1CE4_E5B9
      h = (h ^ (h >> 27)) &* 0x94D0_49BB_1331_11EB
      return h ^ (h >> 31)
    }
    return (sum(1), sum(2))
  }

  private func hexadecimal(_ number: UInt64) -> String {
    let digits = String(number, radix: 16)
    return String(repeating: "0", count: 16 - digits.count) + digits
  }

  private func temporary<R>(_ x: Matrix<Float>, _ body: (URL) throws -> R) throws -> R {
    let url = FileManager.default.temporaryDirectory.appendingPathComponent("\(UUID()).npy")
    defer { try? FileManager.default.removeItem(at: url) }
    try x.write(npy: url)
    return try body(url)
  }

  @Test func rowsTwice() throws {
    let parts = try parts(rows(300, 4, mean: 0, seed: 6, as: Float.self), 3)
    expectError(
      EigencoderError.invalidData,
      containing: "file 1 and file 2 both hold the 100 rows with the hash \(parts[0].parts[0].name)"
    ) {
      _ = try MomentsFile(merging: [parts[0], parts[0]])
    }
    let two = try MomentsFile(merging: [parts[0], parts[1]])
    for files in [[two, parts[1]], [parts[0], parts[2], two]] {
      expectError(EigencoderError.invalidData, containing: "a part counts once") {
        _ = try MomentsFile(merging: files)
      }
    }
    // As one part in one file and as two in another.
    let x = rows(300, 4, mean: 0, seed: 6, as: Float.self)
    expectError(EigencoderError.invalidData, containing: "both hold the 200 rows") {
      _ = try MomentsFile(merging: [two, MomentsFile(of: x.rows(0..<200))])
    }
    #expect(try MomentsFile(merging: [two, parts[2]]).moments.count == 300)
  }

  @Test func partsOfOtherData() throws {
    let x = rows(50, 4, mean: 0, seed: 6, as: Float.self)
    let y = rows(50, 4, mean: 0, seed: 7, as: Float.self)
    let named = try MomentsFile(of: x, columnNames: ["a", "b", "c", "d"])
    let cases: [(String, () throws -> MomentsFile)] = [
      ("4 columns and 5", { try MomentsFile(of: self.rows(50, 5, mean: 0, seed: 7, as: Float.self)) }),
      ("multiplied by 1.0 and by 2.0 (--scale)", { try MomentsFile(of: y, scale: 2) }),
      ("products in f32 and in f64", { try MomentsFile(of: y, products: .f64) }),
      ("column 3 is \"c\" and \"e\"", { try MomentsFile(of: y, columnNames: ["a", "b", "e", "d"]) }),
    ]
    for (text, other) in cases {
      expectError(
        EigencoderError.invalidData, containing: "file 1 and file 2 are not parts of the same data: "
      ) { _ = try MomentsFile(merging: [named, other()]) }
      expectError(EigencoderError.invalidData, containing: text) {
        _ = try MomentsFile(merging: [named, other()])
      }
    }
    expectError(EigencoderError.invalidArgument, containing: "got none") {
      _ = try MomentsFile(merging: [MomentsFile]())
    }
    // Numbers that Float holds beside others: what all of them need.
    let double = try MomentsFile(of: x, products: .f64)
    let third = try MomentsFile(of: y.converted(to: Double.self).map { $0 / 3 })
    #expect(double.precision == .f32 && third.precision == .f64)
    #expect(try MomentsFile(merging: [double, third]).precision == .f64)
  }

  /// Squares of f32 that leave its range: those blocks are summed in f64, and the variances are right.
  @Test(arguments: [1e-20, 1e20]) func outsideOfTheRangeOfFloat(_ size: Double) throws {
    let x = rows(2100, 3, mean: 1, seed: 9, as: Double.self).map { Float($0 * size) }
    let file = try MomentsFile(of: x)
    #expect(file.products == .f32)
    for (a, b) in zip(file.moments.variances, variances(x)) { expectClose(a, b, within: 1e-13) }
    let pca = try PCA(latent: 2).fitted(to: file, as: Float.self)
    for (a, b) in zip(pca.explainedVariance, try PCA(latent: 2).fitted(to: x).explainedVariance) {
      expectClose(a, b, within: 1e-12)
    }
  }

  @Test func rowsThatCannotBeSummed() throws {
    expectError(EigencoderError.invalidData, containing: "got 0 x 3") {
      _ = try MomentsFile(of: Matrix<Float>(rows: 0, columns: 3))
    }
    expectError(EigencoderError.invalidData, containing: "nan") {
      _ = try MomentsFile(of: Matrix<Float>([[1, .nan]]))
    }
    expectError(EigencoderError.invalidData, containing: "range of double precision") {
      _ = try MomentsFile(of: Matrix<Double>([[1e200], [-1e200]]))
    }
    expectError(EigencoderError.invalidArgument, containing: "1 names for 2 columns") {
      _ = try MomentsFile(of: Matrix<Double>([[1, 2]]), columnNames: ["a"])
    }
  }

  // MARK: - Files that are damaged or lie

  @Test func damagedFiles() throws {
    try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: directory) }
    let url = directory.appendingPathComponent("x.moments")
    try MomentsFile(of: rows(60, 5, mean: 2, seed: 1, as: Float.self)).write(to: url)
    let bytes = Array(try Data(contentsOf: url))
    // Cut anywhere, or with any byte of the tensors changed.
    for length in stride(from: 0, to: bytes.count, by: 13) {
      try Data(bytes.prefix(length)).write(to: url)
      expectAnyError { _ = try MomentsFile(contentsOf: url) }
    }
    let header = 8 + bytes.prefix(8).reversed().reduce(0) { $0 << 8 | Int($1) }
    for index in stride(from: header, to: bytes.count, by: 11) {
      var changed = bytes
      changed[index] ^= 0x40
      try Data(changed).write(to: url)
      expectError(EigencoderError.invalidData, containing: "x.moments: damaged") {
        _ = try MomentsFile(contentsOf: url)
      }
    }
    try Data(bytes + [0]).write(to: url)
    expectError(EigencoderError.invalidData, containing: "x.moments: not a file of moments") {
      _ = try MomentsFile(contentsOf: url)
    }
    expectError(EigencoderError.missingInput, containing: "none: ") {
      _ = try MomentsFile(contentsOf: directory.appendingPathComponent("none"))
    }
  }

  private func expectAnyError(_ body: () throws -> Void) {
    do {
      try body()
      Issue.record("no error")
    } catch let error as EigencoderError {
      #expect(!error.description.contains("\n"))
    } catch {
      Issue.record("another type of error: \(error)")
    }
  }

  /// Metadata that contradict the tensors, whose checksum is right.
  @Test(arguments: [
    ("format", "eigencoder", "not a file of moments"),
    ("precision", "f16", "the metadata's precision is 'f16'"),
    ("products", "", "the metadata's products is ''"), ("scale", "0", "the metadata's scale is '0'"),
    ("scale", "nan", "the metadata's scale is 'nan'"), ("parts", "", "the metadata's parts is ''"),
    ("parts", "12:3", "the metadata's parts is '12:3'"),
    ("parts", String(repeating: "0", count: 32) + ":59", "it counts other rows than its parts have"),
    ("parts", String(repeating: "0", count: 32) + ":-1", "the metadata's parts"),
    ("parts", String(repeating: "0", count: 32) + ":9999999999999999999999", "the metadata's parts"),
    ("columns", "[\"a\"]", "1 names for 3 columns"), ("columns", "{}", "the metadata's columns is '{}'"),
    ("crc32", "0", "damaged"),
  ])
  func lyingMetadata(_ key: String, _ value: String, _ message: String) throws {
    try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: directory) }
    let url = directory.appendingPathComponent("x")
    try MomentsFile(of: rows(60, 3, mean: 2, seed: 1, as: Float.self)).write(to: url)
    var file = try SafeTensors(contentsOf: url)
    file.metadata[key] = value
    try file.write(to: url)
    expectError(EigencoderError.invalidData, containing: message) { _ = try MomentsFile(contentsOf: url) }
    expectError(EigencoderError.invalidData, containing: message) { _ = try MomentsFile(merging: [url]) }
    file.metadata[key] = nil
    try file.write(to: url)
    if key != "columns" {
      expectError(EigencoderError.invalidData, containing: "x: ") { _ = try MomentsFile(contentsOf: url) }
    }
  }

  /// Tensors that no rows have, under a checksum that is theirs.
  @Test func lyingTensors() throws {
    try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: directory) }
    let url = directory.appendingPathComponent("x")
    try MomentsFile(of: Matrix<Double>([[1, 5], [3, 5], [2, 8]])).write(to: url)
    let metadata = try SafeTensors(contentsOf: url).metadata
    func lie(_ tensors: [(String, [Double])], _ message: String) throws {
      var file = SafeTensors(metadata: metadata)
      var values: [(String, [Double])] = [
        ("mean", [2, 6]), ("mean_rest", [0, 0]), ("scatter", [2, 0, 6]), ("minimum", [1, 5]),
        ("maximum", [3, 8]),
      ]
      for (name, numbers) in tensors {
        if let index = values.firstIndex(where: { $0.0 == name }) {
          values[index].1 = numbers
        } else {
          values.append((name, numbers))
        }
      }
      file.append("count", [3])
      for (name, numbers) in values { file.append(name, numbers) }
      try file.write(to: url)
      let bytes = Array(try Data(contentsOf: url))
      let header = 8 + bytes.prefix(8).reversed().reduce(0) { $0 << 8 | Int($1) }
      file.metadata["crc32"] = CRC32(of: Array(bytes[header...])).hexadecimal
      try file.write(to: url)
      expectError(EigencoderError.invalidData, containing: "x: ") { _ = try MomentsFile(contentsOf: url) }
      expectError(EigencoderError.invalidData, containing: message) { _ = try MomentsFile(contentsOf: url) }
    }
    try lie([("mean", [4, 6])], "column 1 has a mean that is not between its extremes")
    try lie([("minimum", [1, 9])], "column 2 has a mean that is not between its extremes")
    try lie([("mean_rest", [0, 1e-3])], "column 2 has a rest of the mean above its rounding")
    try lie([("scatter", [-1, 0, 6])], "column 1 has a variance that its extremes exclude")
    try lie([("scatter", [2, 0, 60])], "column 2 has a variance that its extremes exclude")
    try lie([("scatter", [2, 9, 6])], "columns 1 and 2 have a covariance above their deviations")
    try lie([("scatter", [2, 0])], "expected the shape 3, found 2")
    try lie([("scatter", [2, .nan, 6])], "scatter")
    try lie([("other", [1])], "the tensor 'other' is none of a file of moments'")
  }
}
