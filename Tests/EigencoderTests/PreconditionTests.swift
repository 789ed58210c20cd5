import Eigencoder
import Testing

// A caller's mistake ends the process. These run it in a process of their own and read what it says; they hold in a release
// build too, where the standard library's `precondition` says nothing.

@Suite struct PreconditionTests {
  @Test func aWrongWidthSaysGotAndNeeded() async throws {
    let result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      let pca = try PCA(latent: 1).fitted(to: Matrix<Float>([[0, 1, 2], [1, 3, 1], [2, 0, 5]]))
      _ = pca.encode(Matrix<Float>(rows: 2, columns: 4))
    }
    try expectText("PrincipalComponents.swift", "encode needs 3 columns, got 4", in: result)
  }

  @Test func aMatrixOfTooFewElementsSaysBothCounts() async throws {
    let result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      _ = Matrix<Double>(rows: 2, columns: 3, [1, 2, 3])
    }
    try expectText("Matrix.swift", "2 x 3 needs 6 elements, got 3", in: result)
  }

  @Test func anIndexOutsideOfAViewIsNamed() async throws {
    let result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      Matrix<Float>(rows: 2, columns: 3).withView { _ = $0[2, 0] }
    }
    try expectText("MatrixView.swift", "[2, 0] of 2 x 3", in: result)
  }

  @Test func aVarianceOfOneSampleSaysHowManyItNeeds() async throws {
    let result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      _ = Moments(of: Matrix<Float>([[1, 2]])).covariance
    }
    try expectText("Moments.swift", "a covariance needs two samples, got 1", in: result)
  }

  /// What a mistake of the library itself would say: a failure that nothing but its own code can cause.
  @Test func aTypeThatAFormatLacksIsNamed() async throws {
    let result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      let file = try OutputFile(replacing: .init(fileURLWithPath: "/dev/null"))
      _ = try FileFormat.csv.sink(to: file, columns: 1, rows: nil, as: .bfloat16)
    }
    try expectText("FileFormat.swift", "csv does not hold bfloat16", in: result)
  }

  private func expectText(
    _ file: String, _ text: String, in result: ExitTest.Result?,
    sourceLocation: SourceLocation = #_sourceLocation
  ) throws {
    let bytes = try #require(result, sourceLocation: sourceLocation).standardErrorContent
    let lines = String(decoding: bytes, as: UTF8.self).split(separator: "\n")
    #expect(
      lines.contains { $0.contains(file) && $0.hasSuffix("Fatal error: \(text)") }, "\(lines)",
      sourceLocation: sourceLocation)
  }
}
