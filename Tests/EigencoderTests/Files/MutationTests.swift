import Eigencoder
import Foundation
import Testing

/// Damaged files: readers return or throw `EigencoderError`, whatever they are given.
///
/// Mutations are seeded, so a failure is the same in every run. What this cannot see: damage that needs
/// several coordinated changes (the malformed files beside each format's tests have those).
///
/// EIGENCODER_MUTATIONS makes that many of each file, for a long run in release:
/// `EIGENCODER_MUTATIONS=45000 swift test -c release --filter MutationTests` makes a million in all, prints how
/// much memory the process has come to hold, and takes minutes.
@Suite struct MutationTests {
  /// How many mutations there are of each file, where the environment says it.
  private static let asked = ProcessInfo.processInfo.environment["EIGENCODER_MUTATIONS"].flatMap { Int($0) }

  private static let numbers = (0..<24).map { Float($0) }
  private static let tensors = safetensors(
    #"{"__metadata__":{"k":"v"},"a":{"dtype":"F32","shape":[2,2],"data_offsets":[0,16]},"#
      + #""b":{"dtype":"F16","shape":[4],"data_offsets":[16,24]}}"#,
    [UInt8](repeating: 60, count: 24))

  @Test(arguments: [
    npy("<f4", "(4, 6)", bytes(numbers)),
    npy(">i2", "(2, 3, 4)", fortran: "True", version: 2, bytes(Array(0..<24) as [Int16])),
  ])
  func npyFiles(_ file: [UInt8]) { survive(file, times: 5000, read) }

  @Test func idxFiles() { survive(idx(8, [2, 3, 2], Array(0..<12)), times: 10_000, read) }

  @Test func gzipFiles() { survive(gzip(idx(8, [2, 3, 2], Array(0..<12))), times: 10_000, read) }

  /// Whole and by blocks, from memory and through gzip, whose blocks have no length to go by.
  @Test(arguments: FormatExample.small) func rows(_ file: FormatExample) {
    survive(file.bytes, times: 2000) { bytes in
      let whole = try RowReader(bytes: bytes, name: "x", options: file.options).readAll(as: Float.self)
      #expect(whole.rows > 0 && whole.columns > 0 && whole.elements.allSatisfy { $0.isFinite })
      let reader = try RowReader(bytes: gzip(bytes), name: "x", options: file.options)
      var rows = 0
      while let block = try reader.next(2, as: Double.self) { rows += block.rows }
      #expect(rows == whole.rows)
    }
  }

  @Test(arguments: ["a,\"b\"\"c\",d\r\n1,2.5e3,-3\r\n4,5,6\r\n", "# x\n1 2\n3 4\n\n", "\u{feff}1;2\n\"3\";4"])
  func textFiles(_ text: String) { survive(Array(text.utf8), times: 5000, read) }

  @Test func safetensorsFiles() {
    survive(Self.tensors, times: 10_000) { bytes in
      let file = try SafeTensors(bytes: bytes, name: "x")
      for tensor in file.tensors {
        _ = try? file.matrix(tensor.name, as: Float.self)
        _ = try? file.vector(tensor.name, as: Double.self)
        _ = try? file.integers(tensor.name)
      }
    }
  }

  @Test(arguments: [
    npy("<i4", "(6,)", bytes(Array(0..<6) as [Int32])), Array("label,x\ncat,1\ndog,2\n".utf8),
  ])
  func labels(_ file: [UInt8]) {
    survive(file, times: 5000) { bytes in
      _ = try Labels(bytes: bytes, name: "x")
    }
    survive(file, times: 5000) { bytes in
      let labels = try Labels(bytes: bytes, name: "x", column: "1")
      #expect(labels.codes.allSatisfy { labels.names.indices.contains($0) })
    }
  }

  private func read(_ bytes: [UInt8]) throws {
    let x = try Matrix<Float>(bytes: bytes, name: "x")
    #expect(x.rows > 0 && x.columns > 0 && x.elements.allSatisfy { $0.isFinite })
    _ = try Matrix<Double>(bytes: bytes, name: "x")
  }

  private func survive(_ file: [UInt8], times: Int, _ read: ([UInt8]) throws -> Void) {
    var generator = SeededGenerator(seed: 20)
    var refused = 0
    let times = Self.asked ?? times
    let before = residentMegabytes
    defer {
      if Self.asked != nil {
        print("\(times) mutations, \(refused) refused: \(before) to \(residentMegabytes) MB")
      }
    }
    for _ in 0..<times {
      let mutated = mutation(of: file, using: &generator)
      do { try read(mutated) } catch is EigencoderError { refused += 1 } catch {
        Issue.record("\(error) for \(mutated)")
        return
      }
    }
    // Were nothing refused, the mutations would not reach the reader.
    #expect(refused > times / 20 && refused < times)
  }

  /// What the process holds in memory now.
  private var residentMegabytes: Int {
    let pages = (try? String(contentsOfFile: "/proc/self/statm", encoding: .utf8))?.split(separator: " ")
    return pages.flatMap { Int($0[1]) }.map { $0 * 4096 / (1 << 20) } ?? 0
  }

  private func mutation(of file: [UInt8], using generator: inout SeededGenerator) -> [UInt8] {
    let telling: [UInt8] = [0, 1, 0x7f, 0x80, 0xff] + Array("0919-+.,;:'\"{}[]()eE \t\r\n".utf8)
    var bytes = file
    for _ in 0..<Int.random(in: 1...3, using: &generator) {
      guard !bytes.isEmpty else { break }
      let at = Int.random(in: 0..<bytes.count, using: &generator)
      let end = min(bytes.count, at + Int.random(in: 1...8, using: &generator))
      switch Int.random(in: 0..<6, using: &generator) {
      case 0: bytes[at] ^= 1 << UInt8.random(in: 0..<8, using: &generator)
      case 1: bytes[at] = telling.randomElement(using: &generator)!
      case 2: bytes.insert(telling.randomElement(using: &generator)!, at: at)
      case 3: bytes.removeSubrange(at..<end)
      case 4:
        bytes.insert(contentsOf: bytes[at..<end], at: Int.random(in: 0...bytes.count, using: &generator))
      default: bytes.removeLast(min(bytes.count, Int.random(in: 1...8, using: &generator)))
      }
    }
    return bytes
  }
}
