import Eigencoder
import Testing

@Suite struct NeighbourhoodTests {
  private func check<T: Scalar>(_ name: String, _: T.Type, within tolerance: Double) throws {
    let golden = try Fixture.golden("metrics")
    let x = try golden.matrix("\(name).x", as: T.self)
    let metrics = try NeighbourhoodReference(of: x).metrics(of: golden.matrix("\(name).z", as: T.self))
    #expect(metrics.neighbours == 10 && metrics.rows == x.rows)
    let found = [
      "recall": metrics.recall, "lcmc": metrics.lcmc, "trustworthiness": metrics.trustworthiness,
      "continuity": metrics.continuity, "distance_correlation": metrics.distanceCorrelation,
    ]
    for (key, value) in found {
      expectClose(
        try #require(value), try golden.number("\(name).\(key)"), within: tolerance, "\(name) \(key)")
    }
    if name == "plain" {
      expectClose(
        try #require(metrics.cosineRecall), try golden.number("plain.cosine_recall"), within: tolerance)
    }
  }

  /// Trustworthiness and continuity by scikit-learn, recall by sorting everything, the correlation by scipy.
  @Test func golden() throws {
    try check("plain", Double.self, within: 1e-12)
    // The order of samples rounded to f32 is their own: some ranks move by one.
    try check("plain", Float.self, within: 1e-4)
  }

  /// Most distances are shared: of these the lower index is the nearer.
  @Test func goldenOfTies() throws {
    try check("grid", Double.self, within: 1e-12)
    try check("grid", Float.self, within: 1e-12)
  }

  /// By complete sorting, of as many rows as need several blocks, and with another k.
  @Test(arguments: [3, 10, 40]) func agreesWithSorting(_ k: Int) throws {
    let n = 1100
    // Multiples of 1/8: distances are exact.
    func grid(_ columns: Int, seed: UInt64) -> Matrix<Double> {
      let random = Matrix<Double>.random(n, columns, seed: seed)
      return Matrix(rows: n, columns: columns, random.elements.map { ($0 * 8).rounded() / 8 })
    }
    let (x, noise) = (grid(4, seed: 1), grid(3, seed: 2))
    let z = Matrix(
      rows: n, columns: 3, (0..<n * 3).map { x[$0 / 3, $0 % 3] + 0.25 * noise[$0 / 3, $0 % 3] })
    func orders(_ x: Matrix<Double>) -> [[Int]] {
      let rows = (0..<n).map { x.row($0) }
      return (0..<n).map { i in
        let distances = rows.map { zip($0, rows[i]).reduce(0.0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) } }
        return (0..<n).filter { $0 != i }.sorted { (distances[$0], $0) < (distances[$1], $1) }
      }
    }
    let (a, b) = (orders(x), orders(z))
    var (common, intrusion, extrusion) = (0, 0, 0)
    for i in 0..<n {
      let (near, nearCode) = (Set(a[i].prefix(k)), Set(b[i].prefix(k)))
      common += near.intersection(nearCode).count
      for (place, j) in a[i].enumerated() where place >= k && nearCode.contains(j) {
        intrusion += place + 1 - k
      }
      for (place, j) in b[i].enumerated() where place >= k && near.contains(j) { extrusion += place + 1 - k }
    }
    let scale = 2 / Double(n * k * (2 * n - 3 * k - 1))
    let metrics = try NeighbourhoodReference(of: x, neighbours: k).metrics(of: z)
    expectClose(try #require(metrics.recall), Double(common) / Double(n * k), within: 1e-14)
    expectClose(try #require(metrics.trustworthiness), 1 - scale * Double(intrusion), within: 1e-14)
    expectClose(try #require(metrics.continuity), 1 - scale * Double(extrusion), within: 1e-14)
    expectClose(
      try #require(metrics.lcmc), metrics.recall! - Double(k) / Double(n - 1), within: 1e-14)
  }

  /// Isometries keep everything; equal rows, on both sides, go by index however far from the origin they are.
  @Test func isometry() throws {
    func check<T: Scalar>(_: T.Type, mean: Double) throws {
      let distinct = Matrix<T>.random(40, 5, seed: 4, mean: mean)
      let x = distinct.selecting(rows: (0..<160).map { $0 % 40 })
      let z = Matrix<T>(rows: 160, columns: 5, (0..<800).map { -x[$0 / 5, 4 - $0 % 5] })
      let metrics = try NeighbourhoodReference(of: x).metrics(of: z)
      #expect(metrics.recall == 1 && metrics.trustworthiness == 1 && metrics.continuity == 1)
      // Far from the origin all directions are one, to rounding.
      if mean < 1e4 { #expect(metrics.cosineRecall == 1) }
      expectClose(try #require(metrics.distanceCorrelation), 1, within: 1e-12)
    }
    for mean in [0.0, 1e3, 1e6] {
      try check(Float.self, mean: mean)
      try check(Double.self, mean: mean)
    }
  }

  /// Scales at which squares leave the range of the element.
  @Test(arguments: [1e-30, 1.0, 1e30]) func scales(_ scale: Double) throws {
    let golden = try Fixture.golden("metrics")
    let (x, z) = (try golden.matrix("plain.x", as: Float.self), try golden.matrix("plain.z", as: Float.self))
    func scaled(_ m: Matrix<Float>) -> Matrix<Float> {
      Matrix(rows: m.rows, columns: m.columns, m.elements.map { Float(Double($0) * scale) })
    }
    let metrics = try NeighbourhoodReference(of: scaled(x)).metrics(of: scaled(z))
    expectClose(try #require(metrics.recall), try golden.number("plain.recall"), within: 1e-3)
    expectClose(
      try #require(metrics.distanceCorrelation), try golden.number("plain.distance_correlation"), within: 1e-4
    )
  }

  /// Recall needs k others; trustworthiness needs k < n/2, as in scikit-learn.
  @Test(arguments: [1, 2, 10, 11, 12, 20, 21]) func fewRows(_ n: Int) throws {
    let x = Matrix<Float>.random(n, 3, seed: 5)
    let metrics = try NeighbourhoodReference(of: x).metrics(of: x)
    #expect(metrics.rows == n)
    #expect(metrics.recall == (n > 10 ? 1 : nil) && metrics.cosineRecall == (n > 10 ? 1 : nil))
    #expect(metrics.trustworthiness == (n > 20 ? 1 : nil) && metrics.continuity == (n > 20 ? 1 : nil))
    #expect((metrics.lcmc == nil) == (n <= 10))
    // With one pair there is nothing to rank.
    #expect((metrics.distanceCorrelation == nil) == (n <= 2))
    // All but one are neighbours: nothing better than chance.
    if n == 11 { #expect(metrics.lcmc == 0) }
  }

  /// All distances are equal, so indices decide, on both sides alike.
  @Test func constant() throws {
    let x = Matrix<Float>(rows: 60, columns: 3, repeating: 0.1)
    let reference = try NeighbourhoodReference(of: x)
    let same = try reference.metrics(of: Matrix<Float>(rows: 60, columns: 1, repeating: -2))
    #expect(same.recall == 1 && same.cosineRecall == 1 && same.trustworthiness == 1 && same.continuity == 1)
    #expect(same.distanceCorrelation == nil)
    let codes = Matrix<Float>.random(60, 2, seed: 6)
    #expect(try reference.metrics(of: codes).distanceCorrelation == nil)
    #expect(try NeighbourhoodReference(of: codes).metrics(of: x).distanceCorrelation == nil)
    // Rows of zeros have cosine 0 with every row.
    let zeros = Matrix<Float>(rows: 60, columns: 3)
    #expect(try NeighbourhoodReference(of: zeros).metrics(of: zeros).cosineRecall == 1)
  }

  /// A sample is that of the seed, and its metrics are those of its rows by themselves.
  @Test func sample() throws {
    let x = Matrix<Float>.random(200, 4, seed: 7)
    let z = Matrix<Float>.random(200, 2, seed: 8)
    let reference = try NeighbourhoodReference(of: x, limit: 80, seed: 3)
    let rows = try #require(reference.sample)
    #expect(rows.count == 80 && Set(rows).count == 80 && rows == rows.sorted())
    let metrics = try reference.metrics(of: z)
    #expect(metrics.rows == 80)
    #expect(
      try metrics
        == NeighbourhoodReference(of: x.selecting(rows: rows)).metrics(of: z.selecting(rows: rows)))
    #expect(try NeighbourhoodReference(of: x, limit: 80, seed: 3).sample == rows)
    #expect(try NeighbourhoodReference(of: x, limit: 80, seed: 4).sample != rows)
    #expect(try NeighbourhoodReference(of: x, limit: 200).sample == nil)
  }

  /// Of 1000 rows pairs are drawn; the error of 100,000 of them is some 1/300.
  @Test func sampledPairs() throws {
    let n = 1000
    let x = Matrix<Double>.random(n, 4, seed: 9)
    let z = Matrix(rows: n, columns: 2, (0..<2 * n).map { x[$0 / 2, $0 % 2] })
    let sampled = try NeighbourhoodReference(of: x).metrics(of: z).distanceCorrelation
    // All pairs of 440 rows at a time; halves of the rows are as good as one another.
    let parts = try [0..<440, 440..<880].map {
      try #require(try NeighbourhoodReference(of: x.rows($0)).metrics(of: z.rows($0)).distanceCorrelation)
    }
    #expect(abs(try #require(sampled) - (parts[0] + parts[1]) / 2) < 0.03)
    // In order, the codes being the samples, wherever pairs come from.
    expectClose(
      try #require(try NeighbourhoodReference(of: x).metrics(of: x).distanceCorrelation), 1, within: 1e-12)
  }

  @Test func notFinite() throws {
    let x = Matrix<Float>.random(30, 2, seed: 1)
    var bad = x
    bad[3, 1] = .nan
    expectError(EigencoderError.invalidData, containing: "row 4, column 2") {
      _ = try NeighbourhoodReference(of: bad)
    }
    expectError(EigencoderError.numericalFailure, containing: "not finite") {
      _ = try NeighbourhoodReference(of: x).metrics(of: bad)
    }
  }
}
