import Eigencoder
import Foundation
import Testing

/// Methods as values: what is open is chosen from the data, JSON keeps everything, and a fit uses what is shown.
@Suite struct MethodTests {
  private let x = Matrix<Float>.random(90, 12, seed: 3)

  /// Resolving a resolved method changes nothing, and leaves no setting open that the fit would have to choose.
  @Test(arguments: Method.names)
  func resolvingTwiceIsResolvingOnce(_ name: String) throws {
    let method = try Method(named: name, latent: .count(3))
    let resolved = try method.resolved(for: x)
    #expect(try resolved.resolved(for: x) == resolved)
    let open = Setting.all.filter {
      method.kind.settings.contains($0.name) && $0.value(resolved.settings) == nil
    }
    // What stays open is off: no penalty, no early stopping, no ridge.
    let off: Set = [
      "contraction", "corruption", "hessian", "sparsity", "activity", "orthogonality", "strain",
      "neighbourhood", "temperature", "patience", "ridge",
    ]
    #expect(Set(open.map(\.name)).isSubset(of: off), "\(open.map(\.name))")
  }

  /// The defaults of a contractive network of these data, one by one.
  @Test func defaultsAreVisible() throws {
    let data = Matrix<Double>.random(200, 20, seed: 4)
    let variances = ColumnStatistics(of: data).deviation.map { $0 * $0 }
    let settings = try Method.contractive(latent: 4).resolved(for: data).settings
    #expect(settings.hidden == [160])
    #expect(settings.activation == .silu)
    #expect(settings.hasSkip == true)
    #expect(settings.dropout == 0)
    #expect(settings.epochs == 100)
    #expect(settings.batch == 64)
    #expect(settings.optimizer == "adam")
    #expect(settings.learningRate == 0.004)
    let contraction = try #require(settings.contraction)
    expectClose(contraction, 0.003 * variances.reduce(0, +) / 20 / 4, within: 1e-14)
  }

  /// JSON is one object whose keys are the options of the command line, and it is read back as the same method.
  @Test(arguments: Method.names)
  func json(_ name: String) throws {
    var method = try Method(named: name, latent: .count(3), seed: .max)
    method.label = "mine"
    for method in [method, try method.resolved(for: x)] {
      let data = try JSONEncoder().encode(method)
      #expect(try JSONDecoder().decode(Method.self, from: data) == method)
    }
    let object = try JSONSerialization.jsonObject(with: JSONEncoder().encode(method.resolved(for: x)))
    let keys = try #require(object as? [String: Any]).keys
    let options = Set(Setting.all.map(\.name)).union(["method", "latent", "seed", "label"])
    #expect(Set(keys).isSubset(of: options))
  }

  @Test func penaltiesInJSON() throws {
    var method = Method.autoencoder(latent: 2)
    method.settings.latentActivation = .sigmoid
    method.settings.penalties = [
      .hessian(0.1, deviation: 0.5), .sparsity(1e-3, unit: .data), .activity(0.2, target: 0.1, unit: .data),
    ]
    method.settings.corruption = .sequence([.masking(0.1), .gaussian(0.25, unit: .data)])
    method.settings.contractionRoute = .probes(3)
    let data = try JSONEncoder().encode(method)
    #expect(try JSONDecoder().decode(Method.self, from: data) == method)
    let object = try #require(try JSONSerialization.jsonObject(with: data) as? [String: Any])
    #expect(object["sparsity"] as? Double == 1e-3)
    #expect(object["hessian"] as? String == "0.1:0.5var")
    #expect(object["corruption"] as? String == "masking:0.1+gaussian:0.25")
  }

