// Ten colours that also people who do not see red and green apart tell from one another, darker on white
// and lighter on black, each with 3:1 contrast or more against the page; and shapes, so that no distinction
// is by colour alone. 10 colours and 5 shapes make 50 marks before one repeats.

/// How the methods, or the classes, of a report look.
enum Palette {
  /// Of the CSS variables --c0, --c1, ...: on white, and on black.
  static let colours: [(light: String, dark: String)] = [
    ("#3d444d", "#c9d1d9"), ("#9a5b00", "#e8ab3f"), ("#0b63b8", "#62b2f7"), ("#00775a", "#3ecf9f"),
    ("#b3256e", "#f58fc3"), ("#6b3fb0", "#b9a0f5"), ("#c2410c", "#ff9a68"), ("#3f7180", "#8fd0de"),
    ("#7a6a00", "#d9cb55"), ("#8f2d2d", "#ee8f8f"),
  ]

  /// The class of a mark's colour: "c3".
  static func colour(_ index: Int) -> String { "c\(index % colours.count)" }

  /// The outline of mark `index`, around a point, as the content of a path.
  static func mark(_ index: Int, _ x: Double, _ y: Double, radius r: Double = 4) -> Markup {
    switch (index + index / colours.count) % 5 {
    case 0: "M\(x - r) \(y)a\(r) \(r) 0 1 0 \(2 * r) 0a\(r) \(r) 0 1 0 \(-2 * r) 0z"
    case 1: "M\(x - 0.9 * r) \(y - 0.9 * r)h\(1.8 * r)v\(1.8 * r)h\(-1.8 * r)z"
    case 2: "M\(x) \(y - 1.2 * r)l\(1.15 * r) \(2 * r)h\(-2.3 * r)z"
    case 3: "M\(x) \(y - 1.3 * r)l\(1.3 * r) \(1.3 * r)l\(-1.3 * r) \(1.3 * r)l\(-1.3 * r) \(-1.3 * r)z"
    default: "M\(x) \(y + 1.2 * r)l\(1.15 * r) \(-2 * r)h\(-2.3 * r)z"
    }
  }

  /// What the marks stand for, in their order.
  static func legend(_ names: [String], hasLines: Bool = false) -> Markup {
    let items = names.enumerated().map { index, name -> Markup in
      let line: Markup = hasLines ? "<path class=\"line\" d=\"M0 7h26\"/>" : ""
      let width = hasLines ? 26.0 : 14.0
      let picture: Markup = """
        <svg class="\(colour(index))" width="\(width)" height="14" viewBox="0 0 \(width) 14" \
        aria-hidden="true">\
        \(line)<path class="mark" d="\(mark(index, width / 2, 7))"/></svg>
        """
      return "<li>\(picture)\(name)</li>\n"
    }
    return "<ul class=\"legend\">\n\(items)</ul>\n"
  }
}
