// The command line's form: kinds with their numbers after colons, joined by "+".

extension Corruption {
  /// The form that `init(parsing:)` reads: "gaussian:0.1" in the units of the data, "gaussian:0.1sd" relative,
  /// "saltpepper:0.1", "blur:28x28:1.0", the parts of a sequence joined by "+"; a custom corruption's own name.
  public var name: String {
    switch self {
    case .gaussian(let deviation, .data): "gaussian:\(deviation)"
    case .gaussian(let factor, .relative): "gaussian:\(factor)\(Self.relativeMark)"
    case .relativeGaussian(let factor): "relative-gaussian:\(factor)"
    case .masking(let p): "masking:\(p)"
    case .meanMasking(let p): "mean-masking:\(p)"
    case .saltAndPepper(let p, 0, 1): "saltpepper:\(p)"
    case .saltAndPepper(let p, let low, let high): "saltpepper:\(p):\(low):\(high)"
    case .blur(let height, let width, let deviation): "blur:\(height)x\(width):\(deviation)"
    case .custom(let name, _): name
    case .sequence(let parts): parts.map(\.name).joined(separator: "+")
    }
  }

  /// After a deviation: in roots of the columns' mean variance.
  private static let relativeMark = "sd"

  /// The forms that `init(parsing:)` reads, for messages.
  package static let forms =
    "gaussian:SD, gaussian:Xsd, relative-gaussian:SD, masking:P, mean-masking:P, saltpepper:P, saltpepper:P:LOW:HIGH, "
    + "blur:HEIGHTxWIDTH:SD, or several joined by '+'"

  /// A corruption from text such as "gaussian:0.1", "saltpepper:0.1:-1:1" or "masking:0.3+blur:28x28:1".
  /// - Throws: `EigencoderError.invalidArgument` for another form or a strength out of range.
  public init(parsing text: String) throws {
    let parts = try Self.split(text).map(Self.one)
    self = parts.count == 1 ? parts[0] : .sequence(parts)
    try validate()
  }

  /// The text between the plus signs, but for those that belong to an exponent ("1e+20").
  private static func split(_ text: String) -> [Substring] {
    var parts: [Substring] = []
    var start = text.startIndex
    for i in text.indices where text[i] == "+" {
      if text[text.index(after: i)...].first?.isWholeNumber == true { continue }
      parts.append(text[start..<i])
      start = text.index(after: i)
    }
    return parts + [text[start...]]
  }

  private static func one(_ text: Substring) throws -> Corruption {
    let fields = text.split(separator: ":", omittingEmptySubsequences: false)
    func number(_ index: Int, before mark: String = "") throws -> Double {
      guard let number = Double(fields[index].dropLast(mark.count)) else {
        throw EigencoderError.invalidArgument("corruption '\(text)': '\(fields[index])' is not a number")
      }
      return number
    }
    switch (fields[0], fields.count) {
    case ("gaussian", 2) where fields[1].hasSuffix(relativeMark):
      return .gaussian(try number(1, before: relativeMark))
    case ("gaussian", 2): return .gaussian(try number(1), unit: .data)
    case ("relative-gaussian", 2): return .relativeGaussian(try number(1))
    case ("masking", 2): return .masking(try number(1))
    case ("mean-masking", 2): return .meanMasking(try number(1))
    case ("saltpepper", 2): return .saltAndPepper(try number(1), low: 0, high: 1)
    case ("saltpepper", 4): return .saltAndPepper(try number(1), low: try number(2), high: try number(3))
    case ("blur", 3):
      let sizes = fields[1].split(separator: "x", omittingEmptySubsequences: false).map { Int($0) }
      guard sizes.count == 2, let height = sizes[0], let width = sizes[1] else {
        throw EigencoderError.invalidArgument(
          "corruption '\(text)': '\(fields[1])' is not a size HEIGHTxWIDTH in pixels")
      }
      return .blur(height: height, width: width, deviation: try number(2))
    default: throw EigencoderError.invalidArgument("unknown corruption '\(text)'; it is one of \(forms)")
    }
  }
}
