import Eigencoder
import Foundation
import Testing

@Suite struct DelimitedTextTests {
  private func read(_ text: String) throws -> Matrix<Double> {
    try Matrix(bytes: Array(text.utf8), name: "x.csv")
  }

  @Test(arguments: [
    "1,2,3\n4,5,6\n", "1,2,3\n4,5,6", "1\t2\t3\n4\t5\t6\n", "1;2;3\n4;5;6\n", "1 2 3\n4 5 6\n",
    "  1   2\u{20}\u{20}3  \n4 5 6 \n", "1,2,3\r\n4,5,6\r\n", "1,2,3\r4,5,6\r", "\u{feff}1,2,3\n4,5,6\n",
    "a,b,c\n1,2,3\n4,5,6\n", "a b c\n1 2 3\n4 5 6\n", ",a,b\n1,2,3\n4,5,6\n",
    "\"a,1\",\"b\"\"c\",\"d\ne\"\n1,2,3\n4,5,6\n", "\"1\",\"2\", \"3\" \n4,5,6\n", "1,2,3\n4,5,6\n\n\n  \n",
    "# a comment, and\n# another\n1,2,3\n4,5,6\n", "+1.0,2e0,.3e1\n4.,50e-1,0.6E+1\n",
    " 1 , 2 , 3 \n 4,5 ,6\n",
    "1, 2\t,3\n".replacingOccurrences(of: "\t", with: "") + "4,5,6\n",
  ])
  func sameTable(_ text: String) throws {
    #expect(try read(text) == Matrix([[1, 2, 3], [4, 5, 6]]))
    #expect(try Matrix<Float>(bytes: Array(text.utf8), name: "x") == Matrix([[1, 2, 3], [4, 5, 6]]))
  }

  @Test func oneColumnAndOneRow() throws {
    #expect(try read("1\n2\n3\n") == Matrix([[1], [2], [3]]))
    #expect(try read("x\n1\n2") == Matrix([[1], [2]]))
    #expect(try read("7") == Matrix([[7]]))
  }

  @Test func scale() throws {
    #expect(try Matrix<Double>(bytes: Array("1,2\n".utf8), name: "x", scale: 0.5) == Matrix([[0.5, 1]]))
  }

  @Test(arguments: [
    "0", "-0", "1", "0.1", "123456789.125", "9007199254740992", "9007199254740993", "1e22", "1e23", "1e-22",
    "1e-23",
    "3.14159265358979323846264338327950288", "0.000000000000000000000000000001", "1.7976931348623157e308",
    "5e-324",
    "2.2250738585072011e-308", "123456789012345678901234567890", "1e-400", "00000000000000000000000000001.5",
    "0e99999999999999999999", "-2.5E-3", "8.41e+10", "4.35", "0.3", "7.038531e-26",
  ])
  func numbersAreTheNearest(_ text: String) throws {
    let value = try read("\(text)\n")[0, 0]
    #expect(value.bitPattern == Double(text)!.bitPattern)
  }

  @Test func randomNumbersSurviveText() throws {
    try withTemporaryDirectory { directory in
      let url = directory.appendingPathComponent("x.csv")
      var generator = SeededGenerator(seed: 5)
      func scaled<T: Scalar>(_ type: T.Type, _ exponents: ClosedRange<Int>) -> Matrix<T> {
        Matrix(
          rows: 500, columns: 4,
          (0..<2000).map { _ in
            T(
              sign: .plus, exponent: T.Exponent(Int.random(in: exponents, using: &generator)),
              significand: T(generator.normalPair().0))
          })
      }
      let x = scaled(Double.self, -300...300)
      try x.write(csv: url)
      #expect(try Matrix(contentsOf: url) == x)
      let y = scaled(Float.self, -100...100)
      try y.write(csv: url, columnNames: ["a", "b,c", "d\"e", "f\ng"])
      #expect(try Matrix(contentsOf: url) == y)
      #expect(try String(contentsOf: url, encoding: .utf8).hasPrefix("a,\"b,c\",\"d\"\"e\",\"f\ng\"\n"))
    }
  }

