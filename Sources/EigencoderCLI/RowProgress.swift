import Eigencoder
import Foundation

/// Shows how far a file has been read. On a terminal it is a bar with the rate and the time left, otherwise a line every
/// five seconds. Nothing is shown for input of unknown length. What is read again and again says which pass it is.
final class RowProgress {
  private let title: String
  private var start = Date()
  /// Readers so far: one a pass.
  private var passes = 0
  private var passEnd = Date()
  private weak var reader: RowReader?
  private var lastShown = Date()
  private var isShown = false

  init(_ title: String) { self.title = title }

  deinit { if isShown, Terminal.isInteractive { Terminal.replaceLine("") } }

  func report(_ reader: RowReader) {
    let now = Date()
    if self.reader !== reader {
      // Rows have been read by now: a pass began when the last one ended.
      if passes > 0 { start = passEnd }
      self.reader = reader
      passes += 1
    }
    passEnd = now
    guard !Terminal.isQuiet, now.timeIntervalSince(lastShown) >= (Terminal.isInteractive ? 0.3 : 5),
      let share = reader.fraction, share > 0
    else { return }
    (lastShown, isShown) = (now, true)
    let seconds = now.timeIntervalSince(start)
    let rate = Double(reader.rowsRead) / seconds
    Progress.draw(
      "\(title)\(passes > 1 ? ", pass \(passes)" : "")  \(counted(reader.rowsRead, "row"))  \(rate.significant(3)) rows/s  "
        + "\(Progress.clock(seconds / share * (1 - share))) left", share: min(1, share))
  }
}
