// Trellis-coded quantisation (Marcellin & Fischer 1990) with the states of a shift register (Tseng et al. 2024): each step
// writes b new bits to one stream, and stands for one or two numbers that depend on the last 10 bits of it, so on its own bits
// and those of the steps before. So 1 bit chooses between 2 values, but of 1,024 for the next number. The best path is found
// exactly (Viterbi 1967). Of a normal number's variance it leaves .29, .075 at 1, 2 bits, where a quantiser of each number
// leaves .363, .1175 and no code at all gets below .25, .0625.
//
// Coordinates are the principal axes of the rows, and bits go where they lower the error most (reverse water-filling,
// MATH 11): in pairs of numbers of about the same variance, so that half bits a number are possible. The stream is a ring: no
// bits are spent on where the path begins.

/// A trellis-coded quantiser of uncorrelated coordinates.
package struct TrellisQuantizer: VectorQuantizer {
  package static let kind = "trellis"
  static let stateBits = 10
  static var states: Int { 1 << stateBits }
  /// The error of each of two standard normal numbers at 0, 1, ... 8 bits for both, measured.
  private static let distortion = [1, 0.545, 0.29, 0.16, 0.076, 0.0480, 0.0200, 0.0128, 0.0056]

  /// What a step of the stream stands for.
  private struct Step {
    let bits: UInt8
    let numbers: UInt8

    /// The steps of a pair of numbers with so many bits for both: together where that is better.
    static func pair(_ bits: Int) -> [Step] {
      bits == 1 || bits == 3
        ? [Step(bits: UInt8(bits), numbers: 2)]
        : [(bits + 1) / 2, bits / 2].map { Step(bits: UInt8($0), numbers: 1) }
    }

    /// Which of the tables of values it reads.
    var table: Int { numbers == 2 ? (bits == 1 ? 0 : 1) : 1 + Int(bits) }
    static let tables: [Step] =
      [Step(bits: 1, numbers: 2), Step(bits: 3, numbers: 2)] + (1...4).map { Step(bits: $0, numbers: 1) }
  }

  /// Orthonormal rows; the last is 0 where an odd number of coordinates has no other.
  private let axes: Matrix<Float>
  private let steps: [Step]
  /// Of each number its value in each state.
  private let values: Matrix<Float>

  package var latent: Int { axes.columns }
  package var bytes: Int { steps.reduce(0) { $0 + Int($1.bits) } / 8 }
  package var parameterCount: Int { axes.elements.count + values.elements.count + 2 * steps.count }

  private init(axes: Matrix<Float>, steps: [Step], values: Matrix<Float>) {
    self.axes = axes
    self.steps = steps
    self.values = values
  }

  package func encode(_ u: Matrix<Float>) -> [UInt8] {
    pack(paths(of: u.times(axes, otherTransposed: true)), rows: u.rows)
  }

  private func paths(of z: Matrix<Float>) -> [UInt16] {
    z.withView { z in
      values.withView { z.trellisPaths($0, bits: steps.map(\.bits), each: steps.map(\.numbers)) }
    }
  }

  /// The new bits of each state, one step after another, the first the highest of its byte.
  private func pack(_ paths: [UInt16], rows: Int) -> [UInt8] {
    var codes: [UInt8] = []
    codes.reserveCapacity(rows * bytes)
    let widths = steps.map { Int($0.bits) }
    var next = 0
    for _ in 0..<rows {
      var (pending, count) = (0, 0)
      for bits in widths {
        pending = (pending << bits | Int(paths[next]) & (1 << bits - 1)) & 0xFFFF
        count += bits
        next += 1
        if count >= 8 {
          count -= 8
          codes.append(UInt8(truncatingIfNeeded: pending >> count))
        }
      }
    }
    return codes
  }

  package func decode(_ codes: [UInt8]) -> Matrix<Float> {
    let (rows, bytes) = (codes.count / bytes, bytes)
    let z = Matrix<Float>(rows: rows, columns: axes.rows) { z in
      values.withView { values in
        codes.withUnsafeBufferPointer { codes in
          for i in 0..<rows {
            let code = UnsafeBufferPointer(rebasing: codes[i * bytes..<(i + 1) * bytes])
            let row = z.row(i)
            // Before the first step the state is that of the ring's end.
            var (stream, held, next, number) = (0, 0, 0, 0)
            for byte in code.suffix(3) { stream = stream << 8 | Int(byte) }
            for step in steps {
              if held < step.bits {
                stream = (stream << 8 | Int(code[next])) & 0xFFFF_FFFF
                (held, next) = (held + 8, next + 1)
              }
              held -= Int(step.bits)
              let state = stream >> held & (Self.states - 1)
              for _ in 0..<step.numbers {
                row[number] = values[number, state]
                number += 1
              }
            }
          }
        }
      }
    }
    return z.times(axes)
  }

  package func store(in file: inout SafeTensors, prefix: String) {
    file.append(prefix + "axes", axes)
    file.append(prefix + "steps", Matrix(steps.map { [Float($0.bits), Float($0.numbers)] }))
    file.append(prefix + "values", values)
  }

  package init(_ file: SafeTensors, prefix: String, latent: Int, bytes: Int) throws {
    let stored: Matrix<Float> = try file.matrix(prefix + "steps", columns: 2)
    let steps = try (0..<stored.rows).map { t in
      guard
        let step = Step.tables.first(where: {
          Float($0.bits) == stored[t, 0] && Float($0.numbers) == stored[t, 1]
        })
      else { throw EigencoderError.invalidData("a trellis with a step that is none of its kinds") }
      return step
    }
    guard bytes > 0, steps.reduce(0, { $0 + Int($1.bits) }) == 8 * bytes else {
      throw EigencoderError.invalidData("a trellis whose bits are not those of \(bytes) bytes")
    }
    let numbers = steps.reduce(0) { $0 + Int($1.numbers) }
    self.init(
      axes: try file.matrix(prefix + "axes", rows: numbers, columns: latent), steps: steps,
      values: try file.matrix(prefix + "values", rows: numbers, columns: Self.states))
  }
}

