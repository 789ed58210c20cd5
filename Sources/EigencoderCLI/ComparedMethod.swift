import Eigencoder

/// A row of `compare` as --methods names it: a method of the library, or PCA with the mean kept, the linear code that a search by
/// cosine is to be compared with.
struct ComparedMethod {
  let name: String
  private let kind: any MethodKind.Type
  private let keepsMean: Bool

  private static let keptMean = "pca-keep-mean"
  /// What stands for the default among the names.
  private static let all = "all"

  /// PCA and its variant first, then the others in the order of the library.
  private static let known: [ComparedMethod] = Method.kinds.flatMap { kind in
    [ComparedMethod(name: kind.name, kind: kind, keepsMean: false)]
      + (kind.name == "pca" ? [ComparedMethod(name: keptMean, kind: kind, keepsMean: true)] : [])
  }

  private static var baselines: [ComparedMethod] {
    known.filter { !$0.kind.isCompared && $0.kind.isRandom && $0.kind.settings.isEmpty }
  }

  private static var names: [String] { known.map(\.name) }

  static let option = Option(
    "methods", "LIST",
    "of \(known.map(\.name).joined(separator: ", ")), all\n(default: all, which is all but linear and the random ones; --report adds these)",
    choices: known.map(\.name) + [all])

  /// Those that the arguments ask for, each once.
  static func list(_ arguments: Arguments) throws -> [ComparedMethod] {
    // With --keep-mean pca keeps the mean itself.
    let isGiven = arguments.has("keep-mean")
    let usual = known.filter { $0.kind.isCompared && !($0.keepsMean && isGiven) }
    guard let text = arguments.string("methods") else {
      return usual + (arguments.has("report") ? baselines : [])
    }
    let chosen = try text.split(separator: ",", omittingEmptySubsequences: false).flatMap { part in
      if part == all { return usual }
      guard let method = known.first(where: { $0.name == part }) else {
        throw EigencoderError.invalidArgument(
          "unknown method '\(part)'; the methods are \(names.joined(separator: ", ")), \(all)")
      }
      return [method]
    }
    return chosen.map(\.name).withoutRepeats.compactMap { name in chosen.first { $0.name == name } }
  }

  /// Unresolved, with those of the settings that are its own in a comparison.
  func method(latent: Int, _ settings: Method.Settings, seed: UInt64) -> Method {
    var method = Method(kind, latent: .count(latent), settings: settings, seed: seed).inComparison()
    if keepsMean {
      method.settings.keepsMean = true
      method.label = name
    }
    return method
  }
}