  static let malformed = [
    Malformed("nothing", text: "", "is empty"),
    Malformed("a line end", text: "\n", "line 1 is empty"),
    Malformed("white space", text: "  \n \n", "line 1 is empty"),
    Malformed("byte order mark", [0xef, 0xbb, 0xbf], "no rows"),
    Malformed("comment", text: "# nothing else", "no rows"),
    Malformed("header", text: "a,b\n", "no rows, only a header of 2 columns"),
    Malformed(
      "word", text: "1,2\n3,four\n",
      "row 2, column 2 (counted from 1; line 2): expected a finite number, found \"four\""),
    Malformed(
      "word below a header", text: "a,b\n1,2\n3,four\n", "row 2, column 2 \"b\" (counted from 1; line 3)"),
    Malformed(
      "word below a header of two lines", text: "\"a\nb\",c\n1,2\n3,x\n",
      "row 2, column 2 \"c\" (counted from 1; line 4)"),
    Malformed(
      "missing", text: "1,2\n3,\n",
      "row 2, column 2 (counted from 1; line 2): expected a finite number, found nothing"),
    Malformed("missing in the first line", text: "1,,3\n4,5,6\n", "row 1, column 2 (counted from 1; line 1)"),
    Malformed(
      "missing in the middle of one column", text: "1\n\n3\n", "row 2, column 1 (counted from 1; line 2)"),
    Malformed("NA", text: "1,2\nNA,3\n", "found \"NA\""),
    Malformed(
      "nan", text: "1,2\nnan,3\n",
      "row 2, column 1 (counted from 1; line 2): expected a finite number, found \"nan\""),
    Malformed("nan first", text: "nan,1\n2,3\n", "row 1, column 1"),
    Malformed("infinity", text: "1,2\n3,-Infinity\n", "found \"-Infinity\""),
    Malformed("beyond float32", text: "1\n1e39\n", "found \"1e39\""),
    Malformed("beyond float64", text: "1\n1e999\n", "found \"1e999\""),
    Malformed("short line", text: "1,2,3\n4,5\n", "line 2 has 2 fields, expected 3"),
    Malformed("long line", text: "1,2\n3,4\n5,6,7\n", "line 3 has 3 fields, expected 2"),
    Malformed("empty line", text: "1,2\n\n3,4\n", "line 2 is empty"),
    Malformed("header of other width", text: "a,b,c\n1,2\n", "line 2 has 2 fields, expected 3"),
    Malformed(
      "a word among decimal commas", text: "1,5;2,5\n3,5;4,5\n5,x;6",
      "line 3): expected a finite number, found \"5,x\""),
    Malformed(
      "a word among numbers in the first line", text: "1.0,2.0,3.O\n1,2,3\n",
      "column 3 (counted from 1; line 1) is \"3.O\" among numbers"),
    Malformed(
      "a word among numbers in the only line", text: "1,x,3", "column 2 (counted from 1; line 1) is \"x\""),
    Malformed("two points", text: "1\n1.2.3\n", "found \"1.2.3\""),
    Malformed("no exponent", text: "1\n1e\n", "found \"1e\""),
    Malformed("sign alone", text: "1\n-\n", "found \"-\""),
    Malformed("point alone", text: "1\n.\n", "found \".\""),
    Malformed("hexadecimal", text: "1\n0x10\n", "found \"0x10\""),
    Malformed("two signs", text: "1\n--1\n", "found \"--1\""),
    Malformed("open quote", text: "1,2\n\"3,4\n", "line 2: a quote is opened and never closed"),
    Malformed("text after a quote", text: "1,2\n\"3\"4,5\n", "line 2: text follows a closing quote"),
    Malformed("control characters", text: "1234567890123456\n\u{7}\u{1b}[31m\n", "found \"  [31m\""),
    Malformed("binary", [1, 2, 3, 4], "unknown format (it begins with the bytes 01 02 03 04)"),
  ]

  @Test(arguments: malformed)
  func refuses(_ file: Malformed) {
    expectError(EigencoderError.invalidData, containing: file.fragment) {
      _ = try Matrix<Float>(bytes: file.bytes, name: "x.csv")
    }
  }

  @Test func wideHeaderOverEmptyLinesIsCheap() {
    // Columns times lines would be 10^10 numbers; the file has room for none.
    let text =
      Array(repeating: "a", count: 100_000).joined(separator: ",") + String(repeating: "\n", count: 100_000)
    expectError(EigencoderError.invalidData, containing: "no rows, only a header") { _ = try read(text) }
  }
}
