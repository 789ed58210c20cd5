import Eigencoder
import Foundation
import Testing

/// The commands of the README and of the articles have the options that they show, and the formats are those that are read.
@Suite struct ReadmeCommandTests {
  private static let root = URL(fileURLWithPath: #filePath).appendingPathComponent("../../..").standardized

  static let pages: [String] = {
    let articles = root.appendingPathComponent("Sources/Eigencoder/Eigencoder.docc")
    let names = (try? FileManager.default.contentsOfDirectory(atPath: articles.path)) ?? []
    return ["README.md"]
      + names.filter { $0.hasSuffix(".md") }.sorted().map { "Sources/Eigencoder/Eigencoder.docc/" + $0 }
  }()

  /// The lines of the fenced sh blocks, those that end in a backslash joined.
  private static func commands(of page: String) throws -> [[String]] {
    let text = try String(contentsOf: root.appendingPathComponent(page), encoding: .utf8)
    let blocks = text.components(separatedBy: "```sh\n").dropFirst().map {
      $0.components(separatedBy: "```")[0]
    }
    let lines = blocks.joined(separator: "\n").replacingOccurrences(of: "\\\n", with: " ").split(
      separator: "\n")
    return lines.flatMap { line -> [[String]] in
      let parts = line.components(separatedBy: "#")[0].components(separatedBy: "|")
      return parts.compactMap { part in
        let words = part.split(separator: " ").map(String.init)
        return words.firstIndex(of: "eigencoder").map { Array(words[($0 + 1)...]) }
      }
    }
  }

  @Test(arguments: pages) func optionsExist(_ page: String) throws {
    for words in try Self.commands(of: page) {
      guard let name = words.first, !name.hasPrefix("-") else { continue }
      let help = try expectSuccess([name, "--help"]).output
      for option in words.filter({ $0.hasPrefix("--") && $0.count > 2 }) {
        let shown = help.split(separator: "\n").contains {
          $0.hasPrefix("  \(option.components(separatedBy: "=")[0]) ")
        }
        #expect(shown || option == "--help", "\(page): eigencoder \(words.joined(separator: " ")): \(option)")
      }
    }
  }

  @Test func theReadmeNamesTheFormats() throws {
    let readme = try String(contentsOf: Self.root.appendingPathComponent("README.md"), encoding: .utf8)
      .replacingOccurrences(of: "vec (word vectors)", with: "vec")
    let names = FileFormat.recognized.map(\.name).joined(separator: ", ")
    #expect(readme.contains("Data are \(names) or raw float32"))
    #expect(readme.split(separator: "\n", omittingEmptySubsequences: false).count <= 121)
  }
}
