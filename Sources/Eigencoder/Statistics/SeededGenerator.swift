/// The generator behind every random choice: xoshiro256++ (Blackman & Vigna 2021), seeded by splitmix64.
///
/// The same seed gives the same numbers on every machine. It is passed `using: &generator`; the library has
/// no hidden source of randomness.
public struct SeededGenerator: RandomNumberGenerator, Equatable, Sendable {
  private var state: (UInt64, UInt64, UInt64, UInt64)

  /// The sequence of this seed.
  public init(seed: UInt64) {
    var s = seed
    func splitmix() -> UInt64 {
      s &+= 0x9E37_79B9_7F4A_7C15
      var z = s
      z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
      z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
      return z ^ (z >> 31)
    }
    state = (splitmix(), splitmix(), splitmix(), splitmix())
  }

  public mutating func next() -> UInt64 {
    func rotl(_ x: UInt64, _ k: UInt64) -> UInt64 { (x << k) | (x >> (64 - k)) }
    let result = rotl(state.0 &+ state.3, 23) &+ state.0
    let t = state.1 << 17
    state.2 ^= state.0
    state.3 ^= state.1
    state.1 ^= state.2
    state.0 ^= state.3
    state.2 ^= t
    state.3 = rotl(state.3, 45)
    return result
  }

  public static func == (a: Self, b: Self) -> Bool { a.state == b.state }
}

extension SeededGenerator {
  /// Uniform in [0, 1), a multiple of 2^-53.
  public mutating func uniform() -> Double { Double(next() >> 11) * 0x1p-53 }

  /// Two independent standard normal numbers (Box & Muller 1958).
  public mutating func normalPair() -> (Double, Double) {
    // 1 - u is in (0, 1], so the logarithm is finite.
    let radius = (-2 * Double.log(1 - uniform())).squareRoot()
    let angle = 2 * Double.pi * uniform()
    return (radius * Double.cos(angle), radius * Double.sin(angle))
  }

  /// Sets each element to a normal number of mean 0 and the given standard deviation.
  package mutating func fillNormal<T: Scalar>(_ out: VectorView<T>, deviation: Double) {
    var i = 0
    while i + 1 < out.count {
      let (a, b) = normalPair()
      out[i] = T(a * deviation)
      out[i + 1] = T(b * deviation)
      i += 2
    }
    if i < out.count { out[i] = T(normalPair().0 * deviation) }
  }

  /// Sets each element to a uniform number in [-bound, bound).
  package mutating func fillUniform<T: Scalar>(_ out: VectorView<T>, bound: Double) {
    for i in 0..<out.count { out[i] = T((2 * uniform() - 1) * bound) }
  }

  /// Puts the elements in random order (Fisher & Yates), without allocating.
  package mutating func shuffle(_ indices: inout [Int64]) {
    for i in Swift.stride(from: indices.count - 1, to: 0, by: -1) {
      indices.swapAt(i, Int(next(upperBound: UInt64(i + 1))))
    }
  }

  /// 0..<count in random order.
  package mutating func permutation(_ count: Int) -> [Int64] {
    var order = (0..<count).map(Int64.init)
    shuffle(&order)
    return order
  }
}
