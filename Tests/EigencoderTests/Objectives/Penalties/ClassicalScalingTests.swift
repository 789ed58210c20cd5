import Eigencoder
import Testing

/// The linear code with the least strain of inner products is PCA (classical scaling): |Z Z' - X X'|_F^2 with Z = X W' has
/// rank k, so that by Eckart and Young nothing is below sum_{j > k} s_j^4, s_j the singular values of X, which PCA reaches.
@Suite struct ClassicalScalingTests {
  private static let (n, d, k) = (60, 8, 3)

  /// Centred rows of three large deviations and five small ones.
  private var data: Matrix<Double> {
    var x = Matrix<Double>.random(Self.n, Self.d, seed: 1)
    let means = x.columnMeans
    for i in 0..<Self.n {
      for j in 0..<Self.d { x[i, j] = (x[i, j] - means[j]) * (j < Self.k ? 1 : 0.5) / Double(j + 3) * 3 }
    }
    return x
  }

  /// The strain of X W' and its gradient with respect to W, Zb' X.
  private func strain(_ w: Matrix<Double>, _ x: Matrix<Double>) -> (value: Double, gradient: Matrix<Double>) {
    let terms = Similarities<Double>(batch: x.rows, inputs: x.columns, latent: w.rows)
    let z = x.times(w, otherTransposed: true)
    var bar = Matrix<Double>(rows: x.rows, columns: w.rows)
    let value = x.withView { x in
      terms.load(x)
      return z.withView { z in
        bar.withMutableView { terms.strain(of: .product, z, centred: x, 1, addingTo: $0) }
      }
    }
    return (value, bar.times(x, transposed: true))
  }

  @Test func ofPrincipalComponentsIsTheLeast() throws {
    let x = data
    let whole = try PCA(latent: Self.d).fitted(to: x)
    let pca = try PCA(latent: Self.k).fitted(to: x)
    let least =
      whole.singularValues.dropFirst(Self.k).reduce(0) { $0 + $1 * $1 * $1 * $1 } / Double(Self.n * Self.n)
    let reached = strain(pca.components, x)
    expectClose(reached.value, least, within: 1e-10)
    #expect(reached.gradient.elements.allSatisfy { abs($0) < 1e-12 })
    for seed in 0..<20 as Range<UInt64> {
      let random = Matrix<Double>.random(Self.k, Self.d, seed: 100 + seed, deviation: seed < 10 ? 0.01 : 1)
      let near = Matrix(
        rows: Self.k, columns: Self.d, zip(pca.components.elements, random.elements).map { $0 + $1 })
      #expect(strain(near, x).value > least)
    }
  }

  /// Descent from a random map ends at PCA's strain, in PCA's subspace.
  @Test func descentFindsIt() throws {
    let x = data
    let pca = try PCA(latent: Self.k).fitted(to: x)
    let least = strain(pca.components, x).value
    var w = Matrix<Double>.random(Self.k, Self.d, seed: 3, deviation: 0.3)
    for _ in 0..<5000 {
      let gradient = strain(w, x).gradient
      w = Matrix(rows: w.rows, columns: w.columns, zip(w.elements, gradient.elements).map { $0 - 0.1 * $1 })
    }
    expectClose(strain(w, x).value, least, within: 1e-9)
    // P'P w' = w': nothing lies outside of the components.
    let projected = w.times(pca.components, otherTransposed: true) * pca.components
    expectClose(projected, w, within: 1e-6)
  }

  /// Trained as a network under the strain alone beside the squared error, which PCA also minimises.
  @Test func aLinearNetworkStaysThere() throws {
    let x = data
    let pca = try PCA(latent: Self.k).fitted(to: x)
    var network = try Autoencoder<Double>(
      Architecture(inputs: Self.d, hidden: [], latent: Self.k), initializer: .pca(pca), seed: 1)
    let history = try Trainer(
      epochs: 20, batchSize: Self.n, optimizer: .sgd(learningRate: 0.02),
      objective: .penalized(.strain(2, of: .product))
    ).fit(&network, to: x)
    expectClose(
      try #require(history.epochs.last?.penalties["strain"]), strain(pca.components, x).value, within: 1e-9)
    expectClose(network.encode(x), pca.encode(x), within: 1e-9)
  }
}
