import Eigencoder

extension Method {
  /// What is compared unless others are named: the linear map keeps neighbours rather than little error.
  static let compared = allCases.filter { $0 != .linear }

  /// Whether it is trained epoch by epoch.
  var isNetwork: Bool {
    switch self {
    case .pca, .linearDenoising: false
    case .autoencoder, .contractive, .denoising, .linear: true
    }
  }

  /// The methods to which an option of training applies.
  static func methods(taking option: String) -> [Method] {
    switch option {
    case "seed": allCases
    case "corruption": allCases.filter { $0 != .pca }
    case "ridge": [.linearDenoising]
    case "hidden", "activation", "dropout", "skip", "latent-activation", "activity":
      allCases.filter { $0.isNetwork && $0 != .linear }
    default: allCases.filter(\.isNetwork)
    }
  }

  /// Throws for an option of training that was given and does nothing for this method.
  func requireApplicable(_ arguments: Arguments) throws {
    for option in TrainingOptions.options where arguments.has(option.name) {
      let methods = Self.methods(taking: option.name)
      guard methods.contains(self) else {
        throw EigencoderError.invalidArgument(
          "--\(option.name) applies to \(methods.map(\.rawValue).joined(separator: ", ")); got \(rawValue)")
      }
    }
  }
}
