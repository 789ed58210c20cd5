import Eigencoder
import Foundation
import Testing

/// Tables as other programs write them: what their first line is, and what their columns are.
@Suite struct TableTests {
  private func read(_ text: String, _ options: TableOptions = .init(), missing: MissingValues = .error) throws
    -> (x: Matrix<Double>, ids: [String]?, names: [String]?, labels: Labels?, said: String)
  {
    let reader = try RowReader(
      bytes: Array(text.utf8), name: "x.csv", options: .init(table: options, missing: missing))
    let said = reader.decisions.joined(separator: "; ")
    let table = try reader.readTable(in: .f64)
    guard case .double(let x) = table.x else { preconditionFailure("f64 was asked for") }
    return (
      x, table.ids, table.columnNames, table.labels,
      [said, reader.missingSummary ?? ""].joined(separator: "|")
    )
  }

  private static let numbers = Matrix<Double>([[1.5, 2.25], [3.5, -4], [5, 6]])

  /// The same numbers in each; `ids` where the table names its rows.
  private static let tables: [(String, [String]?)] = [
    ("0,1\n1.5,2.25\n3.5,-4\n5,6\n", nil),
    (",id,0,1\n0,x,1.5,2.25\n1,y,3.5,-4\n2,z,5,6\n", ["x", "y", "z"]),
    (",0,1\n0,1.5,2.25\n1,3.5,-4\n2,5,6\n", ["0", "1", "2"]),
    (",a,b\n1,1.5,2.25\n2,3.5,-4\n3,5,6\n", ["1", "2", "3"]),
    (",a,b\nx,1.5,2.25\ny,3.5,-4\nz,5,6\n", ["x", "y", "z"]),
    ("\"\";\"a\";\"b\"\n\"x\";1,5;2,25\n\"y\";3,5;-4\n\"z\";5;6\n", ["x", "y", "z"]),
    ("a;b\n1,5;2,25\n3,5;-4\n5;6\n", nil), ("1,5;2,25\n3,5;-4\n5;6\n", nil),
    ("1,5\t2,25\n3,5\t-4\n5\t6\n", nil),
    ("id,0,1\n9,1.5,2.25\n7,3.5,-4\n8,5,6\n", ["9", "7", "8"]),
    ("a,ID,b\n1.5,q,2.25\n3.5,r,-4\n5,s,6\n", ["q", "r", "s"]),
    ("Unnamed: 0,0,1\n0,1.5,2.25\n1,3.5,-4\n2,5,6\n", ["0", "1", "2"]),
    ("a,b\n\"1,5\",\"2,25\"\n\"3,5\",\"-4\"\n\"5\",\"6\"\n", nil),
  ]

  @Test(arguments: tables)
  func isTold(_ text: String, _ ids: [String]?) throws {
    let table = try read(text)
    #expect(table.x == Self.numbers)
    #expect(table.ids == ids)
    #expect(table.said != "|" || !text.hasPrefix("0"))
  }

