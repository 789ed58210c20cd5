// The numbers are cut into groups of the same size, and each group is rounded to one of 16 or 256 points of its own (Jegou et
// al. 2011). A rotation before that, found by turns, lets the groups share the variance (Ge et al. 2013): with codes fixed,
// the R that brings U R' nearest to its rounded rows is the orthogonal factor of their product (Procrustes).

/// A product quantiser after a learned rotation.
package struct ProductQuantizer: VectorQuantizer {
  package static let kind = "product"
  /// Orthogonal, k x k.
  private(set) var rotation: Matrix<Float>
  /// Words of every group, one group after another: groups x words rows of k / groups numbers.
  private(set) var words: Matrix<Float>
  let groups: Int

  var wordsPerGroup: Int { words.rows / groups }
  package var latent: Int { rotation.columns }
  package var bytes: Int { wordsPerGroup == 16 ? (groups + 1) / 2 : groups }
  package var parameterCount: Int { rotation.elements.count + words.elements.count }

  private init(rotation: Matrix<Float>, words: Matrix<Float>, groups: Int) {
    self.rotation = rotation
    self.words = words
    self.groups = groups
  }

  package func encode(_ u: Matrix<Float>) -> [UInt8] {
    pack(indices(of: u.times(rotation, otherTransposed: true)), rows: u.rows)
  }

  /// The word of every group of every row of rotated numbers.
  private func indices(of z: Matrix<Float>) -> [UInt8] {
    var result = [UInt8](repeating: 0, count: z.rows * groups)
    let size = words.columns
    z.withView { z in
      words.withView { words in
        for g in 0..<groups {
          z.columns(g * size..<(g + 1) * size).nearestCodewords(
            words.rows(g * wordsPerGroup..<(g + 1) * wordsPerGroup), into: &result, width: groups, column: g)
        }
      }
    }
    return result
  }

  /// Two groups of 16 words to a byte, the first in its low half, as faiss has them.
  private func pack(_ indices: [UInt8], rows: Int) -> [UInt8] {
    guard wordsPerGroup == 16 else { return indices }
    return (0..<rows).flatMap { i in
      (0..<bytes).map { b in
        let low = indices[i * groups + 2 * b]
        return 2 * b + 1 < groups ? low | indices[i * groups + 2 * b + 1] << 4 : low
      }
    }
  }

  func unpack(_ codes: [UInt8]) -> [UInt8] {
    guard wordsPerGroup == 16 else { return codes }
    let rows = codes.count / bytes
    return (0..<rows).flatMap { i in
      (0..<groups).map { g in codes[i * bytes + g / 2] >> (g % 2 == 0 ? 0 : 4) & 0xF }
    }
  }

  package func decode(_ codes: [UInt8]) -> Matrix<Float> {
    rotated(unpack(codes), rows: codes.count / bytes).times(rotation)
  }

  /// The points of the words, before the rotation is undone.
  private func rotated(_ indices: [UInt8], rows: Int) -> Matrix<Float> {
    let size = words.columns
    return Matrix(rows: rows, columns: latent) { out in
      words.withView { words in
        for i in 0..<rows {
          for g in 0..<groups {
            words.row(g * wordsPerGroup + Int(indices[i * groups + g])).copy(
              into: out.row(i).slice(g * size..<(g + 1) * size))
          }
        }
      }
    }
  }

  package func store(in file: inout SafeTensors, prefix: String) {
    file.append(prefix + "rotation", rotation)
    file.append(prefix + "words", words)
  }

  package init(_ file: SafeTensors, prefix: String, latent: Int, bytes: Int) throws {
    let words: Matrix<Float> = try file.matrix(prefix + "words")
    let groups = words.columns > 0 ? latent / words.columns : 0
    guard groups > 0, groups * words.columns == latent, words.rows % groups == 0,
      [16, 256].contains(words.rows / groups)
    else {
      throw EigencoderError.invalidData(
        "a product quantiser with words of \(words.shape) for \(latent) numbers")
    }
    self.init(
      rotation: try file.matrix(prefix + "rotation", rows: latent, columns: latent), words: words,
      groups: groups)
    guard self.bytes == bytes else {
      throw EigencoderError.invalidData("a product quantiser of \(self.bytes) bytes, expected \(bytes)")
    }
  }
}

// MARK: - Fit

extension ProductQuantizer {
  /// Fitted to the rows of `u`, n x k, with k a multiple of `groups`.
  ///
  /// - Parameters:
  ///   - bits: of a group, 4 or 8.
  ///   - turns: of words and rotation.
  /// - Throws: `.numericalFailure` where a decomposition does not converge.
  package init(fittedTo u: Matrix<Float>, groups: Int, bits: Int, turns: Int = 3, seed: UInt64) throws {
    precondition(
      groups >= 1 && u.columns % groups == 0 && (bits == 4 || bits == 8), "\(groups) groups of \(u.columns)")
    var generator = SeededGenerator(seed: seed)
    let size = u.columns / groups
    // At most 64 rows a word learn.
    let rows = u.selecting(rows: generator.sample(64 << bits, of: u.rows))
    // A random rotation first: principal axes in order would put the variance into the first groups.
    self.init(
      rotation: generator.orthonormalRows(u.columns, of: u.columns).converted(to: Float.self),
      words: Matrix(rows: groups << bits, columns: size),
      groups: groups)
    for turn in 0...turns {
      let z = rows.times(self.rotation, otherTransposed: true)
      for g in 0..<groups {
        let part = z.withView { $0.columns(g * size..<(g + 1) * size).copied() }
        let book = part.withView {
          Codebook(1 << bits, fittedTo: $0, iterations: turn == turns ? 6 : 2, using: &generator)
        }
        words.withMutableView { words in
          book.words.withView { $0.copy(into: words.rows(g << bits..<(g + 1) << bits)) }
        }
      }
      guard turn < turns else { break }
      let rounded = rotated(indices(of: z), rows: z.rows)
      // max tr(R U' Z^) over orthogonal R: with Z^' U = A S B', R = A B'.
      let product = rounded.times(rows, transposed: true).converted(to: Double.self)
      let svd = try SingularValues(of: product)
      self.rotation = (svd.left * svd.right).converted(to: Float.self)
    }
  }
}
