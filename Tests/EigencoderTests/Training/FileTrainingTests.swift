import Eigencoder
import Foundation
import Testing

/// Training from a file: other windows, the same rows.
@Suite struct FileTrainingTests {
  /// Four blocks of 32 rows.
  private let x = Matrix<Float>.random(110, 4096, seed: 4)

  /// The first number of each row, in the order of an epoch.
  private func epoch(_ rows: FileRows<Float>, _ generator: inout SeededGenerator) throws -> (
    [Float], batches: [Int]
  ) {
    var (rows, seen, batches) = (rows, [Float](), [Int]())
    try rows.forEachBatch(of: 5, using: &generator) { view, batch, _ in
      batches.append(batch.count)
      #expect(batch.rows.count == batch.count)
      seen += batch.rows.map { view[Int($0), 0] }
      return true
    }
    return (seen, batches)
  }

  /// Windows of 50 rows, ten steps of 5, whatever blocks they are cut from.
  @Test func anEpochHasEveryRowOnce() throws {
    let stored = try FileOfRows(x)
    let file = try stored.rows().leavingOut([3, 4, 40])
    let rows = try FileRows<Float>(file, batch: 5, window: 52 * 4096)
    let expected = (0..<110).filter { ![3, 4, 40].contains($0) }.map { x[$0, 0] }
    var generator = SeededGenerator(seed: 1)
    let (first, batches) = try epoch(rows, &generator)
    let second = try epoch(rows, &generator).0
    #expect(batches == [Int](repeating: 5, count: 21) + [2])
    #expect(first.sorted() == expected.sorted() && second.sorted() == expected.sorted())
    #expect(first != second && first != expected)
    var again = SeededGenerator(seed: 1)
    #expect(try epoch(rows, &again).0 == first)
    var other = SeededGenerator(seed: 2)
    #expect(try epoch(rows, &other).0 != first)
    // An evaluation takes them in the order of the file.
    var inOrder: [Float] = []
    try rows.forEachBlock(8) { view, indices in
      inOrder += indices.map { view[Int($0), 0] }
      return true
    }
    #expect(inOrder == expected)
  }

  /// With a rate too small to move anything, an epoch's mean loss is the loss of the whole, as in memory.
  @Test func theLossOfAllRows() throws {
    func check<T: Scalar>(_ type: T.Type) throws {
      let data = Matrix<T>.random(300, 6, seed: 5, mean: 2)
      let stored = try FileOfRows(data)
      let trainer = Trainer(
        epochs: 2, batchSize: 32, optimizer: .sgd(learningRate: 1e-300, momentum: 0), validationFraction: 0.1,
        seed: 3)
      var (inMemory, fromFile) = (
        try Autoencoder<T>(inputs: 6, hidden: [5], latent: 2, seed: 1),
        try Autoencoder<T>(inputs: 6, hidden: [5], latent: 2, seed: 1)
      )
      let expected = try trainer.fit(&inMemory, to: data)
      let history = try trainer.fit(&fromFile, toRowsOf: stored.rows())
      for (a, b) in zip(history.epochs, expected.epochs) {
        expectClose(a.train, b.train, within: 1e-5)
        expectClose(a.validation!, b.validation!, within: 1e-5)
      }
    }
    try check(Float.self)
    try check(Double.self)
  }

  @Test func learnsAsInMemory() throws {
    let data = Matrix<Float>.random(400, 3, seed: 6) * Matrix<Float>.random(3, 12, seed: 7)
    let stored = try FileOfRows(data)
    for method in [
      Method.autoencoder(latent: 2), .denoising(latent: 2), .contractive(latent: 2), .linear(latent: 2),
    ] {
      var method = method
      method.settings.epochs = 20
      let expected = try method.fitted(to: data)
      let fitted = try method.fitted(toRowsOf: stored.rows(), as: Float.self)
      let (a, b) = (try #require(fitted.history), try #require(expected.history))
      expectClose(a.epochs[0].train, b.epochs[0].train, within: 1e-4)
      let reached = a.epochs.last!.train / b.epochs.last!.train
      #expect(abs(reached - 1) < 0.15, "\(method.name): \(reached)")
      #expect(
        try method.fitted(toRowsOf: stored.rows(), as: Float.self).encode(data) == fitted.encode(data),
        "the same seed, the same bits")
    }
  }

  /// Methods in closed form are those of the rows in memory.
  @Test func closedForms() throws {
    func check<T: Scalar>(_ type: T.Type, within tolerance: Double) throws {
      let data = Matrix<T>.random(500, 4, seed: 8) * Matrix<T>.random(4, 7, seed: 9)
      let stored = try FileOfRows(data)
      for method in [
        Method.pca(latent: 3), .linearDenoising(latent: 3), .randomProjection(latent: 3),
        .randomColumns(latent: 3),
      ] {
        let expected = try method.fitted(to: data).reconstruct(data)
        let fitted = try method.fitted(toRowsOf: stored.rows(), as: T.self)
        #expect(fitted.history == nil)
        for (a, b) in zip(fitted.reconstruct(data).elements, expected.elements) {
          #expect(abs(Double(a) - Double(b)) < tolerance, "\(T.self) \(method.name)")
        }
      }
    }
    try check(Float.self, within: 2e-5)
    try check(Double.self, within: 1e-11)
  }

  /// f64 rows far from the origin train in f32 on their deviations, read as such.
  @Test func farFromTheOrigin() throws {
    let plane = Matrix<Double>.random(400, 2, seed: 10) * Matrix<Double>.random(2, 6, seed: 11)
    let data = Matrix(rows: 400, columns: 6, plane.elements.map { $0 + 1e9 })
    let stored = try FileOfRows(data)
    var method = Method.autoencoder(latent: 2)
    method.settings.epochs = 3
    let fitted = try method.fitted(toRowsOf: stored.rows(), as: Double.self)
    #expect(fitted.note?.contains("the network trains in f32 on the deviations from the mean") == true)
    let metrics = try ReconstructionMetrics(of: fitted, on: data, trainingMean: data.columnMeans)
    #expect(metrics.r2! > 0.999)
  }

  @Test func aRowThatIsNotFinite() throws {
    var data = x
    data[100, 0] = .nan
    let stored = try FileOfRows(data)
    var net = try Autoencoder<Float>(inputs: 4096, hidden: [], latent: 1, seed: 1)
    let before = net.parameters
    #expect {
      try Trainer(epochs: 1).fit(&net, toRowsOf: stored.rows())
    } throws: {
      "\($0)".contains("row 101, column 1")
    }
    #expect(net.parameters == before)
  }
}
