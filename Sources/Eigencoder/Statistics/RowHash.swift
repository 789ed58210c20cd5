// 128 bits that tell rows from other rows, whatever their order and however they were cut or stored.
//
// A number x is hashed as the 64 bits of a double, with -0 as 0: f32, f64 and text of the same numbers agree. With the
// 32-bit halves of x_j and of a key k_j for each column, a row's hash is
//   mix( sum_j (lo(x_j) + lo(k_j) mod 2^32) (hi(x_j) + hi(k_j) mod 2^32)  mod 2^64 ),
// the sum being NH (Black et al., UMAC, 1999), by which two different rows agree for at most one choice of keys in 2^32, and
// mix the finaliser of splitmix64. There are two such hashes with keys of their own, hence 2^-64 for two rows. The hash of rows
// is the sum of theirs modulo 2^64 each: that of merged parts is the sum of the parts' hashes.
//
// It finds parts that are counted twice. It is no cryptography: who wants two parts to agree can make them.
// Cost: 4 multiplications and some 12 additions for 2 numbers, which vector units do at the speed of the memory.

/// A hash of rows that ignores their order; hashes add.
package struct RowHash: Hashable, Sendable {
  private(set) var high: UInt64 = 0
  private(set) var low: UInt64 = 0

  /// Of no rows.
  package init() {}

  /// The keys for d columns: the first numbers of the generators of the seeds 1 and 2.
  static func keys(columns d: Int) -> [UInt64] {
    [UInt64(1), 2].flatMap { seed in
      var generator = SeededGenerator(seed: seed)
      return (0..<d).map { _ in generator.next() }
    }
  }

  /// Includes rows. O(elements)
  mutating func add<T: Scalar>(_ rows: MatrixView<T>, keys: [UInt64]) {
    var sums = (high, low)
    rows.addHashes(keys: keys, to: &sums)
    (high, low) = sums
  }

  /// Of all rows of several hashes.
  mutating func add(_ other: RowHash) {
    high &+= other.high
    low &+= other.low
  }
}

extension RowHash: Comparable {
  package static func < (a: RowHash, b: RowHash) -> Bool { (a.high, a.low) < (b.high, b.low) }
}

extension RowHash: LosslessStringConvertible {
  /// 32 hexadecimal digits.
  package var description: String {
    [high, low].map {
      let digits = String($0, radix: 16)
      return String(repeating: "0", count: 16 - digits.count) + digits
    }.joined()
  }

  package init?(_ text: String) {
    guard text.utf8.count == 32, text.allSatisfy({ $0.isHexDigit }),
      let high = UInt64(text.prefix(16), radix: 16), let low = UInt64(text.suffix(16), radix: 16)
    else { return nil }
    (self.high, self.low) = (high, low)
  }
}
