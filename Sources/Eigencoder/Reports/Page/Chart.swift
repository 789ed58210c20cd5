/// A drawing with two axes, as inline SVG. Lengths are in units of the drawing, which is as wide as its
/// column.
struct Chart {
  let width: Double
  let height: Double
  let x: Axis
  let y: Axis
  private var body: Markup = ""

  /// Where the axes are: what is left of the drawing beside their numbers and titles.
  struct Frame {
    var width = 480.0
    var height = 300.0
    var left = 62.0
    var right = 12.0
    var top = 12.0
    var bottom = 40.0

    var horizontal: (from: Double, to: Double) { (left, width - right) }
    var vertical: (from: Double, to: Double) { (height - bottom, top) }

    /// Moves the axis to the right until the longest number beside it has its place, in digits of 0.62 of the size.
    ///
    /// - Parameter title: the width of what stands before the numbers.
    mutating func makeRoom(forTicksOf y: Axis, size: Double, title: Double = 0) {
      let longest = y.ticks.map { $0.tickText.count }.max() ?? 0
      left = max(left, title + 0.62 * size * Double(longest) + 8)
    }
  }

  /// Axes with their numbers; `ticks` replaces those of the horizontal axis.
  init(_ frame: Frame, x: Axis, y: Axis, xTitle: String, yTitle: String, ticks: [Double]? = nil) {
    (width, height) = (frame.width, frame.height)
    self.x = x
    self.y = y
    let (bottom, right) = (frame.height - frame.bottom, frame.width - frame.right)
    for tick in y.ticks {
      let at = y.place(tick)
      body += "<path class=\"grid\" d=\"M\(frame.left) \(at)H\(right)\"/>"
      body += "<text class=\"end\" x=\"\(frame.left - 6)\" y=\"\(at + 3.5)\">\(tick.tickText)</text>"
    }
    for tick in ticks ?? x.ticks {
      let at = x.place(tick)
      body += "<path class=\"axis\" d=\"M\(at) \(bottom)v4\"/>"
      body += "<text class=\"middle\" x=\"\(at)\" y=\"\(bottom + 16)\">\(tick.tickText)</text>"
    }
    body += "<path class=\"axis\" d=\"M\(frame.left) \(bottom)H\(right)\"/>\n"
    if !xTitle.isEmpty {
      body += """
        <text class="middle quiet" x="\((frame.left + right) / 2)" y="\(frame.height - 6)">\(xTitle)</text>
        """
    }
    if !yTitle.isEmpty {
      let middle = (frame.top + bottom) / 2
      body += """
        <text class="middle quiet" transform="translate(14 \(middle)) rotate(-90)">\(yTitle)</text>
        """
    }
    body += "\n"
  }

  /// A line through points; those without a place on a logarithmic axis end it.
  mutating func line(_ points: [(x: Double, y: Double)], _ style: Markup) {
    let shown = points.prefix { point in
      point.y.isFinite && !(y.isLogarithmic && point.y <= 0) && !(x.isLogarithmic && point.x <= 0)
    }
    guard shown.count >= 2 else { return }
    let path = shown.enumerated().map { index, point -> Markup in
      "\(index == 0 ? "M" : "L")\(x.place(point.x)) \(y.place(point.y))" as Markup
    }
    body += "<path class=\"line \(style)\" d=\"\(path)\"/>\n"
  }

  /// Anything else, in the units of the drawing.
  mutating func draw(_ piece: Markup) { body += piece + "\n" }

  /// The drawing with a name and a description for those who cannot see it.
  ///
  /// - Parameter id: of its own in the page.
  func svg(id: Markup, title: String, description: String) -> Markup {
    """
    <svg class="chart" viewBox="0 0 \(width) \(height)" role="img" aria-labelledby="\(id)-title \(id)-desc">
    <title id="\(id)-title">\(title)</title>
    <desc id="\(id)-desc">\(description)</desc>
    \(body)</svg>

    """
  }
}
