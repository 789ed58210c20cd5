// Text that comes from outside cannot get into a page unescaped: only literals and other `Markup` are taken
// as they are, and a `String` in an interpolation is escaped.

/// A piece of a page.
struct Markup: ExpressibleByStringInterpolation, Sendable {
  private(set) var text: String

  init(stringLiteral value: String) { text = value }
  init(stringInterpolation: StringInterpolation) { text = stringInterpolation.text }
  private init(text: String) { self.text = text }

  static func + (a: Markup, b: Markup) -> Markup { Markup(text: a.text + b.text) }
  static func += (a: inout Markup, b: Markup) { a.text += b.text }

  struct StringInterpolation: StringInterpolationProtocol {
    fileprivate var text = ""

    init(literalCapacity: Int, interpolationCount: Int) { text.reserveCapacity(2 * literalCapacity) }

    mutating func appendLiteral(_ literal: String) { text += literal }
    mutating func appendInterpolation(_ value: String) { text += value.escaped }
    mutating func appendInterpolation(_ value: Int) { text += "\(value)" }
    mutating func appendInterpolation(_ piece: Markup) { text += piece.text }
    mutating func appendInterpolation(_ pieces: [Markup]) { for piece in pieces { text += piece.text } }
    /// A length of a drawing, to a tenth of a unit.
    mutating func appendInterpolation(_ length: Double) { text += length.tenths }
    /// JSON inside of a script element: no character that ends it or that HTML forbids.
    mutating func appendInterpolation(json: String) {
      for scalar in json.unicodeScalars {
        if "<>&".unicodeScalars.contains(scalar) || scalar.isForbidden {
          for unit in String(scalar).utf16 {
            let digits = String(unit, radix: 16)
            text += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
          }
        } else {
          text.unicodeScalars.append(scalar)
        }
      }
    }
  }
}

extension Markup {
  /// A class of ours as a piece of a page.
  static func style(_ name: String) -> Markup { "\(name)" }

  /// A number as it is shown, with all digits for programs.
  static func data(_ value: Double, _ format: NumberFormat) -> Markup {
    "<data value=\"\("\(value)")\">\(format.text(value))</data>"
  }

  /// A table that scrolls by itself where it is wider than the page: its first column stays, shadows show that there is more,
  /// and on a narrow page a line says so. The caption stands outside of what scrolls.
  ///
  /// - Parameters:
  ///   - label: the name of the region that scrolls; nil for the caption.
  ///   - style: the class of the table.
  ///   - titles: of the columns; those with a class are given with it in `textColumns`.
  ///   - textColumns: the columns with sentences.
  ///   - bodies: whole `tbody` elements.
  static func table(
    _ caption: String, label: String? = nil, style: Markup? = nil, titles: [Markup],
    textColumns: Set<Int> = [], bodies: [Markup]
  ) -> Markup {
    let heads = titles.enumerated().map { index, title -> Markup in
      "<th scope=\"col\"\(textColumns.contains(index) ? " class=\"text\"" : "" as Markup)>\(title)</th>"
    }
    let hint: Markup =
      titles.count > 4
      ? "<p class=\"hint\(titles.count > 14 ? " wide" : "" as Markup)\" aria-hidden=\"true\">More columns: scroll the table sideways →</p>\n"
      : ""
    return """
      <div class="table">
      <p class="caption">\(caption)</p>
      \(hint)<div class="scroll" tabindex="0" role="region" aria-label="\(label ?? caption)">
      <table\(style.map { " class=\"\($0)\"" } ?? "" as Markup)>
      <thead><tr>\(heads)</tr></thead>
      \(bodies)</table>
      </div>
      </div>

      """
  }
}

extension [Markup] {
  func joined(by separator: Markup = "") -> Markup {
    guard var result = first else { return "" }
    for piece in dropFirst() { result += separator + piece }
    return result
  }
}

extension Unicode.Scalar {
  /// Characters that no page may have: controls and non-characters.
  fileprivate var isForbidden: Bool {
    switch value {
    case 0x09, 0x0A: false
    case 0..<0x20, 0x7F...0x9F, 0xFDD0...0xFDEF: true
    default: value & 0xFFFE == 0xFFFE
    }
  }
}

extension String {
  /// For text and for attributes in double quotes.
  var escaped: String {
    var result = ""
    result.unicodeScalars.reserveCapacity(unicodeScalars.count)
    for scalar in unicodeScalars {
      switch scalar {
      case "&": result += "&amp;"
      case "<": result += "&lt;"
      case ">": result += "&gt;"
      case "\"": result += "&quot;"
      case "'": result += "&#39;"
      case _ where scalar.isForbidden: result += "\u{FFFD}"
      default: result.unicodeScalars.append(scalar)
      }
    }
    return result
  }
}

extension Double {
  /// "12.3", "12", "-0.5"
  var tenths: String {
    precondition(isFinite, "a length of \(self)")
    let count = Int((self * 10).rounded())
    let digits = "\(abs(count) / 10)" + (count % 10 == 0 ? "" : ".\(abs(count) % 10)")
    return count < 0 ? "-" + digits : digits
  }
}
