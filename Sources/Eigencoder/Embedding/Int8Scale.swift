// One scale s for all numbers of all codes: z is stored as q = round(z / s) within -127 ... 127. A large s rounds coarsely, a
// small one clips. Of s = c / 127 the clip c is taken that loses least:
//   E(c) = sum_i |z_i - s q_i|^2 / |z_i|^2,
// each code by its own squared length, since a search by cosine asks each for its direction. No code counts for more than 1,
// however far it lies outside: |z - s q| <= |z| for each number. So one code of 900 that is 50 times as long does not take the
// steps from the others, as it would by the largest number or by the plain squared error.
//
// E has one broad minimum. c is halved from far above most codes down until it clips nearly all, and then refined around the
// best by steps of 1/8 and of 1/64 octave. Cost: about 40 passes over at most 4,096 codes, spread evenly.

/// The scale of codes that are stored as int8.
package enum Int8Scale {
  /// The largest magnitude of a stored number.
  static let levels = 127.0
  private static let mostRows = 4096

  /// s > 0, by the codes, n x k; 1 where all are zero. Codes that are not finite do not count.
  package static func best<T: Scalar>(for codes: Matrix<T>) -> T {
    let rows = codes.evenlySpaced(mostRows).converted(to: Double.self)
    let k = rows.columns
    // Each row by its own largest number, so that no square leaves the range of Double.
    var units: [Double] = []
    var sizes: [(largest: Double, square: Double)] = []
    for i in 0..<rows.rows {
      let row = rows.elements[i * k..<(i + 1) * k]
      let largest = row.reduce(0) { max($0, $1.magnitude) }
      guard largest > 0, row.allSatisfy(\.isFinite) else { continue }
      units += row.map { $0 / largest }
      sizes.append((largest, units.suffix(k).reduce(0) { $0 + $1 * $1 }))
    }
    let ordered = sizes.map(\.largest).sorted()
    guard let most = ordered.last else { return 1 }

    func loss(_ clip: Double) -> Double {
      units.withUnsafeBufferPointer { units in
        sizes.indices.reduce(0.0) { sum, i in
          // In steps: their number for the largest of the row is out of range for no clip that is tried.
          let step = clip / sizes[i].largest / levels
          guard step.isNormal, (1 / step).isFinite else { return sum + 1 }
          return sum + squaredLoss(of: units[i * k..<(i + 1) * k], step: step) / sizes[i].square
        }
      }
    }
    var best = (clip: most, loss: loss(most))
    func attempt(_ clip: Double) {
      let loss = loss(clip)
      if loss < best.loss { best = (clip, loss) }
    }
    // Some codes that are far longer or shorter than the others do not decide where the search begins and ends.
    var clip = min(most / 2, 8 * ordered[ordered.count * 19 / 20])
    let end = ordered[ordered.count / 20] / 8
    for _ in 0..<64 where clip >= end && clip.isNormal {
      attempt(clip)
      clip /= 2
    }
    for parts in [8.0, 64] {
      let middle = best.clip
      for step in -7...7 where step != 0 {
        attempt(min(most, middle * Double.exp(Double(step) / parts * Double.log(2))))
      }
    }
    // Neither s nor 1 / s nor 127 s leaves the range of T.
    let range = (4 * T.leastNormalMagnitude)...(T.greatestFiniteMagnitude / 256)
    return min(max(T(best.clip / levels), range.lowerBound), range.upperBound)
  }

  /// sum (v - s q)^2 of the numbers of one row.
  private static func squaredLoss(of row: Slice<UnsafeBufferPointer<Double>>, step: Double) -> Double {
    // Adding and subtracting 1.5 * 2^52 rounds to a whole number, of ties the even one.
    let whole = 0x1.8p52
    let inverse = 1 / step
    var sum = 0.0
    for value in row {
      let q = (max(-levels, min(levels, value * inverse)) + whole) - whole
      let error = value - q * step
      sum += error * error
    }
    return sum
  }
}
