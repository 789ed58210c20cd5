/// The learning rate over a training run, as a factor of the optimizer's.
public struct Schedule: Equatable, Sendable {
  /// The course after the warm-up.
  public enum Shape: String, CaseIterable, Sendable {
    /// 1 throughout.
    case constant
    /// Half a cosine from 1 to `floor` (Loshchilov & Hutter 2017).
    case cosine
  }

  /// The course after the warm-up.
  public var shape: Shape
  /// The share of all steps, in [0, 1), over which the factor first rises linearly from near 0 to 1.
  public var warmup: Double
  /// The factor at the end of a cosine.
  public var floor: Double

  /// A course, after a warm-up if there is one.
  public init(_ shape: Shape, warmup: Double = 0, floor: Double = 0) {
    self.shape = shape
    self.warmup = warmup
    self.floor = floor
  }

  /// The same rate throughout.
  public static let constant = Schedule(.constant)
  /// Half a cosine down to 0, without a warm-up.
  public static let cosine = Schedule(.cosine)

  /// The factor of step `step` (from 0) of `steps`.
  public func factor(step: Int, of steps: Int) -> Double {
    let rising = (warmup * Double(steps)).rounded()
    if Double(step) < rising { return Double(step + 1) / rising }
    guard shape == .cosine else { return 1 }
    let progress = (Double(step) - rising) / max(1, Double(steps) - rising)
    return floor + (1 - floor) * (1 + Double.cos(.pi * min(1, progress))) / 2
  }

  func validate() throws {
    try requireArgument(
      (0..<1).contains(warmup), "a warm-up is a share of the steps in [0, 1), got \(warmup)")
    try requireArgument((0...1).contains(floor), "a schedule's floor lies in [0, 1], got \(floor)")
  }
}
