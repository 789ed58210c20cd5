internal import CKernels
internal import CLAPACK
internal import Foundation
internal import Glibc
internal import Synchronization

/// Which BLAS runs, and with how many threads.
///
/// Debian 12's OpenBLAS 0.3.21 does not know newer AVX-512 processors and falls back to its Haswell
/// kernels, half as fast. Before the first call we ask it to choose again, for SkylakeX, when
/// - the library loaded is an OpenBLAS that exports the functions that choose,
/// - the processor has AVX-512 F, BW, DQ, VL and CD, and
/// - the user has not chosen with OPENBLAS_CORETYPE.
public enum BLAS {
  /// The kernels in use ("SkylakeX", "Haswell", ...), or "unknown" for another BLAS than OpenBLAS.
  public static var kernels: String {
    prepare()
    guard let name = symbol("openblas_get_corename", as: (@convention(c) () -> UnsafePointer<CChar>?).self)
    else { return "unknown" }
    return name().map { String(cString: $0) } ?? "unknown"
  }

  /// The BLAS as it describes itself: name, version and build options.
  public static var configuration: String {
    prepare()
    guard let text = symbol("openblas_get_config", as: (@convention(c) () -> UnsafePointer<CChar>?).self)
    else { return "unknown BLAS" }
    return text().map { String(cString: $0) } ?? "unknown BLAS"
  }

  /// The number of threads among which products and long loops are shared, from 1 to 64: OPENBLAS_NUM_THREADS or else
  /// the number of processors.
  ///
  /// Products, loops and sums are the same bits for any number of threads. Decompositions of order 1000 and above, which
  /// LAPACK shares among as many threads, are the same bits for the same number, and the same to rounding for another.
  public static var threads: Int {
    get {
      prepare()
      return Int(ek_threads())
    }
    set {
      prepare()
      ek_set_threads(Int32(clamping: max(1, newValue)))
    }
  }

  /// Runs `body` with another number of threads for what the calling thread computes in it. Other threads of the process
  /// keep theirs.
  package static func withThreads<R>(_ count: Int, _ body: () throws -> R) rethrows -> R {
    prepare()
    let outer = ek_set_caller_threads(Int32(clamping: max(1, count)))
    defer { _ = ek_set_caller_threads(outer) }
    return try body()
  }

  /// Runs `body`, calls of LAPACK alone for matrices of this order, while no other thread calls LAPACK.
  ///
  /// Large matrices get threads of the BLAS itself. Their number belongs to the whole process, so that meanwhile the
  /// products of other threads wait. Below an order of 1000 one thread was faster, since the BLAS wakes the others for
  /// every product, some thousands of times.
  package static func decomposing<R>(order: Int, _ body: () throws -> R) rethrows -> R {
    prepare()
    return try lapack.withLock { _ in
      let count = threads
      guard count > 1, order >= 1000 else { return try body() }
      ek_hold_products()
      setOwnThreads(count)
      defer {
        setOwnThreads(1)
        ek_release_products()
      }
      return try body()
    }
  }

  /// The address space that OpenBLAS maps for each thread that computes, in bytes. Where it gets none it asks again
  /// and again, without end.
  package static let bufferBytes = 128 << 20

  /// The threads with which OpenBLAS began, at the start of the program, and which have not mapped their buffers yet. To be asked
  /// before there are other threads.
  static var threadsWithoutBuffer: Int {
    guard symbol("blas_memory_alloc", as: (@convention(c) (Int32) -> UnsafeMutableRawPointer?).self) != nil,
      let tasks = try? FileManager.default.contentsOfDirectory(atPath: "/proc/self/task"),
      let maps = try? String(contentsOfFile: "/proc/self/maps", encoding: .utf8)
    else { return 0 }
    // "7ff6f5a00000-7ff6fda00000 rw-p 00000000 00:00 0": writable memory of no file. Buffers beside each other are one line.
    let mapped = maps.split(separator: "\n").reduce(0) { sum, line in
      let fields = line.split(separator: " ")
      guard fields.count == 5, fields[1] == "rw-p" else { return sum }
      let ends = fields[0].split(separator: "-").compactMap { Int($0, radix: 16) }
      return ends.count == 2 ? sum + (ends[1] - ends[0]) / bufferBytes : sum
    }
    return max(0, tasks.count - 1 - mapped)
  }

  /// Maps the buffers of all threads at once, so that later products need no more address space.
  ///
  /// - Parameter room: bytes that are left.
  /// - Returns: the bytes that threads may still map: 0, or all where there is no room for them now, or no OpenBLAS that
  ///   can be asked.
  static func mapBuffers(within room: Int) -> Int {
    let wanted = threads
    return mappedBuffers.withLock { mapped in
      if mapped >= wanted { return 0 }
      guard room > (wanted - mapped) * bufferBytes,
        let take = symbol("blas_memory_alloc", as: (@convention(c) (Int32) -> UnsafeMutableRawPointer?).self),
        let give = symbol("blas_memory_free", as: (@convention(c) (UnsafeMutableRawPointer?) -> Void).self)
      else { return (wanted - mapped) * bufferBytes }
      // A buffer that is given back stays mapped, for whoever takes the next one.
      let buffers = (0..<wanted).map { _ in take(0) }
      buffers.forEach(give)
      mapped = wanted
      return 0
    }
  }

  private static let mappedBuffers = Mutex(0)

  private static let lapack = Mutex(())

  /// Chooses the kernels; every call into BLAS or LAPACK passes here first. One test after the first time.
  static func prepare() { _ = prepared }

  private static let prepared: Bool = {
    chooseKernels()
    // Our own team of threads shares out what the BLAS computes (Sources/CKernels/team.h).
    setOwnThreads(1)
    return true
  }()

  private static func setOwnThreads(_ count: Int) {
    symbol("openblas_set_num_threads", as: (@convention(c) (Int32) -> Void).self)?(Int32(clamping: count))
  }

  private static func chooseKernels() {
    typealias Action = @convention(c) () -> Void
    guard getenv("OPENBLAS_CORETYPE") == nil, processorHasAVX512,
      let name = symbol("openblas_get_corename", as: (@convention(c) () -> UnsafePointer<CChar>?).self),
      let quit = symbol("gotoblas_dynamic_quit", as: Action.self),
      let start = symbol("gotoblas_dynamic_init", as: Action.self)
    else { return }
    // Kernels made for AVX-512 already (SkylakeX, Cooperlake, SapphireRapids, Zen with its own) are left alone.
    guard let current = name().map({ String(cString: $0) }), ["Haswell", "Zen"].contains(current) else {
      return
    }
    setenv("OPENBLAS_CORETYPE", "SkylakeX", 1)
    quit()
    start()
    // What a child process inherits is the user's choice, not ours.
    unsetenv("OPENBLAS_CORETYPE")
  }

  private static func symbol<F>(_ name: String, as type: F.Type) -> F? {
    // RTLD_DEFAULT is the null handle on Linux.
    dlsym(nil, name).map { unsafeBitCast($0, to: type) }
  }

  private static var processorHasAVX512: Bool {
    #if arch(x86_64)
      eigencoder_has_avx512() != 0
    #else
      false
    #endif
  }
}
