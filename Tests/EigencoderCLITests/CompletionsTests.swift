import Foundation
import Testing

@Suite struct CompletionsTests {
  private let directory: TemporaryDirectory

  init() throws {
    directory = try TemporaryDirectory()
    for shell in ["bash", "zsh", "fish"] {
      try directory.write(try expectSuccess(["completions", shell]).output, to: shell)
    }
    try directory.write("", to: "a file.npy")
  }

  /// nil where it is not installed.
  private static func executable(_ name: String) -> URL? {
    ["/usr/bin/", "/bin/", "/usr/local/bin/"].map { URL(fileURLWithPath: $0 + name) }.first {
      FileManager.default.isExecutableFile(atPath: $0.path)
    }
  }

  private func shell(_ name: String, _ arguments: [String]) throws -> Tool.Result? {
    try Self.executable(name).map { try Tool.run(arguments, in: directory.url, executable: $0) }
  }

  /// What bash offers for the last of these words.
  private func bash(_ words: String...) throws -> [String] {
    let script = """
      source ./bash
      COMP_WORDS=("$@")
      COMP_CWORD=$(($# - 1))
      _eigencoder
      printf '%s\\n' "${COMPREPLY[@]}"
      """
    let result = try #require(try shell("bash", ["-c", script, "bash", "eigencoder"] + words))
    #expect(result.status == 0 && result.error == "", "\(words): \(result.error)")
    return result.output.split(separator: "\n").map(String.init)
  }

  @Test func bashOffers() throws {
    #expect(try bash("comp") == ["compare", "completions"])
    #expect(try bash("").contains("evaluate"))
    #expect(try bash("compare", "--form") == ["--format"])
    #expect(try bash("compare", "--format", "") == ["table", "markdown", "json", "csv"])
    #expect(try bash("evaluate", "--format", "") == ["text", "json"])
    // --format=j as bash splits it, and --format= before anything follows.
    #expect(try bash("compare", "--format", "=", "j") == ["json"])
    #expect(try bash("compare", "--format", "=") == ["table", "markdown", "json", "csv"])
    #expect(try bash("compare", "--methods", "pca,au") == ["pca,autoencoder"])
    #expect(try bash("compare", "--data", "a") == ["a file.npy"])
    #expect(try bash("compare", "--epochs", "") == [])
    #expect(
      try bash("fit", "").prefix(6) == [
        "pca", "linear-denoising", "autoencoder", "contractive", "denoising", "linear",
      ])
    #expect(try bash("fit", "pca", "--mo") == ["--moments", "--model"])
    #expect(try bash("completions", "z") == ["zsh"])
    #expect(try bash("export", "o") == ["onnx"])
    #expect(try bash("export", "onnx", "--part", "") == ["encoder", "decoder", "both"])
    #expect(try bash("convert", "--type", "f") == ["f16", "f32", "f64"])
    #expect(try bash("help", "f") == ["fit"])
    #expect(try bash("compare", "--tied", "--ver") == ["--verbose"])
    #expect(try bash("nonsense", "") == [])
  }

  /// Every option of every help is offered, and nothing else.
  @Test(arguments: [
    "compare", "fit", "encode", "decode", "evaluate", "info", "choose", "export", "convert", "completions",
    "man",
  ])
  func everyOption(_ command: String) throws {
    let help = try expectSuccess([command, "--help"]).output
    let shown = help.split(separator: "\n").filter { $0.hasPrefix("  --") }.map {
      String($0.dropFirst(2).prefix { $0 != " " })
    }
    #expect(try bash(command, "--") == shown + ["--help"])
  }

  /// What is offered is what the parser takes.
  @Test(arguments: [
    "activation", "latent-activation", "initializer", "optimizer", "schedule", "contraction-route", "format",
  ])
  func choices(_ option: String) throws {
    let error = try Tool.run(["compare", "--\(option)", "?"]).error
    let list = try #require(error.split(separator: " is one of ").last?.split(separator: "; got").first)
    let known = list.split(separator: ", ").map(String.init).filter { !$0.contains(":") }
    #expect(try bash("compare", "--\(option)", "") == known)
  }

  @Test(arguments: ["bash", "zsh", "fish"]) func syntax(_ name: String) throws {
    guard let result = try shell(name, ["-n", name]) else { return }
    #expect(result.status == 0 && result.error == "", "\(result.error)")
  }

  @Test func fishOffers() throws {
    func fish(_ line: String) throws -> [String]? {
      try shell("fish", ["--no-config", "-c", "source ./fish; complete -C '\(line)'"]).map {
        $0.output.split(separator: "\n").map { String($0.prefix { $0 != "\t" }) }
      }
    }
    guard let commands = try fish("eigencoder comp") else { return }
    #expect(commands == ["compare", "completions"])
    #expect(try fish("eigencoder compare --format ") == ["csv", "json", "markdown", "table"])
    #expect(try fish("eigencoder compare --methods pca,au") == ["pca,autoencoder"])
    #expect(try fish("eigencoder compare --data a")?.count == 1)
    #expect(try fish("eigencoder compare --tie") == ["--tied"])
    #expect(try fish("eigencoder completions z") == ["zsh"])
  }

  /// zsh's own completion, on a terminal of its own.
  @Test(.timeLimit(.minutes(1))) func zshOffers() throws {
    let script = """
      zmodload zsh/zpty
      zpty -b z zsh -f -i
      zpty -w z 'PROMPT=; autoload -U compinit; compinit -u -D; source ./zsh; print rea""dy'
      wait_for() { local out; all=; repeat 200; do while zpty -rt z out; do all+=$out; done; [[ $all == *$1* ]] && return; sleep .1; done }
      wait_for ready
      for line in 'compare --format j' 'compare --methods pca,au' 'fit li' 'completions f' 'compare --tie'; do
        zpty -w -n z $'\\C-ueigencoder '$line$'\\t'
        sleep .3
      done
      wait_for --tied
      print -r -- $all
      zpty -d z
      """
    guard let result = try shell("zsh", ["-f", "-c", script]) else { return }
    for text in ["--format json", "--methods pca,autoencoder", "fit linear-denoising", "completions fish"] {
      #expect(result.output.contains(text), "\(text) in \(result.output)")
    }
  }

  @Test func errors() throws {
    try expectFailure(
      64, "completions needs a shell, one of bash, zsh, fish (see 'eigencoder completions --help')",
      ["completions"])
    try expectFailure(
      64,
      "completions needs a shell, one of bash, zsh, fish; got 'csh' (see 'eigencoder completions --help')",
      ["completions", "csh"])
  }

  @Test func manual() throws {
    let page = try expectSuccess(["man"]).output
    try directory.write(page, to: "eigencoder.1")
    for fragment in [
      ".TH EIGENCODER 1", ".SS compare", "\\fB\\-\\-learning\\-rate\\fR \\fIX\\fR", ".SH EXIT STATUS",
      "NO_COLOR",
    ] {
      #expect(page.contains(fragment))
    }
    if let lint = try shell("mandoc", ["-Tlint", "eigencoder.1"]) {
      #expect(lint.status == 0 && lint.output == "" && lint.error == "", "\(lint.output)")
    }
    if let text = try shell("mandoc", ["-Tutf8", "eigencoder.1"]) {
      // Letters over themselves for bold and underlined.
      let plain = text.output.replacingOccurrences(of: ".\u{8}", with: "", options: .regularExpression)
      #expect(plain.contains("eigencoder compare [--data FILE]"))
    }
    if let man = try shell("man", ["--warnings", "-l", "eigencoder.1"]) {
      #expect(man.status == 0 && man.error == "", "\(man.error)")
    }
  }
}
