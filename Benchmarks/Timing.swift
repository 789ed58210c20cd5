/// Times bodies in turn, so that a drift of the machine's speed touches them alike.
///
/// - Returns: the median seconds of each body, after a warm-up.
func medians(repetitions: Int, warmup: Int = 5, _ bodies: [() -> Void]) -> [Double] {
  var samples = bodies.map { _ in [Double]() }
  for repetition in 0..<warmup + repetitions {
    for (index, body) in bodies.enumerated() {
      let start = ContinuousClock.now
      body()
      let elapsed = (ContinuousClock.now - start).components
      if repetition >= warmup {
        samples[index].append(Double(elapsed.seconds) + Double(elapsed.attoseconds) * 1e-18)
      }
    }
  }
  return samples.map { $0.sorted()[$0.count / 2] }
}

/// Columns of equal width, numbers to the right.
func printTable(_ rows: [[String]]) {
  let widths = rows[0].indices.map { column in rows.map { $0[column].count }.max()! }
  for row in rows {
    let cells = row.indices.map { column in
      let space = String(repeating: " ", count: widths[column] - row[column].count)
      return column == 0 ? row[column] + space : space + row[column]
    }
    print(cells.joined(separator: "  "))
  }
}