  @Test(arguments: [
    (#"{"latent": 2}"#, "a method needs \"method\" and \"latent\""),
    (
      #"{"method": "tsne", "latent": 2}"#,
      "unknown method 'tsne'; the methods are \(Method.names.joined(separator: ", "))"
    ),
    (#"{"method": "pca", "latent": 0}"#, "latent takes a whole number of at least 1, got '0'"),
    (#"{"method": "pca", "latent": 2, "epoch": 3}"#, "unknown option 'epoch' of a method"),
    (
      #"{"method": "autoencoder", "latent": 2, "dropout": 1}"#,
      "dropout takes a number from 0 to below 1, got '1'"
    ),
    (
      #"{"method": "autoencoder", "latent": 2, "optimizer": "newton"}"#,
      "optimizer is one of adam, adamw, sgd, nesterov; got 'newton'"
    ),
  ])
  func wrongJSON(_ json: String, _ message: String) throws {
    #expect(throws: EigencoderError.invalidArgument(message)) {
      try JSONDecoder().decode(Method.self, from: Data(json.utf8))
    }
  }

  /// Every method fits data of either precision with its defaults in one call.
  @Test(arguments: Method.names)
  func fits(_ name: String) throws {
    func check<T: Scalar>(_ x: Matrix<T>) throws {
      var method = try Method(named: name, latent: .count(3))
      if method.kind.settings.contains("epochs") { method.settings.epochs = 2 }
      let fitted = try method.fitted(to: x)
      #expect(fitted.method == name)
      #expect((fitted.inputs, fitted.latent) == (12, 3))
      #expect(fitted.warning == nil)
      #expect((fitted.history == nil) == !method.kind.settings.contains("epochs"))
      let codes = fitted.encode(x)
      #expect(codes == fitted.reducer.encode(x))
      #expect(fitted.decode(codes) == fitted.reducer.reconstruct(x))
      // What it shows is what it used: fitted again, it is the same.
      #expect(try fitted.resolved.fitted(to: x).encode(x) == codes)
    }
    try check(x)
    try check(x.converted(to: Double.self))
  }

  @Test func labelsTellNetworksApart() throws {
    var method = Method.autoencoder(latent: 2)
    method.settings.epochs = 0
    method.label = "narrow"
    #expect(try method.fitted(to: x).method == "narrow")
    var pca = Method.pca(latent: 2)
    pca.label = "mine"
    #expect(try pca.fitted(to: x).method == "mine")
    let report = try ReconstructionReport(comparing: [.pca(latent: 2), pca], train: x, test: x)
    #expect(report.results.map(\.method) == ["pca", "mine"])
    #expect(report.results[1].againstPCA?.verdict == .ties)
  }

  /// Training stops after the batch in which the caller asks for it.
  @Test func stops() throws {
    var batches = 0
    let fitted = try Method.autoencoder(latent: 2).fitted(
      to: x,
      progress: { _ in
        batches += 1
        return batches < 3
      })
    #expect(batches == 3)
    #expect(fitted.history?.ending == .interrupted)
  }

  @Test func refusals() throws {
    var pca = Method.pca(latent: 2)
    pca.settings.epochs = 3
    #expect(
      throws: EigencoderError.invalidArgument(
        "epochs applies to autoencoder, contractive, denoising, linear; got pca")
    ) { try pca.fitted(to: x) }
    for name in Method.names where name != "pca" {
      #expect(throws: EigencoderError.self) {
        try Method(named: name, latent: .count(13)).fitted(to: x)
      }
      #expect(throws: EigencoderError.self) {
        try Method(named: name, latent: .explaining(0.9)).fitted(to: x)
      }
      #expect(throws: EigencoderError.invalidData("\(name) needs at least 2 rows, got 1")) {
        try Method(named: name, latent: .count(1)).fitted(to: x.rows(0..<1))
      }
    }
  }

  /// In a comparison the contraction is that of the contractive method, the corruption that of the denoisers.
  @Test func settingsOfAComparison() throws {
    var settings = Method.Settings()
    (settings.contraction, settings.corruption, settings.epochs, settings.ridge) = (1, .masking(0.5), 7, 0.1)
    for name in Method.names {
      let method = try Method(named: name, latent: .count(2), settings: settings).inComparison()
      #expect((method.settings.contraction != nil) == (name == "contractive"))
      #expect((method.settings.corruption != nil) == name.hasSuffix("denoising"))
      #expect((method.settings.ridge != nil) == (name == "linear-denoising"))
      #expect((method.settings.epochs != nil) == method.kind.settings.contains("epochs"))
      #expect(throws: Never.self) { try method.resolved(for: x) }
    }
  }

  @Test func memoryIsEstimatedBeforeItIsTaken() throws {
    #expect(try Method.pca(latent: 2).memoryEstimate(rows: 1000, columns: 50) == nil)
    var method = Method.contractive(latent: 4)
    let small = try #require(try method.memoryEstimate(rows: 1000, columns: 50))
    #expect(small > 1e6 && small < 1e9)
    method.settings.hidden = [30_000, 30_000]
    #expect(try #require(try method.memoryEstimate(rows: 1000, columns: 50)) > 7e9)
    method.settings.hidden = [31_000, 31_000, 1000]
    #expect(throws: EigencoderError.self) { try method.fitted(to: x) }
  }
}
