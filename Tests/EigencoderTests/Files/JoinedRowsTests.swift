import Eigencoder
import Foundation
import Testing

/// Several files read as one.
@Suite struct JoinedRowsTests {
  private let x = Matrix<Float>.random(100, 4096, seed: 1, mean: 3)

  /// Calls `body` with files of so many rows each.
  private func with<T: Scalar, R>(_ x: Matrix<T>, _ counts: [Int], _ body: ([URL]) throws -> R) throws -> R {
    var first = 0
    let stored = try counts.map { count in
      defer { first += count }
      return try FileOfRows(x.rows(first..<first + count))
    }
    return try withExtendedLifetime(stored) { try body(stored.map(\.url)) }
  }

  @Test(arguments: [[100], [40, 60], [1, 33, 1, 65], [99, 1]]) func rows(_ counts: [Int]) throws {
    func check<T: Scalar>(_ type: T.Type) throws {
      let x = self.x.converted(to: T.self)
      try with(x, counts) { try check($0, x) }
    }
    func check<T: Scalar>(_ files: [URL], _ x: Matrix<T>) throws {
      let file = try RowFile(contentsOf: files)
      #expect(file.rows == 100 && file.columns == 4096)
      #expect(try file.reader().readAll(as: T.self) == x)
      #expect(try file.selecting(rows: [0, 39, 40, 99], as: T.self) == x.selecting(rows: [0, 39, 40, 99]))
      #expect(try file.evenlySpaced(7, as: T.self) == x.evenlySpaced(7))
      let rest = (0..<100).filter { $0 % 3 != 0 }
      let part = file.leavingOut((0..<100).filter { $0 % 3 == 0 })
      #expect(try part.reader().readAll(as: T.self) == x.selecting(rows: rest))
      var blocks: [T] = []
      try file.reader().forEachBlock(rows: 7, as: T.self) { blocks += $0.elements }
      #expect(blocks == x.elements)
    }
    try check(Float.self)
    try check(Double.self)
  }

  /// Training sees the rows of several files as those of one.
  @Test func training() throws {
    let x = Matrix<Double>.random(203, 8, seed: 5)
    func trained(_ counts: [Int]) throws -> [Double] {
      try with(x, counts) { files in
        var network = try Autoencoder<Double>(inputs: 8, hidden: [6], latent: 2, seed: 1)
        try Trainer(epochs: 3, validationFraction: 0.1, seed: 3).fit(
          &network, toRowsOf: RowFile(contentsOf: files))
        return network.parameters
      }
    }
    #expect(try trained([203]) == trained([100, 3, 100]))
  }

  @Test func ranks() throws {
    try with(x, [20, 50, 30]) { files in
      let file = try RowFile(contentsOf: files)
      let found = try ThreadRank.run(3) { try file.shared(among: $0).reader().readAll(as: Float.self) }
      #expect(found.map(\.rows) == [33, 33, 34])
      #expect(found.flatMap(\.elements) == x.elements)
    }
  }

  @Test func filesOfOneKindAlone() throws {
    let x = try FileOfRows(self.x)
    func expectRefused(_ other: FileOfRows, _ text: String, _ options: RowReader.Options = .init()) {
      #expect { try RowFile(contentsOf: [x.url, other.url], options: options) } throws: {
        "\($0)".contains(text)
      }
    }
    expectRefused(try FileOfRows(Matrix<Float>.random(3, 4095, seed: 1)), "rows of 4095")
    expectRefused(try FileOfRows(self.x.converted(to: Double.self)), "numbers of")
    expectRefused(try FileOfRows(Array("1,2\n".utf8), "x.csv"), "in their order only")
  }

  /// A message names the file and counts its rows.
  @Test func theFileOfABadNumber() throws {
    var bad = x
    bad.withMutableView { $0[45, 2] = .nan }
    try with(bad, [40, 60]) { files in
      let file = try RowFile(contentsOf: files)
      #expect { try file.reader().readAll(as: Float.self) } throws: {
        "\($0)".hasPrefix("\(files[1].lastPathComponent): row 6, column 3")
      }
    }
  }
}
