import Eigencoder
import Foundation
import Testing

/// A file with the rows of a matrix, removed in the end.
final class FileOfRows {
  let url: URL

  init(_ bytes: [UInt8], _ name: String = "x.npy") throws {
    url = FileManager.default.temporaryDirectory.appendingPathComponent("\(UUID().uuidString)-\(name)")
    try Data(bytes).write(to: url)
  }

  init<T: Scalar>(_ x: Matrix<T>) throws {
    url = FileManager.default.temporaryDirectory.appendingPathComponent("\(UUID().uuidString)-x.npy")
    try x.write(npy: url)
  }

  deinit { try? FileManager.default.removeItem(at: url) }

  func rows() throws -> RowFile { try RowFile(contentsOf: url) }
}

/// Rows of a file are those of the same matrix, whichever are asked for.
@Suite struct RowFileTests {
  /// 100 rows of 4,096 numbers are four blocks of 32 rows, the last one shorter.
  private static func wide<T: Scalar>(_ type: T.Type) -> Matrix<T> { .random(100, 4096, seed: 1, mean: 3) }

  @Test func someRows() throws {
    func check<T: Scalar>(_ type: T.Type) throws {
      let x = Self.wide(T.self)
      let stored = try FileOfRows(x)
      let file = try stored.rows()
      #expect(file.rows == 100 && file.columns == 4096)
      #expect(
        try file.selecting(rows: [0, 31, 32, 64, 99], as: T.self) == x.selecting(rows: [0, 31, 32, 64, 99]))
      #expect(try file.selecting(rows: [], as: T.self).rows == 0)
      #expect(try file.evenlySpaced(7, as: T.self) == x.evenlySpaced(7))
      #expect(try file.evenlySpaced(1000, as: T.self) == x)

      // What is left out twice is counted among what the first time has left.
      let first = Array(stride(from: 0, to: 100, by: 3))
      let rest = (0..<100).filter { !first.contains($0) }
      let second = [0, 1, 20, 65]
      let left = rest.indices.filter { !second.contains($0) }.map { rest[$0] }
      let part = file.leavingOut(first).leavingOut(second)
      #expect(part.rows == left.count)
      #expect(try part.reader().readAll(as: T.self) == x.selecting(rows: left))
      #expect(
        try part.selecting(rows: [0, 5, 30], as: T.self) == x.selecting(rows: [left[0], left[5], left[30]]))
      var blocks: [T] = []
      try part.reader().forEachBlock(rows: 7, as: T.self) { blocks += $0.elements }
      #expect(blocks == x.selecting(rows: left).elements)
    }
    try check(Float.self)
    try check(Double.self)
  }

  @Test(arguments: [Array(0..<40), Array(60..<100), Array(10..<90), [0, 99]]) func runsLeftOut(_ rows: [Int])
    throws
  {
    let x = Self.wide(Float.self)
    let stored = try FileOfRows(x)
    let kept = (0..<100).filter { !rows.contains($0) }
    #expect(try stored.rows().leavingOut(rows).reader().readAll(as: Float.self) == x.selecting(rows: kept))
  }

  @Test func otherFormats() throws {
    let x = Matrix<Float>.random(50, 6, seed: 2)
    let vectors = (0..<50).flatMap { bytes([Int32(6)]) + bytes(x.row($0)) }
    let header = "{\"a\":{\"dtype\":\"F32\",\"shape\":[50,6],\"data_offsets\":[0,1200]}}"
    let tensors = bytes([UInt64(header.utf8.count)]) + Array(header.utf8) + bytes(x.elements)
    for (name, content, options) in [
      ("x.fvecs", vectors, RowReader.Options()), ("x.bin", bytes(x.elements), RowReader.Options(columns: 6)),
      ("x.safetensors", tensors, RowReader.Options()),
    ] {
      let stored = try FileOfRows(content, name)
      let file = try RowFile(contentsOf: stored.url, options: options)
      #expect(
        try file.leavingOut([0, 7]).selecting(rows: [5, 47], as: Float.self) == x.selecting(rows: [6, 49]))
    }
  }

  @Test func rowsThatComeInTheirOrder() throws {
    let x = Matrix<Float>.random(5, 3, seed: 2)
    let text = try FileOfRows(Array("1,2\n3,4\n5,6\n".utf8), "x.csv")
    let columns = try FileOfRows(npy("<f4", "(5, 3)", fortran: "True", bytes(x.elements)))
    let archive = try FileOfRows(
      zip([ZipEntry(name: "x.npy", content: npy("<f4", "(5, 3)", bytes(x.elements)))]), "x.npz")
    for stored in [text, columns, archive] {
      #expect {
        try RowFile(contentsOf: stored.url)
      } throws: {
        "\($0)".contains("its rows can be read in their order only; 'eigencoder convert' to npy")
      }
    }
  }

  /// Around a mean of 1e6 deviations, `Float` has all its digits for the deviations.
  @Test func aroundAnOrigin() throws {
    let x = Matrix<Double>.random(200, 5, seed: 3, mean: 1e6)
    let stored = try FileOfRows(x)
    let sums = try ColumnSums(ofRowsOf: stored.rows().reader(), as: Double.self)
    for (a, b) in zip(sums.mean, x.columnMeans) { expectClose(a, b, within: 1e-15) }
    let deviations = Matrix(
      rows: 200, columns: 5, x.elements.enumerated().map { $1 - sums.mean[$0 % 5] })
    for j in 0..<5 {
      let naive = (0..<200).reduce(0.0) { $0 + deviations[$1, j] * deviations[$1, j] }
      expectClose(sums.squares[j], naive, within: 1e-9)
    }
    let around = try stored.rows().around(sums.mean)
    #expect(try around.reader().readAll(as: Float.self) == deviations.converted(to: Float.self))
    #expect(
      try around.leavingOut([0]).selecting(rows: [3], as: Double.self) == deviations.selecting(rows: [4]))
  }

  @Test func numbersThatAreNotFinite() throws {
    var x = Self.wide(Float.self)
    x[70, 5] = .infinity
    let stored = try FileOfRows(x)
    let file = try stored.rows()
    #expect {
      try file.selecting(rows: [3, 70], as: Float.self)
    } throws: {
      "\($0)".contains("row 71, column 6")
    }
    #expect(try file.selecting(rows: [3, 60], as: Float.self) == x.selecting(rows: [3, 60]))
  }
}

