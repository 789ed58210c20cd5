import Eigencoder
import Foundation

/// How fast is a file read, when the system has it in memory? What is read is compared with what was written.
struct FileBenchmark: Benchmark {
  let format: String
  let rows: Int
  let columns = 784

  static let all = [FileBenchmark(format: "npy", rows: 60_000), FileBenchmark(format: "csv", rows: 5_000)]

  var name: String { "files/\(format) \(rows)x\(columns)" }

  func run(_ timing: Timing, checks: Bool) throws -> [Measurement] {
    let x = noise(rows, columns, seed: 1)
    let url = FileManager.default.temporaryDirectory.appendingPathComponent(
      "eigencoder-benchmark-\(ProcessInfo.processInfo.processIdentifier).\(format)")
    defer { try? FileManager.default.removeItem(at: url) }
    if format == "npy" { try x.write(npy: url) } else { try x.write(csv: url) }
    let size = try FileManager.default.attributesOfItem(atPath: url.path)[.size] as! Int
    guard try !checks || Matrix<Float>(contentsOf: url) == x else {
      throw EigencoderError.numericalFailure("\(name): what is read is not what was written")
    }
    let seconds = try timing.median { _ = try Matrix<Float>(contentsOf: url) }
    return [
      Measurement(
        name: name, seconds: seconds, bytes: Double(size), elements: rows * columns,
        quality: checks ? ["error": 0] : [:])
    ]
  }
}