  /// Read as data, and said.
  @Test(arguments: [
    ("0,1.5\n1,2.5\n2,3.5\n3,1.5\n", "column 1 counts the rows"),
    ("2001,2002,2003\n1.5,2.5,3.5\n1.5,2.5,3.5\n1.5,2,3\n", "the first line, which counts, is read as a row"),
    ("0,1\n5,6\n", "the first line, which counts, is read as a row"),
    (",a\n7,1\n3,2\n", "column 1, which has no name, is read as data (--ids 1"),
  ])
  func isSaid(_ text: String, _ fragment: String) throws {
    let table = try read(text)
    #expect(table.ids == nil && table.said.contains(fragment))
    #expect(
      table.x.columns
        == text.split(separator: "\n")[0].split(separator: ",", omittingEmptySubsequences: false).count)
  }

  @Test func options() throws {
    let text = "name,a-b,c,d,kind\nx,1,2,3,u\ny,4,5,6,v\n"
    let options = TableOptions(ids: "name", labels: "kind")
    let table = try read(text, options)
    #expect(table.x == Matrix([[1, 2, 3], [4, 5, 6]]) && table.names == ["a-b", "c", "d"])
    #expect(table.ids == ["x", "y"] && table.labels == Labels(["u", "v"]))
    for (select, drop, expected) in [
      ("a-b,d", nil, [[1, 3], [4, 6]]), ("2-3", nil, [[1, 2], [4, 5]]), ("c-", "5", [[2, 3], [5, 6]]),
      ("a-b-c", nil, [[1, 2], [4, 5]]), (nil, "name,kind,c", [[1, 3], [4, 6]]),
      ("-4", "1", [[1, 2, 3], [4, 5, 6]]),
      ("2,2,c", nil, [[1, 2], [4, 5]]),
    ] as [(String?, String?, [[Double]])] {
      let chosen = try read(text, TableOptions(select: select, drop: drop))
      #expect(chosen.x == Matrix(expected), "\(select ?? "") \(drop ?? "")")
    }
    // The largest whole number is no count of anything.
    #expect(try read("9223372036854775807,1.5,2\n1,2,3\n4,5,6.5\n").x.rows == 3)
    // Ids that nobody chose or dropped stay ids.
    #expect(try read("id,a,b\nx,1,2\n", TableOptions(select: "b")).ids == ["x"])
    #expect(try read("id,a,b\nx,1,2\n", TableOptions(drop: "id")).ids == nil)
    // Told otherwise.
    #expect(try read("0,1\n2,3\n", TableOptions(hasHeader: false)).x == Matrix([[0, 1], [2, 3]]))
    #expect(try read("7,8\n2,3\n", TableOptions(hasHeader: true)).names == ["7", "8"])
    #expect(try read("id,a\n1,2\n3,4\n", TableOptions(select: "id,a")).x == Matrix([[1, 2], [3, 4]]))
    #expect(try read("1;2\n1,5;2\n", TableOptions(hasDecimalComma: true)).x == Matrix([[1, 2], [1.5, 2]]))
  }

  @Test func missingNumbers() throws {
    let text = "id,a,b\np,1,\nq,NA,4\nr,5,6\ns,3,8\n"
    expectError(EigencoderError.invalidData, containing: "row 1, column 3 \"b\" (counted from 1; line 2)") {
      _ = try read(text)
    }
    let dropped = try read(text, missing: .dropRows)
    #expect(dropped.x == Matrix([[5, 6], [3, 8]]) && dropped.ids == ["r", "s"])
    #expect(dropped.said.hasSuffix("2 rows with missing values are left out"))
    let filled = try read(text, missing: .columnMean)
    #expect(filled.x == Matrix([[1, 6], [3, 4], [5, 6], [3, 8]]) && filled.ids == ["p", "q", "r", "s"])
    #expect(filled.said.hasSuffix("2 missing values are replaced by the means of their columns"))
    // Infinity is no missing number, and a column without any number has no mean.
    expectError(EigencoderError.invalidData, containing: "found \"inf\"") {
      _ = try read("a,b\n1,\ninf,2\n", missing: .dropRows)
    }
    expectError(EigencoderError.invalidData, containing: "column 2 \"b\" has no number in any row") {
      _ = try read("a,b\n1,\n2,\n", missing: .columnMean)
    }
    expectError(EigencoderError.invalidData, containing: "no row is left") {
      _ = try read("a,b\n1,\n2,\n", missing: .dropRows)
    }
  }

  /// nan of a binary format, in blocks of any length.
  @Test func missingNumbersOfArrays() throws {
    var x = Matrix<Float>.random(40, 3, seed: 1)
    for i in [0, 7, 8, 39] { x[i, i % 3] = .nan }
    let kept = (0..<40).filter { ![0, 7, 8, 39].contains($0) }
    let file = npy("<f4", "(40, 3)", bytes(x.elements))
    for rows in [1, 3, 40] {
      let reader = try RowReader(bytes: file, name: "x", options: .init(missing: .dropRows))
      #expect(reader.rows == nil)
      var found: [Float] = []
      try reader.forEachBlock(rows: rows, as: Float.self) { found += $0.elements }
      #expect(found == x.selecting(rows: kept).elements)
    }
    let filled = try RowReader(bytes: file, name: "x", options: .init(missing: .columnMean)).readAll(
      as: Double.self)
    for (i, j) in [(0, 0), (7, 1), (8, 2), (39, 0)] {
      let column = (0..<40).map { Double(x[$0, j]) }.filter { !$0.isNaN }
      expectClose(filled[i, j], column.reduce(0, +) / Double(column.count), within: 1e-15)
    }
  }

  @Test(arguments: [
    ("a,b,c\n1,x,2\n3,y,4\n", TableOptions(), "found text in column b (\"x\"): --drop 'b' leaves it out"),
    (
      "a,b,c\n1,x,p\n3,y,q\n", TableOptions(),
      "found text in columns b,c (\"x\"): --drop 'b,c' leaves them out"
    ),
    ("a,b\n1,2\n", TableOptions(select: "c"), "no column \"c\" for --select, found 2 named a, b"),
    ("a,\n1,2\n", TableOptions(select: "a,"), "no column \"\" for --select"),
    ("a,b\n1,2\n", TableOptions(drop: "3"), "no column \"3\" for --drop"),
    ("a,b\n1,2\n", TableOptions(drop: "1-2"), "no column of 2 is left"),
    ("a,b\n1,2\n", TableOptions(ids: "z"), "no column \"z\" for --ids"),
    ("1;2\n3;4,5\n", TableOptions(hasDecimalComma: false), "--decimal comma reads such numbers"),
    ("1,5;2\n3;4.5\n5;6\n", TableOptions(hasDecimalComma: true), "--decimal point reads such numbers"),
    ("a,k\n1,\n2,x\n", TableOptions(labels: "k"), "row 1: the label is missing"),
  ])
  func refuses(_ text: String, _ options: TableOptions, _ fragment: String) {
    expectError(EigencoderError.invalidData, containing: fragment) { _ = try read(text, options) }
  }

  /// However the bytes arrive.
  @Test func namesSurviveBlocksOfAnyLength() throws {
    let n = 5000
    let text = "id,a,b\n" + (0..<n).map { "row \($0),\($0),\(-$0)\n" }.joined()
    let reader = try RowReader(bytes: Array(text.utf8), name: "x")
    var ids: [String] = []
    while let block: Matrix<Double> = try reader.next(7) {
      let names = reader.takeIDs()
      #expect(names.count == block.rows)
      #expect(names.first == "row \(Int(block[0, 0]))")
      ids += names
    }
    #expect(ids == (0..<n).map { "row \($0)" })
  }
}