/// Two buffers, one filled while the other is used.
@Suite struct ReadAheadTests {
  private final class Box { var value = 0 }
  private struct Failure: Error, Equatable { let at: Int }

  private func run(to end: Int, failing at: Int? = nil, stopping limit: Int = .max) throws -> [Int] {
    var next = 0
    var used: [Int] = []
    try ReadAhead.run((Box(), Box())) { box in
      if next == at { throw Failure(at: next) }
      if next == end { return 0 }
      box.value = next
      next += 1
      return 1
    } use: { box, _ in
      used.append(box.value)
      return used.count < limit
    }
    return used
  }

  @Test(arguments: [0, 1, 2, 3, 100]) func everythingInOrder(_ count: Int) throws {
    #expect(try run(to: count) == Array(0..<count))
  }

  @Test(arguments: [1, 2, 5]) func stops(_ limit: Int) throws {
    #expect(try run(to: 100, stopping: limit) == Array(0..<limit))
  }

  @Test(arguments: [0, 1, 7]) func failsAfterWhatWasRead(_ place: Int) throws {
    var used = 0
    #expect(throws: Failure(at: place)) {
      var next = 0
      try ReadAhead.run((Box(), Box())) { box in
        if next == place { throw Failure(at: next) }
        next += 1
        return 1
      } use: { _, _ in
        used += 1
        return true
      }
    }
    #expect(used == place)
  }

  @Test func failureOfTheUser() {
    #expect(throws: Failure(at: 3)) {
      try ReadAhead.run((Box(), Box()), fill: { _ in 3 }, use: { throw Failure(at: $1) })
    }
  }
}
