import Eigencoder
import Foundation

/// Ctrl-C and SIGTERM while methods are fitted: stop after the batch, keep what was reached and report it. A second
/// signal ends the program at once.
enum Interrupt {
  /// The first signal that came; 0 for none.
  nonisolated(unsafe) private static var received: sig_atomic_t = 0

  static var isRequested: Bool { received != 0 }

  /// 128 plus the number of the signal, as shells have it: 130 after Ctrl-C, 143 after SIGTERM.
  static var exitStatus: Int32 { 128 + Int32(received) }

  /// How many training rows are measured after an interruption, when somebody is waiting. They give three digits.
  static let rowLimit = 4096

  /// How many of `rows` rows to measure after an interruption; nil for all of them, also without an interruption.
  static func limit(rows: Int) -> Int? { isRequested && rows > rowLimit ? rowLimit : nil }

  /// Tells the user what the program still does.
  static func announce() {
    if isRequested { Terminal.note("interrupted: measuring what was reached; a second time ends at once") }
  }

  static func watch() {
    handle { number in
      Interrupt.received = sig_atomic_t(number)
      Interrupt.endAtOnce()
    }
  }

  /// For commands that have no partial result: the first signal ends the program, and unfinished files are removed.
  static func endAtOnce() {
    handle { number in
      UnfinishedFiles.removeAll()
      signal(number, SIG_DFL)
      raise(number)
    }
  }

  private static func handle(by handler: @escaping @convention(c) (Int32) -> Void) {
    // The parent process may have blocked these signals.
    var signals = sigset_t()
    sigemptyset(&signals)
    for number in [SIGINT, SIGTERM] {
      sigaddset(&signals, number)
      signal(number, handler)
    }
    pthread_sigmask(SIG_UNBLOCK, &signals, nil)
  }
}
