import Eigencoder
import Foundation
import Testing

@Suite struct LabelsTests {
  private func read(_ text: String, column: String? = nil) throws -> Labels {
    try Labels(bytes: Array(text.utf8), name: "y.txt", column: column)
  }

  @Test(arguments: NpyCase.all.filter { $0.code.hasPrefix("i") || $0.code.hasPrefix("u") })
  func everyIntegerType(_ type: NpyCase) throws {
    let width = type.width
    let big = [2, 0, 1].flatMap { [UInt8](repeating: 0, count: width - 1) + [UInt8($0)] }
    let labels = try Labels(bytes: npy((width == 1 ? "|" : ">") + type.code, "(3,)", big), name: "y.npy")
    #expect(labels == Labels([2, 0, 1]))
    #expect(labels.codes == [2, 0, 1] && labels.names == ["0", "1", "2"] && labels.count == 3)
    #expect(
      try Labels(bytes: npy((width == 1 ? "|" : ">") + type.code, "(3, 1)", big), name: "y.npy") == labels)
  }

  @Test func truthValuesAndIdx() throws {
    #expect(try Labels(bytes: npy("|b1", "(3,)", [0, 1, 1]), name: "y").codes == [0, 1, 1])
    #expect(try Labels(bytes: idx(8, [3], [5, 0, 9]), name: "y").codes == [5, 0, 9])
    #expect(try Labels(bytes: gzip(idx(8, [3], [5, 0, 9])), name: "y").names.count == 10)
  }

  @Test func integersThatAreNotCodesAreNumbered() throws {
    let labels = try Labels(bytes: npy("<i8", "(4,)", bytes([7, -1, 1 << 40, 7] as [Int64])), name: "y")
    #expect(labels.codes == [1, 0, 2, 1])
    #expect(labels.names == ["-1", "7", "1099511627776"])
  }

  @Test func text() throws {
    #expect(try read("cat\ndog\nant\ncat\n") == Labels(["cat", "dog", "ant", "cat"]))
    #expect(try read("cat\ndog\nant\ncat\n").codes == [1, 2, 0, 1])
    #expect(try read("cat\ndog\nant\ncat\n").names == ["ant", "cat", "dog"])
    #expect(try read("3\n1\n2\n").codes == [3, 1, 2])
    #expect(try read("digit\n3\n1\n").codes == [3, 1])
    #expect(try read("#2\n#1\n").names == ["#1", "#2"])
    #expect(try read("label\ncat\ndog").names == ["cat", "dog"])
    #expect(try read("label\ncat\nlabel").count == 3)
    #expect(
      try read("polar bear\nbrown bear\r\n\"black, bear\"\n\n").names == [
        "black, bear", "brown bear", "polar bear",
      ])
  }

  @Test func aColumnOfSeveral() throws {
    let table = "x,kind,n\n0.5,cat,3\n1.5,dog,4\n"
    #expect(try read(table, column: "kind").names == ["cat", "dog"])
    #expect(try read(table, column: "2").names == ["cat", "dog"])
    #expect(try read(table, column: "n").codes == [3, 4])
  }

  @Test(arguments: [
    Malformed("nothing", [], "is empty"),
    Malformed(
      "floating point", npy("<f4", "(1,)", bytes([1] as [Float])), "expected integers, found float32"),
    Malformed("a matrix", npy("|u1", "(2, 2)", [1, 2, 3, 4]), "expected one label a sample, found 2 x 2"),
    Malformed("no axes", npy("|u1", "()", [1]), "expected one label a sample, found no axes"),
    Malformed("none", npy("|u1", "(0,)", []), "no labels"),
    Malformed("images", IdxTests.images, "expected one label a sample, found 2 x 2 x 2"),
    Malformed("truncated npy", npy("<i8", "(3,)", [1, 2]), "truncated: the header promises 3 int64"),
    Malformed(
      "lying npy", npy("<i8", "(3000000000000,)", [1, 2]), "truncated: the header promises 3000000000000"),
    Malformed("truncated idx", idx(8, [3], [1]), "truncated: the header promises 3 uint8"),
    Malformed("too long", idx(8, [1], [1, 2]), "too long"),
    Malformed("beyond Int", npy("<u8", "(2,)", bytes([1, UInt64.max])), "value 2 is 18446744073709551615"),
    Malformed("several columns", text: "a,b\n1,2\n", "2 columns, expected one"),
    Malformed("missing", text: "a\n\nb\n", "line 2: the label is missing"),
    Malformed("only a header", text: "label\n", "no labels, only a header"),
    Malformed("safetensors", safetensors("{}"), "expected integer labels"),
    Malformed("zip", [0x50, 0x4b, 3, 4], "expected integer labels"),
  ])
  func refuses(_ file: Malformed) {
    expectError(EigencoderError.invalidData, containing: file.fragment) {
      _ = try Labels(bytes: file.bytes, name: "y")
    }
  }

  @Test func refusesAColumnThatIsNotThere() {
    for column in ["z", "0", "3", "-1"] {
      expectError(
        EigencoderError.invalidData, containing: "no column \"\(column)\" for labels, found 2 named a, b"
      ) {
        _ = try read("a,b\n1,2\n", column: column)
      }
    }
  }
}
