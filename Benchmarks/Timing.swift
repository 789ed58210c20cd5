/// How long something takes: a median, after a warm-up.
struct Timing {
  /// Samples of the median; nil for as many as fit into 0.4 s, and at least 5.
  var samples: Int?

  /// The median seconds of a call. Short calls are timed in groups of at least 5 ms, as those of the peers are.
  func median(_ body: () throws -> Void) rethrows -> Double {
    let first = try seconds(of: 1, body)
    if first < 1 { for _ in 0..<3 { try body() } }
    let once = first < 1 ? try seconds(of: 1, body) : first
    let group = max(1, Int((5e-3 / once).rounded(.up)))
    let start = ContinuousClock.now
    var times: [Double] = []
    while times.count < samples ?? 5 || (samples == nil && elapsed(since: start) < 0.4) {
      times.append(try seconds(of: group, body) / Double(group))
    }
    return times.sorted()[times.count / 2]
  }

  private func seconds(of count: Int, _ body: () throws -> Void) rethrows -> Double {
    let start = ContinuousClock.now
    for _ in 0..<count { try body() }
    return elapsed(since: start)
  }

  private func elapsed(since start: ContinuousClock.Instant) -> Double {
    let elapsed = (ContinuousClock.now - start).components
    return Double(elapsed.seconds) + Double(elapsed.attoseconds) * 1e-18
  }
}
