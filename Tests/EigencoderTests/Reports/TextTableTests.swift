import Eigencoder
import Testing

@Suite struct TextTableTests {
  private let table = TextTable(
    [["name", "n", ""], ["a|b", "12", "x,\"y\""], ["c", "3", ""]], words: [0, 2])

  @Test func aligned() { #expect(table.aligned() == "name   n\na|b   12  x,\"y\"\nc      3") }

  @Test func markdown() {
    #expect(
      table.markdown() == "| name | n |  |\n| --- | ---: | --- |\n| a\\|b | 12 | x,\"y\" |\n| c | 3 |  |")
  }

  @Test func csv() {
    #expect(table.csv() == "name,n,\na|b,12,\"x,\"\"y\"\"\"\nc,3,")
    #expect(TextTable([["a\r\nb", "c\rd"]]).csv() == "\"a\r\nb\",\"c\rd\"")
  }
}
