extension ReconstructionReport {
  /// What another person needs to make the report again.
  var provenanceSection: PageSection? {
    guard let made = details?.provenance else { return nil }
    let inputs = made.inputs.map { input -> Markup in
      let checksum: Markup = input.crc32.map { "CRC-32 <code>\($0)</code>" } ?? "a pipe, without a checksum"
      return
        "<dt>\(input.role)</dt><dd>\(input.name)\(input.bytes.map { ", \($0) bytes" } ?? ""), \(checksum)</dd>\n"
    }
    let facts: [(String, Markup)] =
      [("program", "\(made.program)")] + (made.date.map { [("made", "<time>\($0)</time>")] } ?? [])
      + [
        ("split", "\(made.split)"), ("BLAS", "\(made.blas)"),
        ("kernels", "\(made.kernels), \(made.threads) thread\(made.threads == 1 ? "" : "s")"),
        ("system", "\(made.system)"),
      ]
    let options = made.options.sorted { $0.key < $1.key }.map {
      "<dt>\($0.key)</dt><dd><code>\($0.value)</code></dd>\n" as Markup
    }
    return PageSection(
      id: "made", title: "How this was made",
      content: """
        <pre>\(made.commandLine)</pre>
        <dl>
        \(inputs)\(facts.map { "<dt>\($0.0)</dt><dd>\($0.1)</dd>\n" as Markup })</dl>
        <h3>Settings</h3>
        <dl>
        \(options)</dl>
        <p class="note">The same program with the same data, settings and kernels gives the same \
        numbers, but for times. The whole report is in this file as JSON, in the script element with the id \
        “report”.</p>

        """)
  }
}
