internal import Foundation

/// Where values lie along one side of a drawing, linearly or by their logarithm.
struct Axis {
  let isLogarithmic: Bool
  /// The values at both ends.
  let low: Double
  let high: Double
  /// Where the ends are in the drawing.
  let start: Double
  let end: Double
  let ticks: [Double]

  /// An axis for these values, which ends at round numbers or, with `tight`, at the values themselves.
  ///
  /// - Parameter isLogarithmic: values of 0 or less have no place and are left out.
  init(
    _ values: [Double], along ends: (from: Double, to: Double), isLogarithmic: Bool = false, tickCount: Int,
    isTight: Bool = false
  ) {
    self.isLogarithmic = isLogarithmic
    (start, end) = ends
    let usable = values.filter { $0.isFinite && (!isLogarithmic || $0 > 0) }
    var (low, high) = (usable.min() ?? (isLogarithmic ? 1 : 0), usable.max() ?? 1)
    if low == high {
      (low, high) =
        isLogarithmic ? (low / 2, high * 2) : low == 0 ? (-1, 1) : (low - abs(low) / 2, low + abs(low) / 2)
    }
    let steps =
      isLogarithmic ? Self.logarithmicSteps(low, high, tickCount) : Self.linearSteps(low, high, tickCount)
    if isTight {
      ticks = steps.filter { $0 >= low * (1 - 1e-9) && $0 <= high * (1 + 1e-9) }
    } else {
      // The nearest round numbers outside, unless that would leave much of the drawing empty.
      let before = steps.last { $0 <= low } ?? low
      let after = steps.first { $0 >= high } ?? high
      let isNear: (Double, Double) -> Bool = { a, b in
        isLogarithmic ? log(b / a) < 0.25 * log(high / low) : b - a < 0.25 * (high - low)
      }
      if isNear(before, low) { low = before }
      if isNear(high, after) { high = after }
      ticks = steps.filter { $0 >= low && $0 <= high }
    }
    self.low = low
    self.high = high
  }

  /// The place of a value; those beyond the ends are put at the ends.
  func place(_ value: Double) -> Double {
    guard !(isLogarithmic && value <= 0) else { return start }
    let share = isLogarithmic ? log(value / low) / log(high / low) : (value - low) / (high - low)
    return start + max(0, min(1, share)) * (end - start)
  }

  /// Multiples of 1, 2 or 5 times a power of ten that cover the range.
  private static func linearSteps(_ low: Double, _ high: Double, _ count: Int) -> [Double] {
    let rough = (high - low) / Double(count)
    let power = pow(10, log10(rough).rounded(.down))
    let step = power * ([1, 2, 5].first { $0 * power >= rough } ?? 10)
    let (first, last) = ((low / step).rounded(.down), (high / step).rounded(.up))
    guard first.isFinite, last - first < 1000 else { return [low, high] }
    return stride(from: first, through: last, by: 1).map { $0 * step }
  }

  /// Powers of ten; with few of them 2 and 5 times these too; with many every second, third, ...
  private static func logarithmicSteps(_ low: Double, _ high: Double, _ count: Int) -> [Double] {
    let (first, last) = (Int(log10(low).rounded(.down)), Int(log10(high).rounded(.up)))
    let decades = log10(high / low)
    let factors: [Double] = decades < 0.7 ? [1, 2, 3, 5, 7] : decades < 2.5 ? [1, 2, 5] : [1]
    let stride = max(1, (last - first) / max(1, count))
    return Swift.stride(from: first, through: last, by: stride).flatMap { exponent in
      factors.map { $0 * pow(10, Double(exponent)) }
    }
  }
}

extension Double {
  /// A short text for a tick: "0.05", "20", "2e-9".
  var tickText: String {
    guard self != 0 else { return "0" }
    if magnitude < 1e-3 || magnitude >= 1e6 {
      let exponent = Int(log10(magnitude).rounded(.down))
      return (self / pow(10, Double(exponent))).tickText + "e\(exponent)"
    }
    let text = String(format: "%.4f", self)
    return String(text.reversed().drop { $0 == "0" }.drop { $0 == "." }.reversed())
  }
}
