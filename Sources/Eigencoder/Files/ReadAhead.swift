internal import Foundation
internal import Synchronization

/// Reading on a thread of its own: one buffer is filled while the other is used.
package enum ReadAhead {
  /// Calls `fill` for the buffers in turn on another thread, and `use` on this one for what it has filled, in the same order.
  ///
  /// It ends when `fill` returns 0, when `use` returns false, and when either throws: what is thrown is thrown here, errors of
  /// `fill` after everything that was filled before them has been used. Nothing runs any more when it returns.
  package static func run<Buffer>(
    _ buffers: (Buffer, Buffer), fill: (Buffer) throws -> Int, use: (Buffer, Int) throws -> Bool
  ) throws {
    try withoutActuallyEscaping(fill) { fill in
      let state = State(buffers, fill)
      let thread = Thread { state.fillAll() }
      thread.start()
      // The thread may be waiting for a buffer.
      defer { state.end() }
      var slot = 0
      while case let count = try state.filled(slot), count > 0 {
        guard try use(state.buffers[slot], count) else { return }
        state.release()
        slot = 1 - slot
      }
    }
  }

  /// What both threads share. The semaphores order every access to the results.
  private final class State<Buffer>: @unchecked Sendable {
    let buffers: [Buffer]
    /// nil when the thread has ended: the closure belongs to the caller, and the thread may live a little longer.
    private var fill: ((Buffer) throws -> Int)?
    private var results: [Result<Int, any Error>?] = [nil, nil]
    private let isEnding = Atomic(false)
    /// Counts up to 2 from 0: a semaphore must not end with less than it began with.
    private let free = DispatchSemaphore(value: 0)
    private let full = DispatchSemaphore(value: 0)
    private let done = DispatchSemaphore(value: 0)

    init(_ buffers: (Buffer, Buffer), _ fill: @escaping (Buffer) throws -> Int) {
      self.buffers = [buffers.0, buffers.1]
      self.fill = fill
      for _ in self.buffers { free.signal() }
    }

    func fillAll() {
      defer {
        fill = nil
        done.signal()
      }
      var slot = 0
      while true {
        free.wait()
        if isEnding.load(ordering: .acquiring) { return }
        let result = Result { try fill?(buffers[slot]) ?? 0 }
        results[slot] = result
        full.signal()
        guard case .success(let count) = result, count > 0 else { return }
        slot = 1 - slot
      }
    }

    func filled(_ slot: Int) throws -> Int {
      full.wait()
      return try results[slot]?.get() ?? 0
    }

    func release() { free.signal() }

    func end() {
      isEnding.store(true, ordering: .releasing)
      free.signal()
      done.wait()
    }
  }
}
