import Eigencoder
import Foundation

/// The last resort where memory ends that no estimate has asked for: the Swift runtime says how many bytes it did not
/// get, and aborts. Unfinished files are removed, and one line follows in place of a stack trace.
enum OutOfMemory {
  private static let text: StaticString = "eigencoder: error: memory has run out, or the system library stopped the program\n"

  static func watch() {
    // Not looked up while memory is short.
    _ = text.utf8CodeUnitCount
    signal(SIGABRT) { _ in
      UnfinishedFiles.removeAll()
      _ = Foundation.write(STDERR_FILENO, OutOfMemory.text.utf8Start, OutOfMemory.text.utf8CodeUnitCount)
      _exit(ExitStatus.internalFailure)
    }
  }
}
