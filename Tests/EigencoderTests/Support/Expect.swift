import Eigencoder
import Testing

/// The one way in which tests compare numbers: counts first, then every element against an error that is
/// relative to the largest expected magnitude (or to `scale`), and the first failure names its index.
func expectClose<T: Scalar>(
  _ actual: [T], _ expected: [T], within tolerance: Double, scale: Double? = nil, _ what: String = "",
  sourceLocation: SourceLocation = #_sourceLocation
) {
  guard actual.count == expected.count else {
    Issue.record(
      "\(what): \(actual.count) elements, expected \(expected.count)", sourceLocation: sourceLocation)
    return
  }
  let scale = scale ?? expected.reduce(0.0) { max($0, Double($1.magnitude)) }
  for i in actual.indices {
    let error = abs(Double(actual[i]) - Double(expected[i]))
    // Written so that NaN fails; equal infinities and exact zeros pass.
    if !(error <= tolerance * scale || actual[i] == expected[i]) {
      Issue.record(
        "\(what)[\(i)]: \(actual[i]), expected \(expected[i]): error \(error / scale) of the scale, allowed \(tolerance)",
        sourceLocation: sourceLocation)
      return
    }
  }
}

func expectClose<T: Scalar>(
  _ actual: Matrix<T>, _ expected: Matrix<T>, within tolerance: Double, scale: Double? = nil,
  _ what: String = "",
  sourceLocation: SourceLocation = #_sourceLocation
) {
  guard actual.rows == expected.rows, actual.columns == expected.columns else {
    Issue.record(
      "\(what): \(actual.rows) x \(actual.columns), expected \(expected.rows) x \(expected.columns)",
      sourceLocation: sourceLocation)
    return
  }
  expectClose(
    actual.elements, expected.elements, within: tolerance, scale: scale, what, sourceLocation: sourceLocation)
}

func expectClose(
  _ actual: Double, _ expected: Double, within tolerance: Double, _ what: String = "",
  sourceLocation: SourceLocation = #_sourceLocation
) {
  expectClose([actual], [expected], within: tolerance, what, sourceLocation: sourceLocation)
}

/// Runs `body`, which must throw the given kind of error with `fragment` in its one line.
func expectError(
  _ kind: (String) -> EigencoderError, containing fragment: String,
  sourceLocation: SourceLocation = #_sourceLocation,
  _ body: () throws -> Void
) {
  do {
    try body()
    Issue.record("no error, expected one with \"\(fragment)\"", sourceLocation: sourceLocation)
  } catch let error as EigencoderError {
    #expect(error == kind(error.description), "another kind: \(error)", sourceLocation: sourceLocation)
    #expect(error.description.contains(fragment), "\(error)", sourceLocation: sourceLocation)
    #expect(!error.description.contains("\n"), sourceLocation: sourceLocation)
  } catch {
    Issue.record("another type of error: \(error)", sourceLocation: sourceLocation)
  }
}
