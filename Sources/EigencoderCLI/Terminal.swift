import Foundation

/// Standard error: messages, and progress when somebody may be looking.
enum Terminal {
  /// Set once, before any command runs.
  nonisolated(unsafe) static var isQuiet = false
  nonisolated(unsafe) static var isVerbose = false

  static let isInteractive = isatty(STDERR_FILENO) != 0

  static func error(_ text: String) { write(text + "\n") }

  /// Prints an error in one line. Control characters that come from an argument or a path become spaces.
  static func failure(_ text: String) {
    let line = text.unicodeScalars.map { $0.properties.generalCategory == .control ? " " : String($0) }
      .joined()
    error("eigencoder: error: " + line)
  }

  /// A line that --quiet suppresses.
  static func note(_ text: String) {
    if !isQuiet { write((isInteractive ? "\r\u{1B}[K" : "") + text + "\n") }
  }

  /// A line that --verbose asks for.
  static func detail(_ text: () -> String) {
    if isVerbose { note(text()) }
  }

  /// Replaces the last line on a terminal.
  static func replaceLine(_ text: String) { write("\r\u{1B}[K" + text) }

  static var columns: Int { width(of: STDERR_FILENO) ?? 80 }

  /// The width of the terminal that standard output is; nil for a file or a pipe.
  static var outputColumns: Int? { width(of: STDOUT_FILENO) }

  private static func width(of stream: Int32) -> Int? {
    var size = winsize()
    guard ioctl(stream, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 else { return nil }
    return Int(size.ws_col)
  }

  /// Opens /dev/null for each standard stream that is closed, so that the next file does not take its number.
  static func reserveStandardStreams() {
    // Standard output is opened for reading, so that writing a report to it fails and is reported.
    for (stream, mode) in [(STDIN_FILENO, O_RDONLY), (STDOUT_FILENO, O_RDONLY), (STDERR_FILENO, O_WRONLY)]
    where fcntl(stream, F_GETFD) == -1 {
      _ = open("/dev/null", mode)
    }
  }

  /// Ignores failures: there is no other place to report them.
  private static func write(_ text: String) {
    // Nobody may be reading, as after `2>&1 >out | head`: that is no reason to stop the work.
    var (pipe, before) = (sigset_t(), sigset_t())
    sigemptyset(&pipe)
    sigaddset(&pipe, SIGPIPE)
    pthread_sigmask(SIG_BLOCK, &pipe, &before)
    defer { pthread_sigmask(SIG_SETMASK, &before, nil) }
    var rest = Array(text.utf8)[...]
    while !rest.isEmpty {
      let count = rest.withUnsafeBytes { Foundation.write(STDERR_FILENO, $0.baseAddress!, $0.count) }
      if count < 0, errno == EINTR { continue }
      guard count > 0 else {
        // The signal that waits is taken away.
        var none = timespec()
        if errno == EPIPE { sigtimedwait(&pipe, nil, &none) }
        return
      }
      rest = rest.dropFirst(count)
    }
  }
}
