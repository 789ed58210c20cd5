import Eigencoder
import Foundation

/// Shows how far a file has been read. On a terminal it is a bar with the rate and the time left, otherwise a line every
/// five seconds. Nothing is shown for input of unknown length.
final class RowProgress {
  private let title: String
  private let start = Date()
  private var lastShown = Date()
  private var isShown = false

  init(_ title: String) { self.title = title }

  deinit { if isShown, Terminal.isInteractive { Terminal.replaceLine("") } }

  func report(_ reader: RowReader) {
    let now = Date()
    guard !Terminal.isQuiet, now.timeIntervalSince(lastShown) >= (Terminal.isInteractive ? 0.3 : 5),
      let share = reader.fraction, share > 0
    else { return }
    (lastShown, isShown) = (now, true)
    let seconds = now.timeIntervalSince(start)
    let rate = Double(reader.rowsRead) / seconds
    Progress.draw(
      "\(title)  \(counted(reader.rowsRead, "row"))  \(rate.significant(3)) rows/s  "
        + "\(Progress.clock(seconds / share * (1 - share))) left", share: min(1, share))
  }
}
