import Eigencoder
import Foundation

/// Ctrl-C and SIGTERM while methods are fitted: stop after the batch, keep what was reached and report it. A second
/// signal ends the program at once.
enum Interrupt {
  /// The first signal that came; 0 for none.
  nonisolated(unsafe) private static var received: sig_atomic_t = 0

  static var isRequested: Bool { received != 0 }

  /// As shells tell it: 130 after Ctrl-C, 143 after SIGTERM.
  static var exitStatus: Int32 { 128 + Int32(received) }

  /// The training rows that are measured after an interruption, when somebody is waiting: enough for three digits.
  static let rowLimit = 4096

  /// The same, of so many rows; nil for all, while nothing was interrupted.
  static func limit(rows: Int) -> Int? { isRequested && rows > rowLimit ? rowLimit : nil }

  /// Says what is being waited for.
  static func announce() {
    if isRequested { Terminal.note("interrupted: measuring what was reached; a second time ends at once") }
  }

  static func watch() {
    handle { number in
      Interrupt.received = sig_atomic_t(number)
      Interrupt.endAtOnce()
    }
  }

  /// For commands whose result is nothing before its end: the first signal ends the program, which leaves no file
  /// behind that is not whole.
  static func endAtOnce() {
    handle { number in
      UnfinishedFiles.removeAll()
      signal(number, SIG_DFL)
      raise(number)
    }
  }

  private static func handle(by handler: @escaping @convention(c) (Int32) -> Void) {
    // A parent may have left them blocked.
    var signals = sigset_t()
    sigemptyset(&signals)
    for number in [SIGINT, SIGTERM] {
      sigaddset(&signals, number)
      signal(number, handler)
    }
    pthread_sigmask(SIG_UNBLOCK, &signals, nil)
  }
}
