import Eigencoder
import Foundation
import Testing

/// Codes drawn at random, and the best way back from them.
@Suite struct RandomMethodTests {
  /// Correlated columns far from the origin, one of them constant and one twice.
  private static func rows<T: Scalar>(_ type: T.Type, scale: Double = 1) -> Matrix<T> {
    let factors = Matrix<Double>.random(60, 4, seed: 1) * Matrix<Double>.random(4, 9, seed: 2)
    let noise = Matrix<Double>.random(60, 9, seed: 3, mean: 5, deviation: 0.3)
    var x = Matrix<T>(rows: 60, columns: 9)
    for i in 0..<60 {
      for j in 0..<9 { x[i, j] = T(scale * (factors[i, j] + noise[i, j])) }
      x[i, 4] = T(3 * scale)
      x[i, 7] = x[i, 2]
    }
    return x
  }

  private static let methods: [@Sendable (Int) -> Method] = [
    { .randomProjection(latent: $0) }, { .randomColumns(latent: $0) },
  ]

  /// The normal equations: what is lost is orthogonal to every number of the codes.
  @Test(arguments: 0..<2, [1, 3, 6])
  func decoderIsTheBest(_ method: Int, _ k: Int) throws {
    func check<T: Scalar>(_ x: Matrix<T>, within tolerance: Double) throws {
      let fitted = try Self.methods[method](k).fitted(to: x)
      let codes = fitted.encode(x)
      let lost = fitted.residuals(of: x, codes: codes).converted(to: Double.self)
      // Less the constant part of the codes.
      let means = codes.columnMeans
      var z = codes.converted(to: Double.self)
      for i in 0..<z.rows { for j in 0..<k { z[i, j] -= means[j] } }
      let products = z.transposed() * lost
      let scale = z.withView { $0.squaredNorm }
      expectClose(products, Matrix(rows: k, columns: 9), within: tolerance, scale: scale)
      expectClose(lost.columnMeans, [Double](repeating: 0, count: 9), within: tolerance, scale: scale)
    }
    try check(Self.rows(Double.self), within: 1e-12)
    try check(Self.rows(Float.self), within: 1e-5)
  }

  /// No linear code loses less than PCA on the rows it was fitted to, and a code of all columns loses nothing.
  @Test(arguments: 0..<2) func bounds(_ method: Int) throws {
    let x = Self.rows(Double.self)
    func loss(_ reducer: some Reducer<Double>) throws -> Double {
      try reducer.squaredErrors(on: x).reduce(0, +)
    }
    for k in [1, 2, 4, 7] {
      #expect(
        try loss(Self.methods[method](k).fitted(to: x)) >= 0.999999 * loss(PCA(latent: k).fitted(to: x)))
    }
    #expect(try loss(Self.methods[method](9).fitted(to: x)) < 1e-15)
  }

  /// The projection is orthonormal and keeps the mean: z = R x. The columns are those of the rows, in their order.
  @Test func codes() throws {
    let x = Self.rows(Double.self)
    let projection = try Method.randomProjection(latent: 5).fitted(to: x)
    let r = projection.encoderJacobian(at: x.row(0))
    expectClose(r.times(r, otherTransposed: true), .identity(5), within: 1e-14)
    expectClose(projection.encode(x), x.times(r, otherTransposed: true), within: 1e-13)
    let columns = try Method.randomColumns(latent: 5).fitted(to: x)
    let selection = columns.encoderJacobian(at: x.row(0))
    let chosen = (0..<5).map { i in (0..<9).first { selection[i, $0] == 1 } ?? -1 }
    #expect(chosen == chosen.sorted() && Set(chosen).count == 5 && !chosen.contains(-1))
    expectClose(
      columns.encode(x), Matrix(rows: 60, columns: 5, (0..<60).flatMap { i in chosen.map { x[i, $0] } }),
      within: 1e-15)
  }

  @Test(arguments: 0..<2) func seeds(_ method: Int) throws {
    let x = Self.rows(Float.self)
    func codes(_ seed: UInt64) throws -> Matrix<Float> {
      var method = Self.methods[method](4)
      method.seed = seed
      return try method.fitted(to: x).encode(x)
    }
    #expect(try codes(3) == codes(3))
    #expect(try codes(3) != codes(4))
  }

  /// Units do not matter.
  @Test(arguments: 0..<2, [1e-30, 1e30, 1e-140, 1e140]) func units(_ method: Int, _ scale: Double) throws {
    func share(_ scale: Double) throws -> Double {
      let x = Self.rows(Double.self, scale: scale)
      let errors = try Self.methods[method](3).fitted(to: x).squaredErrors(on: x)
      return errors.reduce(0) { $0 + $1 / scale / scale }
    }
    expectClose(try share(scale), try share(1), within: 1e-9)
  }

  /// A model file holds it as any network, and tells what it was.
  @Test(arguments: 0..<2) func modelFile(_ method: Int) throws {
    let x = Self.rows(Float.self)
    let fitted = try Self.methods[method](3).fitted(to: x)
    let url = FileManager.default.temporaryDirectory.appendingPathComponent(
      "\(UUID().uuidString).safetensors")
    defer { try? FileManager.default.removeItem(at: url) }
    try fitted.write(to: url)
    let read = try Model<Float>(contentsOf: url)
    #expect(read.reducer.method == fitted.method)
    #expect(read.reducer.encode(x) == fitted.encode(x))
    #expect(read.reducer.reconstruct(x) == fitted.reconstruct(x))
  }
}
