import Testing

/// A reader of the pages that we write: stricter than HTML, so that what it takes any browser takes.
///
/// Tags are balanced, attributes are quoted and given once, `<` and `&` stand in text only as references,
/// ids are unique and every reference to one is met.
struct PageReader {
  struct Element {
    let name: String
    let attributes: [String: String]
    /// The text inside, references replaced.
    var text = ""
    /// Names of the elements around it, outermost first.
    let path: [String]
  }

  struct Failure: Error, CustomStringConvertible {
    let description: String
  }

  /// In the order of their start tags.
  private(set) var elements: [Element] = []

  private static let void: Set = ["meta", "br", "img", "hr", "link", "input"]
  /// Whose content is text as it stands.
  private static let raw: Set = ["script", "style"]

  init(_ page: String) throws {
    let opening = "<!DOCTYPE html>\n"
    guard page.hasPrefix(opening) else { throw Failure(description: "no doctype") }
    var rest = Substring(page.dropFirst(opening.count))
    var open: [Int] = []
    while let character = rest.first {
      if character != "<" {
        let run = rest.prefix { $0 != "<" }
        rest = rest[run.endIndex...]
        let text = try Self.unescaped(run)
        if open.isEmpty, !run.allSatisfy(\.isWhitespace) {
          throw Failure(description: "text outside: \(run)")
        }
        for index in open { elements[index].text += text }
        continue
      }
      guard let end = rest.firstIndex(of: ">") else { throw Failure(description: "an open tag at the end") }
      let tag = rest[rest.index(after: rest.startIndex)..<end]
      rest = rest[rest.index(after: end)...]
      if tag.hasPrefix("/") {
        guard let last = open.popLast(), elements[last].name == tag.dropFirst() else {
          throw Failure(description: "<\(tag)> ends \(open.last.map { elements[$0].name } ?? "nothing")")
        }
        continue
      }
      let closed = tag.hasSuffix("/")
      let (name, attributes) = try Self.parse(closed ? tag.dropLast() : tag)
      elements.append(
        Element(name: name, attributes: attributes, path: open.map { elements[$0].name }))
      if closed || Self.void.contains(name) { continue }
      guard Self.raw.contains(name) else {
        open.append(elements.count - 1)
        continue
      }
      guard let range = rest.range(ofFirst: "</\(name)>") else {
        throw Failure(description: "\(name) does not end")
      }
      elements[elements.count - 1].text = String(rest[..<range.lowerBound])
      rest = rest[range.upperBound...]
    }
    guard open.isEmpty else {
      throw Failure(description: "open at the end: \(open.map { elements[$0].name })")
    }
    try checkReferences()
  }

  func all(_ name: String) -> [Element] { elements.filter { $0.name == name } }

  private func checkReferences() throws {
    let ids = elements.compactMap { $0.attributes["id"] }
    guard Set(ids).count == ids.count else { throw Failure(description: "an id twice") }
    for element in elements {
      let labels = (element.attributes["aria-labelledby"] ?? "").split(separator: " ").map(String.init)
      let links = [element.attributes["href"]].compactMap { $0 }.map { String($0.dropFirst()) }
      for id in labels + links where !ids.contains(id) {
        throw Failure(description: "no element has the id \(id)")
      }
    }
  }

  private static func parse(_ tag: Substring) throws -> (String, [String: String]) {
    let name = tag.prefix { $0.isLetter || $0.isNumber }
    guard !name.isEmpty else { throw Failure(description: "<\(tag)>") }
    var attributes: [String: String] = [:]
    var rest = tag[name.endIndex...]
    while true {
      rest = rest.drop { $0.isWhitespace }
      guard !rest.isEmpty else { return (String(name), attributes) }
      let key = rest.prefix { $0.isLetter || $0.isNumber || $0 == "-" }
      rest = rest[key.endIndex...]
      guard !key.isEmpty, rest.hasPrefix("=\""), attributes[String(key)] == nil else {
        throw Failure(description: "an attribute in <\(tag)>")
      }
      let value = rest.dropFirst(2).prefix { $0 != "\"" }
      guard value.endIndex < rest.endIndex else { throw Failure(description: "a quote in <\(tag)>") }
      attributes[String(key)] = try unescaped(value)
      rest = rest[rest.index(after: value.endIndex)...]
    }
  }

  /// The text that a run of characters and references is.
  private static func unescaped(_ text: Substring) throws -> String {
    var result = ""
    var rest = text
    while let start = rest.firstIndex(of: "&") {
      result += rest[..<start]
      guard let end = rest[start...].firstIndex(of: ";"),
        let character = [
          "amp": "&", "lt": "<", "gt": ">", "quot": "\"", "#39": "'",
        ][rest[rest.index(after: start)..<end]]
      else { throw Failure(description: "an & in: \(text)") }
      result += character
      rest = rest[rest.index(after: end)...]
    }
    return result + rest
  }
}

extension Substring {
  fileprivate func range(ofFirst text: String) -> Range<Index>? {
    var start = startIndex
    while let found = self[start...].firstIndex(of: text.first!) {
      if self[found...].hasPrefix(text) { return found..<index(found, offsetBy: text.count) }
      start = index(after: found)
    }
    return nil
  }
}
