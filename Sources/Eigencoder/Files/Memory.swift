internal import Foundation

/// What this process may still take: a failed allocation ends it, so that sizes are checked before.
///
/// The least of three: the memory of the machine, what the control groups of the process leave of theirs, and
/// what `ulimit -v` (address space) and `ulimit -d` (data) leave.
package enum Memory {
  /// Bytes that are left, and of what.
  struct Left: Equatable {
    var bytes: Int
    /// "of this machine", "of the control group", "of the address space (ulimit -v)", ...
    var owner: String
  }

  /// Bytes that can still be taken. Where address space is limited, what linear algebra needs of it is mapped first.
  static var left: Left {
    var found = [Left(bytes: Int(clamping: ProcessInfo.processInfo.physicalMemory), owner: "of this machine")]
    if let group = ControlGroup.left() { found.append(Left(bytes: group, owner: "of the control group")) }
    var limits = underLimits()
    if let room = limits.map(\.bytes).min() {
      let reserve = BLAS.mapBuffers(within: room)
      limits = underLimits(reserving: reserve)
    }
    found += limits
    return found.min { $0.bytes < $1.bytes }!
  }

  /// What the limits of the process leave; nothing where there are none.
  static func underLimits(reserving reserve: Int = 0) -> [Left] {
    let limits = [
      (Int(RLIMIT_AS.rawValue), 0, "of the address space (ulimit -v)"),
      (Int(RLIMIT_DATA.rawValue), 5, "of the data segment (ulimit -d)"),
    ].compactMap { resource, field, owner -> (Int, Int, String)? in
      var limit = rlimit()
      guard getrlimit(__rlimit_resource_t(UInt32(resource)), &limit) == 0, limit.rlim_cur < 1 << 60 else {
        return nil
      }
      return (Int(limit.rlim_cur), field, owner)
    }
    guard !limits.isEmpty else { return [] }
    // Pages: all, resident, shared, code, unused, data and stack.
    let pages =
      (try? String(contentsOfFile: "/proc/self/statm", encoding: .utf8))?.split(separator: " ").map {
        Int($0) ?? 0
      } ?? []
    return limits.map { limit, field, owner in
      let used = field < pages.count ? pages[field] * sysconf(Int32(_SC_PAGESIZE)) : 0
      return Left(bytes: max(0, limit - used - reserve), owner: owner)
    }
  }

  /// Throws `.invalidData` when `bytes` more exceed what is left.
  ///
  /// - Parameter what: what takes them, "x.npy: 3 x 4 numbers".
  static func require(_ bytes: Double, _ what: @autoclosure () -> String) throws {
    // Nothing is asked of the system for what is small.
    guard bytes > 1_000_000 else { return }
    let left = Memory.left
    guard bytes <= Double(left.bytes) else {
      throw EigencoderError.invalidData(
        "\(what()): about \(megabytes(bytes)) MB do not fit into the \(left.bytes >> 20) MB \(left.owner)")
    }
  }

  /// Throws `.invalidData` when rows x columns numbers exceed what is left.
  static func require<T: Scalar>(rows: Int, columns: Int, of type: T.Type, name: String) throws {
    try require(
      Double(rows) * Double(columns) * Double(MemoryLayout<T>.stride), "\(name): \(rows) x \(columns) numbers"
    )
  }

  private static func megabytes(_ bytes: Double) -> String { (bytes / Double(1 << 20)).fixed(0) }
}

extension Memory {
  /// Checks the room that the BLAS takes for itself: it waits for ever where it gets none. Under a limit of the
  /// address space as many threads as leave half of it to the data.
  ///
  /// - Throws: `.numericalFailure` where there is not even room for one thread.
  package static func prepareForComputing() throws {
    // A stack, and small pieces.
    let margin = 8 << 20
    // The threads with which the BLAS began map their buffers when they first run. Until then it is not known what is left.
    // Where it is too little for one of them, they never will.
    let start = ContinuousClock.now
    while let room = underLimits().map(\.bytes).min(), room >= BLAS.bufferBytes,
      BLAS.threadsWithoutBuffer > 0, ContinuousClock.now - start < .seconds(10)
    {
      usleep(1000)
    }
    guard let left = underLimits().min(by: { $0.bytes < $1.bytes }) else { return }
    guard left.bytes >= BLAS.bufferBytes + margin else {
      throw EigencoderError.numericalFailure(
        "expected at least \((BLAS.bufferBytes + margin) >> 20) MB for linear algebra, "
          + "got \(left.bytes >> 20) MB that are left \(left.owner)")
    }
    let most = max(1, left.bytes / 2 / (BLAS.bufferBytes + margin))
    if BLAS.threads > most { BLAS.threads = most }
  }
}
