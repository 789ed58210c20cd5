/// The units of one training run: entered before it, left after it.
struct TrainingUnits<T: Scalar> {
  /// By what the code and all columns are divided; a power of two, so that nothing is rounded.
  private let common: T
  /// The trainer's objective in these units, its weights in them too.
  let objective: Objective

  /// Brings the network to the units of `scaling` for rows of these statistics.
  /// - Throws: `EigencoderError.invalidArgument` for a network that cannot change to them.
  init(
    _ scaling: Trainer.Scaling, _ objective: Objective, for network: inout Autoencoder<T>,
    _ statistics: ColumnStatistics<T>
  ) throws {
    let isFresh = !network.isStandardized
    // A column whose deviation is rounding noise next to its mean is constant: its scale is 1.
    let ownScale = statistics.deviation.map { $0.isNormal && (1 / $0).isFinite ? $0 : 1 }
    let scale = network.standardization.scale ?? (scaling == .perFeature ? ownScale : nil)
    let objective = objective.inUnitsOfData(variance: statistics.meanVariance(over: scale))
    if isFresh { network.standardize(as: Standardization(mean: statistics.mean)) }
    var factors: [T]?
    var common: T = 1
    var scaledObjective = objective
    switch scaling {
    case .none: break
    case .perFeature where network.standardization.scale == nil:
      guard isFresh || network.isOutputScalable else {
        throw EigencoderError.invalidArgument(
          "a network with tied weights or a nonlinear output that starts from PCA cannot divide each column by "
            + "its deviation")
      }
      factors = ownScale
    case .common where network.hasFreeUnits && network.standardization.scale == nil:
      let unit = Self.powerOfTwo(near: statistics.deviation)
      guard let scaled = objective.divided(by: Double(unit)) else { break }
      (common, scaledObjective) = (unit, scaled)
      if common != 1 { factors = [T](repeating: common, count: network.inputs) }
    default: break
    }
    self.common = common
    self.objective = scaledObjective
    guard let factors else { return }
    if isFresh {
      network.standardize(as: Standardization(mean: statistics.mean, scale: factors))
    } else {
      network.changeUnits(inputFactor: factors, codeFactor: 1 / common, scale: factors)
    }
  }

  /// What a mean squared error in the network's units is multiplied by to be in those of the data; 1 where each column has
  /// its own.
  var lossUnit: Double { Double(common) * Double(common) }

  /// What a penalty's value in the network's units is multiplied by to be in those of the data.
  func penaltyUnit(_ penalty: Penalty) -> Double { penalty.term.valueUnit(common: Double(common)) }

  /// Brings the network back to the units of the data.
  func leave(_ network: inout Autoencoder<T>) {
    guard common != 1 else { return }
    network.changeUnits(
      inputFactor: [T](repeating: 1 / common, count: network.inputs), codeFactor: common, scale: nil)
  }

  /// Near the root of the columns' mean variance, within what T squares without leaving its range.
  private static func powerOfTwo(near deviations: [T]) -> T {
    let variance = deviations.reduce(0.0) { $0 + Double($1) * Double($1) } / Double(max(1, deviations.count))
    guard variance > 0, variance.isFinite else { return 1 }
    let exponent = (variance.squareRoot().exponent)
    let isUpper = variance.squareRoot().significand > 2.0.squareRoot()
    let most = T.isSingle ? 60 : 500
    return T(
      Double(sign: .plus, exponent: min(most, max(-most, Int(exponent) + (isUpper ? 1 : 0))), significand: 1))
  }
}
