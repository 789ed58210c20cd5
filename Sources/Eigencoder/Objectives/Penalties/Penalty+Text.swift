// The command line's form: numbers between colons, in the kind's own unit or followed by another's mark: "0.1", "0.1var".

extension Penalty {
  private static let marks: [(mark: String, unit: StrengthUnit)] = [("var", .relative), ("data", .data)]

  /// The text of its setting, which `init(_:parsing:)` reads.
  package var text: String {
    let kind = type(of: term)
    let mark = unit == kind.textUnit ? "" : Self.marks.first { $0.unit == unit }?.mark ?? ""
    return term.text + mark
  }

  /// A penalty of one kind from text: the numbers of its form, and after them "var" where the weight is relative, in mean
  /// column variances, or "data" where it is in the units of the data; without either in what the kind counts in.
  ///
  /// - Throws: `EigencoderError.invalidArgument` that names the option.
  package init(_ kind: any PenaltyTerm.Type, parsing text: String) throws {
    guard let (mark, unit) = Self.marks.first(where: { text.hasSuffix($0.mark) }) else {
      self.init(try kind.init(parsing: text), unit: kind.textUnit)
      return
    }
    self.init(try kind.init(parsing: String(text.dropLast(mark.count))), unit: unit)
  }
}
