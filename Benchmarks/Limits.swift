import Dispatch
import Eigencoder
import Foundation

/// What this machine can do at most, measured in the same run.
struct Limits: Encodable {
  /// Flops a second of a product of 2048 x 2048 matrices, all threads: the fastest of several.
  let gemmFloat: Double
  let gemmDouble: Double
  /// Bytes a second, read and written, of copying memory that no cache holds.
  let copy: Double
  /// Bytes a second of reading it.
  let read: Double

  func gemm(isDouble: Bool) -> Double { isDouble ? gemmDouble : gemmFloat }
  var memory: Double { max(copy, read) }

  var description: String {
    """
    limits: product of 2048 x 2048 f32 \((gemmFloat / 1e9).fixed(0)) GFLOP/s, f64 \((gemmDouble / 1e9).fixed(0)); \
    memory copied \((copy / 1e9).fixed(1)) GB/s, read \((read / 1e9).fixed(1))
    """
  }

  static func measured() -> Limits {
    let memory = Memory(bytes: 256 << 20, threads: BLAS.threads)
    return Limits(
      gemmFloat: gemm(of: Float.self), gemmDouble: gemm(of: Double.self), copy: memory.copy(),
      read: memory.read())
  }

  private static func gemm<T: Scalar>(of type: T.Type) -> Double {
    let n = 2048
    let a = noise(n, n, seed: 1).converted(to: T.self)
    var c = Matrix<T>(rows: n, columns: n)
    let seconds = fastest { a.withView { a in c.withMutableView { $0.setProduct(a, a) } } }
    precondition(c[3, 5].isFinite)
    return 2 * Double(n * n * n) / seconds
  }

  fileprivate static func fastest(_ body: () -> Void) -> Double {
    body()
    return (0..<8).map { _ in Timing(samples: 1).median(body) }.min()!
  }
}

/// Two pieces of memory with the same bytes, and the threads that pass over them.
private struct Memory {
  let a: [UInt8]
  let bytes: Int
  let threads: Int

  init(bytes: Int, threads: Int) {
    a = [UInt8](repeating: 7, count: bytes)
    self.bytes = bytes
    self.threads = threads
  }

  /// Each thread its share; read once, written once.
  func copy() -> Double {
    var b = a
    let seconds = b.withUnsafeMutableBytes { b in
      nonisolated(unsafe) let target = b.baseAddress!
      return Limits.fastest { inShares { memcpy(target + $1, $0 + $1, $2) } }
    }
    return 2 * Double(bytes) / seconds
  }

  /// By comparing two copies, which reads both to the end.
  func read() -> Double {
    var b = a
    b[0] = 7
    let seconds = b.withUnsafeMutableBytes { b in
      nonisolated(unsafe) let other = b.baseAddress!
      return Limits.fastest { inShares { precondition(memcmp(other + $1, $0 + $1, $2) == 0) } }
    }
    return 2 * Double(bytes) / seconds
  }

  private func inShares(_ body: @Sendable (_ base: UnsafeRawPointer, _ first: Int, _ count: Int) -> Void) {
    a.withUnsafeBytes { a in
      nonisolated(unsafe) let base = a.baseAddress!
      let share = bytes / threads
      DispatchQueue.concurrentPerform(iterations: threads) { body(base, $0 * share, share) }
    }
  }
}
