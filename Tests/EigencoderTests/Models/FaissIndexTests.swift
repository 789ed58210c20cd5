import Eigencoder
import Foundation
import Testing

/// The files are those of `faiss.serialize_index` (1.15.1) of the same numbers.
@Suite struct FaissIndexTests {
  private let transform = FaissTransform(
    weight: Matrix(rows: 2, columns: 3, [0, 1, 0, 0.5, 0, -0.5]), bias: [0.25, -1])

  private func hex(_ bytes: some Sequence<UInt8>) -> String {
    bytes.map { String(format: "%02x", $0) }.joined()
  }

  @Test func flat() {
    var file = FaissIndexFile()
    file.append(
      transforms: [{ $0.append(self.transform) }, { $0.append(normalizing: 2) }], columns: 3, count: 2,
      .innerProduct)
    file.append(flat: Matrix(rows: 2, columns: 2, [0.6, 0.8, 1, 0]))
    #expect(
      hex(file.bytes) == "49785054030000000200000000000000000010000000000000001000000000000100000000020000"
        + "004c547261010600000000000000000000000000803f000000000000003f00000000000000bf02000000000000000000803e00"
        + "0080bf030000000200000001564e726d0000004002000000020000000149784649020000000200000000000000000010000000"
        + "00000000100000000000010000000004000000000000009a99193fcdcc4c3f0000803f00000000")
  }

  /// Books of 3 and 7 bits, whose codes do not end at a byte.
  @Test func sums() {
    let words = Matrix<Float>(
      rows: 136, columns: 2, (0..<136).flatMap { [Float($0) / 8, -Float($0) / 4] })
    let sums = CodewordSums(bits: [3, 7], words: words, indices: [0, 5, 7, 127, 2, 64])
    var file = FaissIndexFile()
    file.append(
      transforms: [
        { $0.append(normalizing: 3) }, { $0.append(self.transform) }, { $0.append(normalizing: 2) },
      ],
      columns: 3, count: 3, .squaredDistance)
    file.append(sums, numbers: [0.5, 2.5, 1.5])
    let before =
      "4978505403000000030000000000000000001000000000000000100000000000010100000003000000564e726d000000400300"
      + "000003000000014c547261010600000000000000000000000000803f000000000000003f00000000000000bf02000000000000"
      + "000000803e000080bf030000000200000001564e726d0000004002000000020000000149785271020000000300000000000000"
      + "000010000000000000001000000000000001000000020000000000000002000000000000000200000000000000030000000000"
      + "00000700000000000000011001000000000000"
    let after = "040000000000003f00002040010000000800000003000000000000000900000000000000280000ffff03020202"
    let text = hex(file.bytes)
    #expect(text.hasPrefix(before) && text.hasSuffix(after))
    #expect(text.count == before.count + 8 * words.elements.count + after.count)
  }
}
