import Eigencoder
import Foundation
import Testing

/// JSON lines and the text of word vectors.
@Suite struct VectorTextTests {
  private func read(_ text: String, _ options: RowReader.Options = .init()) throws -> Table {
    try RowReader(bytes: Array(text.utf8), name: "x", options: options).readTable()
  }

  private static let lines: [(String, [String]?)] = [
    ("[1.5, 2]\n[3,-4e0]\n", nil), (" [1.5,2]\r\n\r\n\t[ 3 , -4 ]", nil), ("\u{feff}[1.5,2]\n[3,-4]\n", nil),
    (#"{"embedding": [1.5, 2], "id": "a"}"# + "\n" + #"{"id": "b", "embedding": [3, -4]}"#, ["a", "b"]),
    (
      #"{"text":"x ] } \" [1]","id":7,"meta":{"v":[9,[8]],"w":"}"},"embedding":[1.5,2]}"# + "\n"
        + #"{"id":"é\u00e9\n\"","text":null,"embedding":[3,-4]}"#, ["7", "éé\n\""]
    ),
    (#"{"vec":[1.5,2],"tags":["u"],"_id":3}"# + "\n" + #"{"_id":4,"vec":[3,-4]}"# + "\n", nil),
    ("the 1.5 2\n, 3 -4\n", nil),
  ]

  @Test(arguments: lines)
  func jsonLines(_ text: String, _ ids: [String]?) throws {
    let table = try read(text)
    #expect(table.x.inDouble == Matrix([[1.5, 2], [3, -4]]))
    if text.hasPrefix("the") { #expect(table.ids == ["the", ","]) } else { #expect(table.ids == ids) }
  }

  @Test func jsonByName() throws {
    let text =
      #"{"a":[1,2],"b":[3,4],"key":"p","y":"u"}"# + "\n" + #"{"a":[5,6],"b":[7,8],"key":"q","y":"v"}"#
    let table = try read(text, .init(array: "b", table: TableOptions(ids: "key", labels: "y")))
    #expect(table.x.inDouble == Matrix([[3, 4], [7, 8]]))
    #expect(table.ids == ["p", "q"] && table.labels == Labels(["u", "v"]))
    expectError(EigencoderError.invalidData, containing: "found a, b, key, y: --array KEY names the vector") {
      _ = try read(text)
    }
    expectError(EigencoderError.invalidArgument, containing: "no columns to choose from") {
      _ = try read(text, .init(table: TableOptions(select: "a")))
    }
  }

  @Test(arguments: [
    ("[1,2]\n[3]\n", "row 2 (counted from 1; line 2): 1 numbers, expected 2"),
    ("[1,2]\n[3,4,5]\n", "row 2 (counted from 1; line 2): more than 2 numbers"),
    ("[1,2]\n[3,null]\n", "number 2: expected a finite number, found \"null\": a missing value (--missing"),
    ("[1,2]\n[3,\"4\"]\n", "found \"\"4\"\""), ("[1,2]\n[3,4\n", "expected a comma or the end of the array"),
    ("[1,2]\n{\"embedding\":[1,2]}\n", "expected an array of numbers"), ("[]\n", "a vector without numbers"),
    ("[[1,2],[3,4]]", "a JSON list is not read; this writes what is: python3 -c"),
    ("[\n[1,2],[3,4]]", "a JSON list is not read"),
    ("{\"id\":1,\"embedding\":[1]}\n{\"embedding\":[2]}\n", "no member \"id\", which others have"),
    ("{\"embedding\":[1],\"embedding\":[2]}\n", "two members"),
    ("{\"a\":1}\n", "no array \"embedding\", found a"),
    ("{\"embedding\":[1]} x\n", "expected the end of the line"),
    ("{\"a\": \"b", "expected the end of a string"),
    ("[1,2]\n[1e400,2]\n", "found \"1e400\""), ("[1,2]\n[3,4],\n", "expected the end of the line"),
    ("{\"embedding\":[1}\n", "expected a comma or the end of the object"),
  ])
  func refusesJSON(_ text: String, _ fragment: String) {
    expectError(EigencoderError.invalidData, containing: fragment) { _ = try read(text) }
  }

  @Test func missingInJSON() throws {
    let text = "[1,2]\n[null,4]\n[3,NaN]\n[5,6]\n"
    #expect(try read(text, .init(missing: .dropRows)).x.inDouble == Matrix([[1, 2], [5, 6]]))
    #expect(
      try read(text, .init(missing: .columnMean)).x.inDouble == Matrix([[1, 2], [3, 4], [3, 4], [5, 6]]))
  }

  /// Words may be quotes, numbers, commas and several words.
  @Test(arguments: ["", "6 3\n"]) func wordVectors(_ counts: String) throws {
    let words = ["the", "\"", ",", "3.5", ". . .", "a;b"]
    let text = counts + words.enumerated().map { "\($1) \($0) 0.5 -1e-3\n" }.joined()
    let table = try read(text)
    #expect(table.ids == words)
    #expect(table.x.inDouble == Matrix((0..<6).map { [Double($0), 0.5, -1e-3] }))
    // fastText ends its lines with a space.
    #expect(try read(text.replacingOccurrences(of: "\n", with: " \n")).ids == words)
    expectError(EigencoderError.invalidData, containing: "row 7 (counted from 1; line") {
      _ = try read(text + "short 1 2\n")
    }
  }

  /// A table of white space is none.
  @Test func noWordVectors() throws {
    #expect(try read("a b c\n1 2 3\n4 5 6\n").x.columns == 3)
    #expect(try read("1 2\n3 4\n").x.inDouble == Matrix([[1, 2], [3, 4]]))
    #expect(try read("3 4\n1 2\n").x.rows == 2)
  }

  /// Text written and read back: the same numbers and ids.
  @Test(arguments: ["csv", "tsv", "jsonl"]) func idsSurvive(_ name: String) throws {
    try withTemporaryDirectory { directory in
      let ids = ["a", "b,\"c\"", "line\nend", "7", "tab\tx", "\u{1}é\\"]
      let x = Matrix<Double>.random(6, 3, seed: 2)
      let url = directory.appendingPathComponent("x." + name)
      let format = try #require(FileFormat.written(at: url.path))
      let sink = try format.sink(
        to: OutputFile(replacing: url), columns: 3, rows: 6, as: .float64, names: TableNames(hasIDs: true))
      try sink.append(x, ids: ids)
      try sink.finish()
      let table = try Table(contentsOf: url)
      #expect(table.ids == ids)
      #expect(table.x.inDouble == x)
    }
  }

  @Test(arguments: [
    ("PAR1\u{15}\u{4}", "pandas.read_parquet(\"x\")"), ("ARROW1\0\0", "pandas.read_feather"),
    ("\u{89}HDF\r\n\u{1a}\n", "h5py.File(\"x\")"), ("\u{80}\u{4}\u{95}", "pickle.load(open(\"x\""),
    ("\u{d0}\u{cf}\u{11}\u{e0}", "pandas.read_excel"), ("SQLite format 3\0", "sqlite3 -csv -header 'x'"),
  ])
  func otherFormatsAreNamed(_ head: String, _ fragment: String) {
    expectError(EigencoderError.invalidData, containing: fragment) {
      let bytes = head.unicodeScalars.map { UInt8($0.value) } + [UInt8](repeating: 0, count: 40)
      _ = try RowReader(bytes: bytes, name: "x")
    }
  }

  @Test(arguments: [
    (["indptr.npy", "indices.npy", "data.npy"], "scipy.sparse.load_npz"),
    (["xl/workbook.xml"], "pandas.read_excel"),
    (["archive/data.pkl"], "torch.load"),
  ])
  func otherArchivesAreNamed(_ files: [String], _ fragment: String) {
    expectError(EigencoderError.invalidData, containing: fragment) {
      let archive = zip(files.map { ZipEntry(name: $0, content: npy("<f4", "(1,)", [0, 0, 0, 0])) })
      _ = try RowReader(bytes: archive, name: "x")
    }
  }
}
