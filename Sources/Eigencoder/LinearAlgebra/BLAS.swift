internal import CLAPACK
internal import Glibc

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

  /// The number of threads that BLAS may use; 1 when it cannot say.
  public static var threads: Int {
    get {
      prepare()
      guard let count = symbol("openblas_get_num_threads", as: (@convention(c) () -> Int32).self) else {
        return 1
      }
      return Int(count())
    }
    set {
      prepare()
      symbol("openblas_set_num_threads", as: (@convention(c) (Int32) -> Void).self)?(Int32(max(1, newValue)))
    }
  }

  /// Runs `body` with one BLAS thread when its products are too small to share out, of about `flops` each: waking a
  /// second thread costs some 10 microseconds, and more where the processors are busy.
  package static func withThreads<R>(forProductsOf flops: Double, _ body: () throws -> R) rethrows -> R {
    let before = threads
    guard before > 1, flops < 8e6 else { return try body() }
    threads = 1
    defer { threads = before }
    return try body()
  }

  /// Chooses the kernels; every call into BLAS or LAPACK passes here first. One test after the first time.
  static func prepare() { _ = prepared }

  private static let prepared: Bool = {
    typealias Action = @convention(c) () -> Void
    guard getenv("OPENBLAS_CORETYPE") == nil, processorHasAVX512,
      let name = symbol("openblas_get_corename", as: (@convention(c) () -> UnsafePointer<CChar>?).self),
      let quit = symbol("gotoblas_dynamic_quit", as: Action.self),
      let start = symbol("gotoblas_dynamic_init", as: Action.self)
    else { return true }
    // Kernels made for AVX-512 already (SkylakeX, Cooperlake, SapphireRapids, Zen with its own) are left alone.
    guard let current = name().map({ String(cString: $0) }), ["Haswell", "Zen"].contains(current) else {
      return true
    }
    setenv("OPENBLAS_CORETYPE", "SkylakeX", 1)
    quit()
    start()
    // What a child process inherits is the user's choice, not ours.
    unsetenv("OPENBLAS_CORETYPE")
    return true
  }()

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
