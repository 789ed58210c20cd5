import Eigencoder
import Foundation

/// Ctrl-C, SIGTERM and SIGHUP while methods are fitted: stop after the batch, keep what was reached and report it. A second
/// signal ends the program at once, as Ctrl-\ does.
enum Interrupt {
  /// The first signal that came; 0 for none.
  nonisolated(unsafe) private static var received: sig_atomic_t = 0

  static var isRequested: Bool { received != 0 }

  /// 128 plus the number of the signal, as shells have it: 129 after SIGHUP, 130 after Ctrl-C, 143 after SIGTERM.
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
  static func endAtOnce() { handle(by: end) }

  private static let end: @convention(c) (Int32) -> Void = { number in
    UnfinishedFiles.removeAll()
    signal(number, SIG_DFL)
    raise(number)
  }

  private static func handle(by handler: @escaping @convention(c) (Int32) -> Void) {
    // The parent process may have blocked these signals.
    var signals = sigset_t()
    sigemptyset(&signals)
    for number in [SIGINT, SIGTERM, SIGHUP, SIGQUIT] {
      // `nohup` has SIGHUP ignored.
      var action = sigaction()
      sigaction(number, nil, &action)
      if number == SIGHUP, isIgnored(action) { continue }
      sigaddset(&signals, number)
      signal(number, number == SIGQUIT ? end : handler)
    }
    pthread_sigmask(SIG_UNBLOCK, &signals, nil)
  }

  private static func isIgnored(_ action: sigaction) -> Bool {
    // SIG_IGN is the number 1 in place of a function.
    unsafeBitCast(action.__sigaction_handler.sa_handler, to: Int.self) == 1
  }
}
