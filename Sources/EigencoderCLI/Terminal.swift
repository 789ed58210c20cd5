import Foundation

/// Standard error: messages, and progress when somebody may be looking.
enum Terminal {
  /// Set once, before any command runs.
  nonisolated(unsafe) static var isQuiet = false

  static let isInteractive = isatty(STDERR_FILENO) != 0

  static func error(_ text: String) { write(text + "\n") }

  /// A line that --quiet suppresses.
  static func note(_ text: String) {
    if !isQuiet { write((isInteractive ? "\r\u{1B}[K" : "") + text + "\n") }
  }

  /// Replaces the last line on a terminal.
  static func replaceLine(_ text: String) { write("\r\u{1B}[K" + text) }

  static var columns: Int {
    var size = winsize()
    guard ioctl(STDERR_FILENO, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 else { return 80 }
    return Int(size.ws_col)
  }

  private static func write(_ text: String) { FileHandle.standardError.write(Data(text.utf8)) }
}

/// Ctrl-C during training: stop after the batch and keep what was reached. A second one ends at once.
enum Interrupt {
  nonisolated(unsafe) private static var flag: sig_atomic_t = 0

  static var isRequested: Bool { flag != 0 }

  static func watch() {
    signal(SIGINT) { _ in
      Interrupt.flag = 1
      signal(SIGINT, SIG_DFL)
    }
  }
}
