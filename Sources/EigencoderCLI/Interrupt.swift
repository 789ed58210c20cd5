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
    // A parent may have left them blocked.
    var signals = sigset_t()
    sigemptyset(&signals)
    for number in [SIGINT, SIGTERM] {
      sigaddset(&signals, number)
      signal(number) { number in
        Interrupt.received = sig_atomic_t(number)
        signal(SIGINT, SIG_DFL)
        signal(SIGTERM, SIG_DFL)
      }
    }
    pthread_sigmask(SIG_UNBLOCK, &signals, nil)
  }
}
