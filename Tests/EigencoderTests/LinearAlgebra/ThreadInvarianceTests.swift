import Eigencoder
import Foundation
import Testing

/// A result depends on the data, never on the number of threads: work is cut by its size.
@Suite struct ThreadInvarianceTests {
  /// The bits of `compute` for 2, 3 and 7 threads are those for 1.
  private func expectSame<R: Equatable>(_ what: String, _ compute: () throws -> R) rethrows {
    let alone = try BLAS.withThreads(1, compute)
    for threads in [2, 3, 7] {
      let shared = try BLAS.withThreads(threads, compute)
      #expect(shared == alone, "\(what), \(threads) threads")
    }
  }

  /// Small ones of 1 and 2 parts, and the last of each three large enough for 4 and more.
  @Test(arguments: [
    (40, 30, 20), (64, 512, 100), (250, 1024, 384), (1100, 300, 900), (130, 2100, 2300), (2300, 300, 900),
  ])
  func products(_ m: Int, _ n: Int, _ k: Int) {
    func check<T: Scalar>(_ type: T.Type) {
      let a = Matrix<T>.random(m, k, seed: 1)
      let b = Matrix<T>.random(k, n, seed: 2)
      expectSame("\(T.self) product \(m) x \(k) x \(n)") { a * b }
      expectSame("\(T.self) transposed product \(m) x \(k) x \(n)") {
        a.transposed().times(b.transposed(), transposed: true, otherTransposed: true)
      }
    }
    check(Float.self)
    if m * n * k < 200_000_000 { check(Double.self) }
  }

  @Test(arguments: [(50, 20), (600, 200), (700, 1100)]) func moments(_ rows: Int, _ columns: Int) {
    let x = Matrix<Float>.random(rows, columns, seed: 3)
    expectSame("moments of \(rows) x \(columns)") {
      let moments = Moments(of: x)
      return moments.scatter.elements + moments.mean
    }
  }

  @Test(arguments: [(100, 33, 17), (2000, 784, 32), (1500, 300, 700)])
  func projections(_ rows: Int, _ columns: Int, _ latent: Int) {
    let x = Matrix<Float>.random(rows, columns, seed: 4)
    let p = Matrix<Float>.random(latent, columns, seed: 5)
    let mean = [Float](repeating: 0.1, count: columns)
    let shift = [Float](repeating: 2, count: latent)
    let projection = Projection(on: p, minus: mean, plus: shift)
    expectSame("projection of \(rows) x \(columns) on \(latent)") {
      Matrix<Float>(rows: rows, columns: latent) { out in x.withView { projection.apply($0, into: out) } }
    }
  }

  /// At sizes of 1, 2 and of many parts.
  @Test(arguments: [(10, 20), (300, 200), (700, 1024)]) func sums(_ rows: Int, _ columns: Int) {
    let a = Matrix<Float>.random(rows, columns, seed: 6)
    let b = Matrix<Float>.random(rows, columns, seed: 7)
    expectSame("sums over \(rows) x \(columns)") {
      var columnSums = [Double](repeating: 0, count: columns)
      columnSums.withMutableView { sums in a.withView { $0.addColumnSums(to: sums) } }
      return a.withView { a in b.withView { [a.dot($0), a.squaredDistance(to: $0)] } } + columnSums
    }
    expectSame("random numbers, \(rows) x \(columns)") {
      var x = a
      x.withMutableView {
        $0.addNormals(key: 1, scale: 0.5)
        $0.mask(key: 2, probability: 0.3)
      }
      return x
    }
  }

  @Test func neighbours() throws {
    let x = Matrix<Float>.random(900, 40, seed: 8)
    let codes = Matrix<Float>.random(900, 5, seed: 9)
    try expectSame("neighbours") { try NeighbourhoodReference(of: x).metrics(of: codes) }
  }

  @Test func training() throws {
    let x = Matrix<Float>.random(600, 200, seed: 10)
    try expectSame("training") {
      var net = try Autoencoder<Float>(inputs: 200, hidden: [300], latent: 8, activation: .gelu, seed: 1)
      let history = try Trainer(
        epochs: 2, batchSize: 250,
        objective: .denoising(.gaussian(0.1, unit: .data)) + .contractive(0.01)
      ).fit(&net, to: x)
      return net.encode(x).elements.map(Double.init) + history.epochs.map(\.train)
    }
  }

  /// A large decomposition has threads of the BLAS, whose number belongs to the process: products that run beside it
  /// are what they are alone.
  @Test func productsBesideADecomposition() throws {
    let scatter = Moments(of: Matrix<Double>.random(40, 1000, seed: 11)).scatter
    let a = Matrix<Float>.random(1100, 300, seed: 12)
    let product = a.times(a, transposed: true)
    nonisolated(unsafe) var differing = 0
    let done = DispatchSemaphore(value: 0)
    let thread = Thread {
      for _ in 0..<300 where a.times(a, transposed: true) != product { differing += 1 }
      done.signal()
    }
    thread.start()
    let values = try BLAS.withThreads(2) { try SymmetricEigen.values(of: scatter) }
    done.wait()
    #expect(differing == 0)
    #expect(values.count == 1000)
  }
}
