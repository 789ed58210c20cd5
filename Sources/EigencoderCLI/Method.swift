import Eigencoder
import Foundation

/// The methods that can be fitted by name.
enum Method: String, CaseIterable {
  case pca
  case linearDenoising = "linear-denoising"
  case autoencoder, contractive, denoising, linear

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
  var history: History?
  /// Why training ended before its time, in which case the model is that of the best epoch.
  var divergence: String?
}

extension Method {
  /// Fits on the rows of `x`, showing progress.
  /// - Throws: among others what training throws when it diverges before any epoch has made the network better.
  ///
  /// - Parameter isAlone: whether `x` is only for this method, so that every strength given applies to it; in a
  ///   comparison the contraction is that of `contractive`, and the corruption that of the denoisers.
  func fit(
    _ x: Matrix<Float>, size: PCA.Size, _ options: TrainingOptions, isAlone: Bool
  ) throws -> Fitted {
    switch self {
    case .pca:
      let start = Date()
      let reducer = try PCA(size).fitted(to: x)
      return Fitted(model: .pca(reducer), seconds: Date().timeIntervalSince(start), history: nil)
    case .linearDenoising:
      let latent = try count(size, x)
      let start = Date()
      let corruption = options.corruption ?? Self.defaultCorruption(of: x)
      let reducer = try LinearDenoiser(corruption, latent: latent, ridge: options.ridge).fitted(to: x)
      return Fitted(
        model: .linearDenoiser(reducer), seconds: Date().timeIntervalSince(start), history: nil)
    case .autoencoder, .contractive, .denoising, .linear:
      let latent = try count(size, x)
      let architecture =
        self == .linear
        ? Architecture(inputs: x.columns, hidden: [], latent: latent)
        : options.architecture(inputs: x.columns, latent: latent, rows: x.rows)
      var objective = objective(options, x, latent: latent, isAlone: isAlone)
      try options.requireMemory(for: architecture, rows: x.rows, objective)
      var (network, isPCA) = try Self.network(architecture, x, options, objective)
      network.method = rawValue
      if isPCA {
        let codes = network.encode(x)
        objective.penalties = objective.penalties.map { $0.fitted(to: x, codes: codes) }
      }
      let progress = Progress("\(rawValue) \(network.architecture.widthsDescription)", rows: x.rows)
      let start = Date()
      var (history, divergence): (History?, String?)
      defer { progress.finish(history) }
      do {
        history = try options.trainer(for: architecture, rows: x.rows, objective: objective).fit(
          &network, to: x, progress: { progress.report($0) }, shouldStop: { Interrupt.isRequested })
      } catch EigencoderError.numericalFailure(let text) where network.bestEpoch > 0 || isPCA {
        divergence = text
      }
      return Fitted(
        model: .autoencoder(network), seconds: Date().timeIntervalSince(start), history: history,
        divergence: divergence)
    }
  }

  /// A network with its initial weights, from the principal components of x where it should and can.
  private static func network(
    _ architecture: Architecture, _ x: Matrix<Float>, _ options: TrainingOptions, _ objective: Objective
  ) throws -> (Autoencoder<Float>, isPCA: Bool) {
    let rule: Initializer
    // A search by cosine compares codes around the origin.
    let keepsMean = objective.penalties.contains { $0.comparesRows }
    switch options.initializer {
    case .random: rule = .automatic
    case .he: rule = .he
    case .glorot: rule = .glorot
    case .lecun: rule = .lecun
    case .pca:
      rule = .pca(try PCA(latent: architecture.latent).fitted(to: x), keepsMean: keepsMean)
    case .automatic:
      let count = min(architecture.latent, x.rows, x.columns)
      if x.rows < 2 || architecture.latentActivation != .identity {
        rule = .automatic
      } else {
        rule = .pca(try PCA(latent: count).fitted(to: x), keepsMean: keepsMean)
      }
    }
    var isPCA = false
    if case .linear = rule { isPCA = true }
    return (try Autoencoder(architecture, initializer: rule, seed: options.seed), isPCA)
  }

  /// The size of a code that is not chosen by a share of variance.
  private func count(_ size: PCA.Size, _ x: Matrix<Float>) throws -> Int {
    guard case .count(let latent) = size else {
      throw EigencoderError.invalidArgument("--latent of \(rawValue) is a whole number of at least 1")
    }
    guard latent <= x.columns else {
      throw EigencoderError.invalidArgument(
        "a code of \(latent) for data with \(x.columns) columns: at most \(x.columns)")
    }
    return latent
  }

  /// What a network of this method minimises.
  private func objective(_ options: TrainingOptions, _ x: Matrix<Float>, latent: Int, isAlone: Bool)
    -> Objective
  {
    var objective = Objective(penalties: options.penalties)
    let variance = Self.meanVariance(of: x, standardized: options.standardizes)
    if let weight = options.strain { objective.penalties.append(.strain(weight * variance)) }
    if let weight = options.neighbourhood ?? (self == .linear ? 1 : nil) {
      objective.penalties.append(.neighbourhood(weight * variance, temperature: options.temperature))
    }
    if self == .contractive || (isAlone && options.contraction != nil) {
      let weight =
        options.contraction ?? 0.003 * variance / Double(latent)
      objective.penalties.append(.contraction(weight, route: options.contractionRoute))
    }
    if self == .denoising || (isAlone && options.corruption != nil) {
      objective.corruption = options.corruption ?? Self.defaultCorruption(of: x)
    }
    return objective
  }

  /// Gaussian noise of 0.3 times the root of the columns' mean variance.
  static func defaultCorruption(of x: Matrix<Float>) -> Corruption {
    .gaussian((0.3 * meanVariance(of: x).squareRoot()).rounded(digits: 3))
  }

  /// Of the columns as they are, or as a network sees them that divides each by its deviation.
  private static func meanVariance(of x: Matrix<Float>, standardized: Bool = false) -> Double {
    var deviations = ColumnStatistics(of: x).deviation
    if standardized { deviations = deviations.map { $0 > 0 ? 1 : 0 } }
    return deviations.reduce(0.0) { $0 + Double($1) * Double($1) } / Double(max(1, deviations.count))
  }
}

extension Double {
  /// To so many significant decimal digits.
  fileprivate func rounded(digits: Int) -> Double { Double(significant(digits)) ?? self }
}
