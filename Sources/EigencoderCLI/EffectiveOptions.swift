import Eigencoder
import Foundation

// The options that a run had, defaults included: what a report records so that it can be repeated.
//
// Left out are those that say where results go or how they look, and those whose default is not one value: it is
// chosen again, by the size of the code (contraction, and hidden, dropout and skip where the sizes differ) or by
// the file (scale).

enum EffectiveOptions {
  /// Of the way that results are shown, not of the results.
  static let ofPresentation: Set = [
    "format", "out", "quiet", "verbose", "config", "baseline", "tolerance", "report", "image",
  ]

  /// "batch 64, epochs 100": what was chosen where nothing was given.
  static func text(_ options: [String: OptionValue], without given: [String: OptionValue]) -> String {
    options.filter { given[$0.key] == nil && $0.value != .flag(false) }.sorted { $0.key < $1.key }
      .map { "\($0.key) \($0.value)" }.joined(separator: ", ")
  }
}

extension Arguments {
  /// What was given, but for the presentation, as it stands in JSON.
  func given(_ options: [Option]) -> [String: OptionValue] {
    var values: [String: OptionValue] = [:]
    for option in options where !EffectiveOptions.ofPresentation.contains(option.name) {
      guard let text = string(option.name) else { continue }
      values[option.name] = option.value(of: text)
    }
    return values
  }
}

extension Option {
  /// The JSON of what was given: numbers and lists of numbers as such, all else as text.
  fileprivate func value(of text: String) -> OptionValue {
    guard let value else { return .flag(true) }
    if isFile { return .text(text) }
    let parts = text.split(separator: ",", omittingEmptySubsequences: false).map { part -> OptionValue? in
      if let whole = UInt64(part) { return .whole(whole) }
      return Double(part).flatMap { $0.isFinite ? .init($0) : nil }
    }
    if parts.contains(nil) { return .text(text) }
    // An option of lists has one of one element, too.
    return parts.count == 1 && !value.contains(",") ? parts[0]! : .list(parts.compactMap { $0 })
  }
}

extension OptionValue {
  init(_ integers: [Int]) { self = .list(integers.map { .init($0) }) }
}

extension TrainingOptions {
  /// The options by name that were not given and whose default is one value for codes of all these sizes.
  ///
  /// - Parameters:
  ///   - given: with them the networks are built; they decide about defaults.
  ///   - rows: to train on.
  func defaults(
    given: [String: OptionValue], methods: [Method], latent: [Int], rows: Int, columns: Int
  ) throws -> [String: OptionValue] {
    var values: [String: OptionValue] = ["seed": .whole(seed)]
    guard methods.contains(where: \.isNetwork) else { return values }
    let isNetwork = methods.contains { $0.isNetwork && $0 != .linear }
    let architectures =
      isNetwork ? latent.map { architecture(inputs: columns, latent: $0, rows: rows) } : []
    // The linear map has no shape to choose.
    let maps =
      methods.contains(.linear) ? latent.map { Architecture(inputs: columns, hidden: [], latent: $0) } : []
    let trainers = try (architectures + maps).map {
      try trainer(for: $0, rows: rows, objective: .reconstruction)
    }
    guard let trainer = trainers.first else { return values }
    if isNetwork {
      values["activation"] = .text(activation.rawValue)
      values["latent-activation"] = .text(latentActivation.rawValue)
    }
    values["initializer"] = .text(initializer.rawValue)
    if trainers.allSatisfy({ $0.epochs == trainer.epochs }) { values["epochs"] = .init(trainer.epochs) }
    if trainers.allSatisfy({ $0.batchSize == trainer.batchSize }) {
      values["batch"] = .init(trainer.batchSize)
    }
    values["optimizer"] = .text(optimizer)
    if trainers.allSatisfy({ $0.optimizer == trainer.optimizer }) {
      values["learning-rate"] = .init(trainer.optimizer.learningRate)
    }
    values["weight-decay"] = .init(trainer.optimizer.decay)
    values["schedule"] = .text(schedule.shape.rawValue)
    values["warmup"] = .init(schedule.warmup)
    values["contraction-route"] = .text(contractionRoute.name)
    values["validation"] = .init(validation)
    values["standardize"] = .flag(standardizes)
    values["tied"] = .flag(isTied)
    // They depend on one another: all of them or none.
    if let first = architectures.first,
      architectures.allSatisfy({
        ($0.hidden, $0.dropout) == (first.hidden, first.dropout) && $0.hasSkip == first.hasSkip
      })
    {
      values["hidden"] = first.hidden.isEmpty ? .text("none") : .init(first.hidden)
      values["dropout"] = .init(first.dropout)
      values["skip"] = .flag(first.hasSkip)
    }
    return values.filter { given[$0.key] == nil }
  }
}
