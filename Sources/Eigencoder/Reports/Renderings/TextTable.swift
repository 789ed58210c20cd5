internal import Foundation

/// Cells in lines and columns, as aligned text, as Markdown or as csv.
package struct TextTable {
  private let lines: [[String]]
  /// The columns that hold words, not numbers.
  private let words: Set<Int>

  /// - Parameters:
  ///   - lines: the titles of the columns, then as many cells a line.
  ///   - words: the columns that are aligned to the left; the others, with numbers, to the right.
  package init(_ lines: [[String]], words: Set<Int> = [0]) {
    self.lines = lines
    self.words = words
  }

  /// The characters of a line of `aligned()`, at most.
  var width: Int {
    (lines.first ?? []).indices.map { column in lines.map { $0[column].count }.max() ?? 0 }.reduce(-2) {
      $0 + $1 + 2
    }
  }

  /// Lines without spaces at their ends, each column as wide as its widest cell, two spaces between columns.
  package func aligned() -> String {
    let widths = (lines.first ?? []).indices.map { column in lines.map { $0[column].count }.max() ?? 0 }
    return lines.map { line in
      var text = line.indices.map { column in
        words.contains(column)
          ? line[column].padded(to: widths[column])
          : String(repeating: " ", count: widths[column] - line[column].count) + line[column]
      }.joined(separator: "  ")
      while text.last == " " { text.removeLast() }
      return text
    }.joined(separator: "\n")
  }

  /// A table of Markdown, in which "|" is escaped.
  package func markdown() -> String {
    let rule = (lines.first ?? []).indices.map { words.contains($0) ? "---" : "---:" }
    return (lines.prefix(1) + [rule] + lines.dropFirst()).map { line in
      "| " + line.map { $0.replacingOccurrences(of: "|", with: "\\|") }.joined(separator: " | ") + " |"
    }.joined(separator: "\n")
  }

  /// Commas between the cells; a cell with a comma, a quote or a line break is quoted.
  package func csv() -> String {
    lines.map { line in
      line.map { cell in
        guard cell.unicodeScalars.contains(where: ",\"\n\r".unicodeScalars.contains) else { return cell }
        return "\"" + cell.replacingOccurrences(of: "\"", with: "\"\"") + "\""
      }.joined(separator: ",")
    }.joined(separator: "\n")
  }
}

extension String {
  /// In lines of at most so many characters, broken between words, all but the first indented.
  func wrapped(to width: Int) -> String {
    var lines = [""]
    for word in split(separator: " ") {
      let line = lines[lines.count - 1]
      if line.count + 1 + word.count > width, !line.isEmpty {
        lines.append("  " + word)
      } else {
        lines[lines.count - 1] = line.isEmpty ? String(word) : line + " " + word
      }
    }
    return lines.joined(separator: "\n")
  }

  /// With spaces at its end, so many characters or more.
  package func padded(to width: Int) -> String { self + String(repeating: " ", count: max(0, width - count)) }
}
