import Eigencoder
import Foundation

/// The methods that can be fitted by name.
enum Method: String, CaseIterable {
  case pca, autoencoder

  init(named name: String) throws {
    guard let method = Method(rawValue: name) else {
      throw EigencoderError.invalidArgument("unknown method '\(name)'; the methods are \(names(Method.self))")
    }
    self = method
  }
}

/// A fitted method with what the fit took.
struct Fitted {
  let model: Model<Float>
  let seconds: Double
  /// Of training; nil for a method without.
  let history: History?
}

extension Method {
  /// Fits on the rows of `x`, showing progress.
  func fit(_ x: Matrix<Float>, size: PCA.Size, _ options: TrainingOptions) throws -> Fitted {
    switch self {
    case .pca:
      let start = Date()
      let reducer = try PCA(size).fitted(to: x)
      return Fitted(model: .pca(reducer), seconds: Date().timeIntervalSince(start), history: nil)
    case .autoencoder:
      guard case .count(let latent) = size else {
        throw EigencoderError.invalidArgument("--latent of an autoencoder is a whole number of at least 1")
      }
      guard latent <= x.columns else {
        throw EigencoderError.invalidArgument(
          "a code of \(latent) for data with \(x.columns) columns: at most \(x.columns)")
      }
      var network = try Autoencoder<Float>(
        options.architecture(inputs: x.columns, latent: latent), initializer: options.initializer,
        seed: options.seed)
      let progress = Progress("\(rawValue) \(network.architecture.widthsDescription)", rows: x.rows)
      let start = Date()
      defer { progress.finish() }
      let history = try options.trainer(rows: x.rows).fit(&network, to: x) { progress.report($0) }
      return Fitted(model: .autoencoder(network), seconds: Date().timeIntervalSince(start), history: history)
    }
  }
}
