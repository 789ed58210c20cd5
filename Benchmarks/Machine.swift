import Eigencoder
import Foundation

/// What the figures were measured on.
struct Machine: Encodable {
  let processor: String
  let processors: Int
  let instructions: String
  let system: String
  let blas: String
  let kernels: String
  let threads: Int
  let version: String

  static var current: Machine {
    let lines = (try? String(contentsOfFile: "/proc/cpuinfo", encoding: .utf8))?.split(separator: "\n") ?? []
    func field(_ name: String) -> String {
      lines.first { $0.hasPrefix(name) }?.split(separator: ":").last.map {
        $0.trimmingCharacters(in: .whitespaces)
      } ?? "unknown"
    }
    let flags = Set(field("flags").split(separator: " "))
    let sets = ["avx512f": "AVX-512", "avx2": "AVX2", "sse2": "SSE2"]
    let best = ["avx512f", "avx2", "sse2"].first { flags.contains(Substring($0)) }
    return Machine(
      processor: field("model name") + ", family \(field("cpu family")) model \(field("model\t"))",
      processors: ProcessInfo.processInfo.activeProcessorCount,
      instructions: best.flatMap { sets[$0] } ?? "unknown",
      system: ProcessInfo.processInfo.operatingSystemVersionString,
      blas: BLAS.configuration, kernels: BLAS.kernels, threads: BLAS.threads, version: Eigencoder.version)
  }

  var description: String {
    """
    eigencoder \(version), \(threads) threads on \(processors) processors: \(processor), \(instructions)
    \(system); \(blas), kernels \(kernels)
    """
  }
}
