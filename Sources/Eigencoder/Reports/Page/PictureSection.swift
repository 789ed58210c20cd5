extension ReconstructionReport {
  /// Test rows as pictures: as they are and corrupted, and what each method makes of both.
  var pictures: PageSection? {
    guard let pictures = details?.pictures else { return nil }
    let drawn = reconstructions.filter { $0.details?.reconstructed != nil }
    guard !drawn.isEmpty else { return nil }
    let rows = pictures.rows.map { "\($0 + 1)" }.joined(separator: ", ")
    func image(_ file: String?, _ text: String) -> Markup {
      guard let file else { return "<div></div>\n" }
      let width = pictures.rows.count * (pictures.shape.width + 1) - 1
      return """
        <img src="data:image/png;base64,\(file)" width="\(width)" height="\(pictures.shape.height)" \
        alt="\(text)">

        """
    }
    let lines = latentSizes.map { latent -> Markup in
      let own = drawn.filter { $0.latent == latent }
      return own.enumerated().map { index, result -> Markup in
        let name = "\(result.method), \(result.latent)"
        return """
          \(index == 0 ? "<div class=\"gap\"></div>\n" as Markup : "")<div>\(name)</div>
          \(image(result.details?.reconstructed, "\(name): reconstructed"))\
          \(image(result.details?.denoised, "\(name): reconstructed from corrupted rows"))
          """
      }.joined()
    }
    return PageSection(
      id: "pictures", title: "Pictures",
      content: """
        <p class="note">Test rows \(rows) of the data, drawn as \(pictures.shape.height) x \
        \(pictures.shape.width) \
        pixels; \(pictures.black.tickText) is black, \(pictures.white.tickText) white\
        \(corruption.map { ". Corrupted by \($0), the same for all methods" } ?? "").</p>
        <div class="strips">
        <div class="head"></div><div class="head">from the row as it is</div>\
        <div class="head">\(pictures.corrupted == nil ? "" : "from the corrupted row")</div>
        <div>input</div>
        \(image(pictures.original, "original rows"))\
        \(image(pictures.corrupted, "corrupted rows"))\(lines)</div>

        """)
  }
}
