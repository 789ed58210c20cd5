import Eigencoder
import Testing

/// A network that starts as PCA is PCA: for every activation, depth and way of joining.
@Suite struct LinearStartTests {
  struct Shape: CustomTestStringConvertible {
    var activation: Activation
    var hidden: [Int]
    var hasSkip = false
    var isTied = false
    var dropout = 0.0

    var testDescription: String {
      "\(activation.rawValue) \(hidden)" + (hasSkip ? " skip" : "") + (isTied ? " tied" : "")
    }

    func architecture(inputs: Int, latent: Int) -> Architecture {
      Architecture(
        inputs: inputs, hidden: hidden, latent: latent, activation: activation, isTied: isTied,
        hasSkip: hasSkip, dropout: dropout)
    }
  }

  private static let depths = [[], [48], [48, 40], [48, 40, 32], [48, 40, 32, 16]]

  static let shapes: [Shape] = Activation.allCases.flatMap { activation in
    depths.flatMap { hidden in
      [false, true].flatMap { tied in
        [false, true].compactMap { skip in
          let shape = Shape(activation: activation, hidden: hidden, hasSkip: skip, isTied: tied)
          return skip || shape.architecture(inputs: 64, latent: 8).carries(8) ? shape : nil
        }
      }
    }
  }

  private func difference<T: Scalar>(
    _ shape: Shape, _ x: Matrix<T>, components: Int = 8, latent: Int = 8, whitens: Bool = false,
    scaling: Trainer.Scaling? = nil
  ) throws -> Double {
    let pca = try PCA(latent: components, whitens: whitens).fitted(to: x)
    var net = try Autoencoder<T>(
      shape.architecture(inputs: x.columns, latent: latent), initializer: .pca(pca), seed: 3)
    if let scaling { try Trainer(epochs: 0, scaling: scaling).fit(&net, to: x) }
    let expected = pca.reconstruct(x)
    let actual = net.reconstruct(x)
    return actual.withView { a in
      expected.withView { e in (a.squaredDistance(to: e) / e.squaredNorm).squareRoot() }
    }
  }

  @Test(arguments: shapes) func isPCABeforeTheFirstStep(_ shape: Shape) throws {
    #expect(try difference(shape, Fixture.digits(Float.self)) < 1e-6)
    #expect(try difference(shape, Fixture.digits(Double.self)) < 1e-12)
  }

  /// With the mean's projection in the code: z = V x, and the decoder subtracts V mu before anything else.
  @Test(arguments: shapes) func keepsTheMean(_ shape: Shape) throws {
    func check<T: Scalar>(_: T.Type, within tolerance: Double) throws {
      let x = try Fixture.digits(T.self).rows(0..<200)
      let pca = try PCA(latent: 8).fitted(to: x)
      let net = try Autoencoder<T>(
        shape.architecture(inputs: 64, latent: 10), initializer: .pca(pca, keepsMean: true), seed: 3)
      let codes = net.encode(x)
      let expected = x.converted(to: Double.self).times(pca.components, otherTransposed: true)
      expectClose(
        codes.transposed().rows(0..<8).converted(to: Double.self), expected.transposed(), within: tolerance)
      #expect(codes.transposed().rows(8..<10).elements.allSatisfy { abs($0) < 1e-3 })
      expectClose(net.reconstruct(x), pca.reconstruct(x), within: tolerance)
    }
    try check(Float.self, within: 1e-5)
    try check(Double.self, within: 1e-12)
  }

  @Test func alsoFarFromTheOriginAndInOtherUnits() throws {
    for (scale, offset) in [(1e-3, 0.0), (1e4, 0), (1, 100), (1e-20, 0), (1e15, 0)] {
      var x = try Fixture.digits(Double.self)
      x.withMutableView { x in
        for i in 0..<x.rows {
          for j in 0..<x.columns { x[i, j] = (x[i, j] + offset) * scale }
        }
      }
      for shape in [
        Shape(activation: .silu, hidden: [48, 40]),
        Shape(activation: .tanh, hidden: [48], hasSkip: true),
      ] {
        for scaling in [nil, Trainer.Scaling.none, .common, .perFeature] {
          let what = "\(shape.testDescription) times \(scale), at \(offset), \(String(describing: scaling))"
          #expect(try difference(shape, x, scaling: scaling) < 1e-12, "\(what)")
          #expect(try difference(shape, x.converted(to: Float.self), scaling: scaling) < 1e-6, "\(what)")
        }
      }
    }
  }