// MARK: - Fit

extension TrellisQuantizer {
  /// Most bytes for rows of k numbers: 4 bits of each.
  static func mostBytes(latent: Int) -> Int { (latent + 1) / 2 }

  /// Fitted to the rows of `u`, n x k: the axes and the bits by their second moments, the values by turns of paths and means on
  /// at most 8,192 rows. At most `mostBytes`.
  package init(fittedTo u: Matrix<Float>, bytes: Int, seed: UInt64) throws {
    let pairs = (u.columns + 1) / 2
    precondition(bytes <= Self.mostBytes(latent: u.columns), "\(bytes) bytes for \(u.columns) numbers")
    let eigen = try SymmetricEigen(of: u.secondMoment)
    let variances = eigen.values.map { max(0, $0) } + [0]
    let bits = Self.allocation((0..<pairs).map { variances[2 * $0] + variances[2 * $0 + 1] }, 8 * bytes)
    let active = (0..<pairs).filter { bits[$0] > 0 }
    let numbers = active.flatMap { [2 * $0, 2 * $0 + 1] }
    let steps = active.flatMap { Step.pair(bits[$0]) }
    let rows = eigen.vectors.elements + [Double](repeating: 0, count: u.columns)
    let axes = Matrix(rows: u.columns + 1, columns: u.columns, rows).selecting(rows: numbers)
      .converted(to: Float.self)
    let deviations = numbers.map { Float(variances[$0].squareRoot()) }
    let place = steps.flatMap { step in (0..<Int(step.numbers)).map { (table: step.table, number: $0) } }
    let owner = steps.indices.flatMap { t in (0..<steps[t].numbers).map { _ in t } }
    var generator = SeededGenerator(seed: seed)
    var tables = Step.tables.map { step in
      (0..<step.numbers).map { _ in
        Self.normalTable(2 * Int(step.bits) / Int(step.numbers), using: &generator)
      }
    }
    let z = u.evenlySpaced(8192).times(axes, otherTransposed: true)
    func quantizer() -> Self {
      Self(
        axes: axes, steps: steps,
        values: Matrix(
          rows: numbers.count, columns: Self.states,
          numbers.indices.flatMap { j in tables[place[j].table][place[j].number].map { $0 * deviations[j] } })
      )
    }
    for _ in 0..<Self.turns {
      let paths = quantizer().paths(of: z)
      // Each value becomes the mean of the numbers that have it, in units of their deviations, weighed by their variances.
      var sums = tables.map { $0.map { $0.map { _ in Double(0) } } }
      var weights = sums
      for i in 0..<z.rows {
        for j in 0..<z.columns {
          let (table, number) = place[j]
          let state = Int(paths[i * steps.count + owner[j]])
          sums[table][number][state] += Double(z.elements[i * z.columns + j] * deviations[j])
          weights[table][number][state] += Double(deviations[j] * deviations[j])
        }
      }
      for t in tables.indices {
        for e in tables[t].indices {
          for s in 0..<Self.states where weights[t][e][s] > 0 {
            tables[t][e][s] = Float(sums[t][e][s] / weights[t][e][s])
          }
        }
      }
    }
    self = quantizer()
  }

  private static let turns = 5

  /// `total` bits, each to the pair whose expected error it lowers most.
  private static func allocation(_ variances: [Double], _ total: Int) -> [Int] {
    var bits = [Int](repeating: 0, count: variances.count)
    func gain(_ j: Int) -> Double {
      bits[j] < distortion.count - 1 ? variances[j] * (distortion[bits[j]] - distortion[bits[j] + 1]) : -1
    }
    var gains = variances.indices.map(gain)
    for _ in 0..<total {
      let best = gains.indices.reduce(0) { gains[$1] > gains[$0] ? $1 : $0 }
      bits[best] += 1
      gains[best] = gain(best)
    }
    return bits
  }

  /// Normal numbers, shrunk by what the error leaves: means of equal shares of many, in random order.
  private static func normalTable(_ bits: Int, using generator: inout SeededGenerator) -> [Float] {
    let each = 64
    var drawn = [Float](repeating: 0, count: states * each)
    drawn.withMutableView { generator.fillNormal($0, deviation: (1 - distortion[bits]).squareRoot()) }
    drawn.sort()
    return generator.permutation(states).map {
      drawn[Int($0) * each..<(Int($0) + 1) * each].reduce(0, +) / Float(each)
    }
  }
}

extension Matrix<Float> {
  /// self' self / n, summed in double precision; 0 without rows.
  var secondMoment: Matrix<Double> {
    var moment = Matrix<Double>(rows: columns, columns: columns)
    moment.withMutableView { m in
      withView { $0.addUpperGram(to: m, outer: false, block: 4096) }
      m.symmetrize()
      m.scale(by: 1 / Double(Swift.max(1, rows)))
    }
    return moment
  }
}
