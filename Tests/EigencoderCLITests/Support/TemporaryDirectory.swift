import Eigencoder
import Foundation

/// A directory of one test's own, removed with it.
final class TemporaryDirectory {
  let url: URL

  init() throws {
    url = FileManager.default.temporaryDirectory.appendingPathComponent("eigencoder-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
  }

  deinit { try? FileManager.default.removeItem(at: url) }

  func file(_ name: String) -> URL { url.appendingPathComponent(name) }

  /// The names in it, hidden ones too.
  var contents: [String] { ((try? FileManager.default.contentsOfDirectory(atPath: url.path)) ?? []).sorted() }

  func text(_ name: String) throws -> String { try String(contentsOf: file(name), encoding: .utf8) }
  func bytes(_ name: String) throws -> Data { try Data(contentsOf: file(name)) }

  func write(_ text: String, to name: String) throws { try Data(text.utf8).write(to: file(name)) }

  func write(_ bytes: [UInt8], to name: String) throws { try Data(bytes).write(to: file(name)) }

  /// Rows of d numbers on a curve, with a little of every direction: no two columns are alike.
  func writeSamples(rows: Int, columns: Int, to name: String = "x.npy") throws {
    try samples(rows: rows, columns: columns).write(npy: file(name))
  }
}

func samples(rows: Int, columns: Int) -> Matrix<Float> {
  Matrix(
    rows: rows, columns: columns,
    (0..<rows * columns).map { index in
      let (i, j) = (Float(index / columns), Float(index % columns))
      return sin(0.37 * i + 0.9 * j) + 0.2 * cos(1.7 * i * (j + 1)) + 0.1 * j
    })
}

/// The bytes of an npy file with this dictionary and so many bytes of content.
func npy(_ dictionary: String, content: Int) -> [UInt8] {
  let header = dictionary + "\n"
  return [0x93] + Array("NUMPY".utf8) + [1, 0, UInt8(header.utf8.count), 0] + Array(header.utf8)
    + [UInt8](repeating: 0, count: content)
}

/// The bytes of a safetensors file with this header and so many bytes of tensors.
func safetensors(_ header: String, content: Int = 0) -> [UInt8] {
  let length = header.utf8.count
  return (0..<8).map { UInt8(truncatingIfNeeded: length >> (8 * $0)) } + Array(header.utf8)
    + [UInt8](repeating: 0, count: content)
}