  @Test func whitenedStandardisedAndWiderCodes() throws {
    let x = try Fixture.digits(Double.self)
    for shape in [
      Shape(activation: .gelu, hidden: [48, 40], dropout: 0.3),
      Shape(activation: .elu, hidden: [48, 7], hasSkip: true, dropout: 0.5),
    ] {
      #expect(try difference(shape, x, whitens: true) < 1e-12)
      #expect(try difference(shape, x, whitens: true, scaling: .perFeature) < 1e-12)
      #expect(try difference(shape, x, components: 5, latent: 8, scaling: .common) < 1e-12)
    }
  }

  /// The codes are those of PCA as well, and so is the encoder's Jacobian.
  @Test func codesAndJacobianArePCAs() throws {
    let x = try Fixture.digits(Double.self)
    let pca = try PCA(latent: 6).fitted(to: x)
    for shape in [
      Shape(activation: .silu, hidden: [40]), Shape(activation: .tanh, hidden: [9], hasSkip: true),
    ] {
      let net = try Autoencoder<Double>(
        shape.architecture(inputs: 64, latent: 6), initializer: .pca(pca), seed: 1)
      expectClose(net.encode(x), pca.encode(x), within: 1e-12)
      expectClose(net.encoderJacobian(at: x.row(3)), pca.components, within: 1e-12)
    }
  }

  /// Units without a way out must still learn: one epoch moves all weights but those of three constant columns.
  @Test(arguments: [
    Shape(activation: .silu, hidden: [48, 40]), Shape(activation: .silu, hidden: [48, 40], hasSkip: true),
  ])
  func freeUnitsLearnAtOnce(_ shape: Shape) throws {
    let x = try Fixture.digits(Double.self)
    let pca = try PCA(latent: 8).fitted(to: x)
    let start = try Autoencoder<Double>(
      shape.architecture(inputs: 64, latent: 8), initializer: .pca(pca), seed: 1)
    var net = start
    try Trainer(epochs: 1, validationFraction: 0).fit(&net, to: x)
    #expect(net.bestEpoch == 1)
    let moved = zip(start.parameters, net.parameters).filter { $0 != $1 }.count
    #expect(Double(moved) > 0.98 * Double(start.parameters.count))
  }

  @Test func saysWhatIsMissing() throws {
    let x = try Fixture.digits(Float.self)
    let pca = try PCA(latent: 8).fitted(to: x)
    let whitened = try PCA(latent: 8, whitens: true).fitted(to: x)
    func attempt(_ architecture: Architecture, _ pca: PrincipalComponents<Float>, _ message: String) {
      expectError(EigencoderError.invalidArgument, containing: message) {
        _ = try Autoencoder<Float>(architecture, initializer: .pca(pca))
      }
    }
    attempt(
      Architecture(inputs: 64, hidden: [64, 15], latent: 8), pca,
      "silu layers need a width of at least 16, got 15")
    attempt(
      Architecture(inputs: 64, hidden: [64], latent: 8, activation: .tanh), pca, "only with a skip branch")
    attempt(
      Architecture(inputs: 64, hidden: [7], latent: 8, activation: .identity), pca, "at least 8, got 7")
    attempt(Architecture(inputs: 64, hidden: [64], latent: 7), pca, "do not fit into a code of 7")
    attempt(Architecture(inputs: 63, hidden: [64], latent: 8), pca, "of 64 columns, the network has 63")
    attempt(
      Architecture(inputs: 64, hidden: [64], latent: 8, latentActivation: .sigmoid), pca, "a linear code")
    attempt(Architecture(inputs: 64, hidden: [64], latent: 8, isTied: true), whitened, "tied weights")
    expectError(EigencoderError.invalidArgument, containing: "cannot divide each column") {
      var net = try Autoencoder<Float>(
        Architecture(inputs: 64, hidden: [64], latent: 8, isTied: true), initializer: .pca(pca))
      try Trainer(epochs: 1, scaling: .perFeature).fit(&net, to: x)
    }
  }

  @Test func constantData() throws {
    let x = Matrix<Float>(rows: 20, columns: 5, repeating: 3)
    let pca = try PCA(latent: 2).fitted(to: x)
    for skip in [false, true] {
      var net = try Autoencoder<Float>(
        Architecture(inputs: 5, hidden: [8], latent: 2, hasSkip: skip), initializer: .pca(pca))
      try Trainer(epochs: 3).fit(&net, to: x)
      #expect(net.reconstruct(x).elements.allSatisfy { abs($0 - 3) < 1e-5 })
    }
  }
}
