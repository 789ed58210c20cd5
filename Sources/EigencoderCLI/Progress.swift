import Eigencoder
import Foundation

/// Shows the progress of training. On a terminal it is a bar with the rate and the time left, otherwise a line every
/// five seconds.
final class Progress {
  private let title: String
  private let rows: Int
  private let start = Date()
  private var lastShown = Date.distantPast
  /// The last progress of the current epoch.
  private var last: TrainingProgress?

  /// - Parameter rows: the number of rows of an epoch, for the rate.
  init(_ title: String, rows: Int) {
    self.title = title
    self.rows = rows
  }

  /// Shows `progress` when it is time to; false when the user has asked to stop.
  func report(_ progress: TrainingProgress) -> Bool {
    if let last, last.epoch < progress.epoch { describe(last, validation: progress.validation) }
    last = progress
    let interval = Terminal.isInteractive ? 0.1 : 5
    let now = Date()
    if !Terminal.isQuiet, now.timeIntervalSince(lastShown) >= interval, now.timeIntervalSince(start) > 0.3 {
      lastShown = now
      show(progress, seconds: now.timeIntervalSince(start))
    }
    return !Interrupt.isRequested
  }

  /// Clears the bar.
  func finish(_ history: History?) {
    if !Terminal.isQuiet, Terminal.isInteractive { Terminal.replaceLine("") }
    if let last, let epoch = history?.epochs.last, epoch.epoch == last.epoch {
      describe(last, validation: epoch.validation)
    }
  }

  /// With --verbose, prints a line for an epoch that has ended.
  private func describe(_ progress: TrainingProgress, validation: Double?) {
    Terminal.detail {
      "\(title)  epoch \(progress.epoch)/\(progress.epochs)  loss \(progress.loss.significant(6))"
        + (validation.map { "  validation \($0.significant(6))" } ?? "")
    }
  }

  private func show(_ progress: TrainingProgress, seconds: Double) {
    let done =
      (Double(progress.epoch - 1) + Double(progress.batch) / Double(progress.batches))
      / Double(progress.epochs)
    let left = seconds / done * (1 - done)
    let rate = done * Double(progress.epochs) * Double(rows) / seconds
    var text = "\(title)  epoch \(progress.epoch)/\(progress.epochs)  loss \(progress.loss.significant(4))"
    if let validation = progress.validation { text += "  validation \(validation.significant(4))" }
    text += "  \(rate.significant(3)) rows/s  \(Self.clock(left)) left"
    Self.draw(text, share: done)
  }

  /// On a terminal, replaces the last line by a bar and the text; otherwise prints a line.
  static func draw(_ text: String, share: Double) {
    guard Terminal.isInteractive else {
      Terminal.note("\(Int(share * 100)) %  " + text)
      return
    }
    let width = min(24, max(0, Terminal.columns - text.count - 5))
    let full = Int((share * Double(width)).rounded(.down))
    let bar = String(repeating: "█", count: full) + String(repeating: "░", count: width - full)
    Terminal.replaceLine(String("\(bar) \(text)".prefix(max(20, Terminal.columns - 1))))
  }

  static func clock(_ seconds: Double) -> String {
    let total = Int(seconds.rounded())
    return total >= 3600
      ? String(format: "%d:%02d:%02d", total / 3600, total / 60 % 60, total % 60)
      : String(format: "%d:%02d", total / 60, total % 60)
  }
}

extension Method {
  /// Fits a resolved method with a bar for the epochs; Ctrl-C stops after the batch.
  func fittedWithProgress<T: Scalar>(to x: Matrix<T>) throws -> FittedMethod<T> {
    try withProgress(rows: x.rows, columns: x.columns) { monitor in
      try fitted(to: x, progress: monitor.progress, shouldStop: monitor.shouldStop)
    }
  }

  /// The same for the rows of a file, of which these are the facts.
  func fittedWithProgress<T: Scalar>(toRowsOf file: RowFile, _ facts: DataSummary) throws -> FittedMethod<T> {
    try withProgress(rows: file.rows, columns: file.columns) { try fitted(toRowsOf: file, facts, $0) }
  }

  private func withProgress<T: Scalar>(
    rows: Int, columns: Int, _ fit: (TrainingMonitor) throws -> FittedMethod<T>
  ) throws -> FittedMethod<T> {
    guard let architecture = try architecture(inputs: columns) else { return try fit(TrainingMonitor()) }
    let progress = Progress("\(name) \(architecture.widthsDescription)", rows: rows)
    var history: History?
    defer { progress.finish(history) }
    let fitted = try fit(
      TrainingMonitor(progress: { progress.report($0) }, shouldStop: { Interrupt.isRequested }))
    history = fitted.history
    if let note = fitted.note { Terminal.note("eigencoder: \(name): \(note)") }
    return fitted
  }
}
