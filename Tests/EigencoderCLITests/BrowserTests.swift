import Foundation
import Testing

/// The page in a real browser, where there is one; skipped elsewhere.
@Suite struct BrowserTests {
  private static let browser: URL? = ["chromium", "chromium-browser", "google-chrome"].lazy
    .flatMap { name in
      (ProcessInfo.processInfo.environment["PATH"] ?? "").split(separator: ":").map { "\($0)/\(name)" }
    }
    .first { FileManager.default.isExecutableFile(atPath: $0) }.map { URL(fileURLWithPath: $0) }

  /// Measures the page in a frame of a given width, and writes what it finds as JSON.
  private static func harness(width: Int) -> String {
    """
    <!DOCTYPE html><meta charset="utf-8"><body>
    <iframe id="frame" src="r.html" width="\(width)" height="900" style="border:0"></iframe><pre \
    id="found"></pre>
    <script>
    addEventListener("load", () => {
      const view = document.getElementById("frame").contentWindow, page = view.document;
      const inside = (a, b) => a.left >= b.left - 1 && a.right <= b.right + 1 && a.top >= b.top - 1 && \
      a.bottom <= b.bottom + 1;
      const shown = e => e.getBoundingClientRect().width > 0 && e.getBoundingClientRect().height > 0;
      const clipped = [...page.querySelectorAll("svg.chart")].flatMap(svg =>
        [...svg.querySelectorAll("text")].filter(t => !inside(t.getBoundingClientRect(), \
        svg.getBoundingClientRect()))
          .map(t => svg.querySelector("title").textContent + ": " + t.textContent));
      document.getElementById("found").textContent = JSON.stringify({
        overflow: page.documentElement.scrollWidth - page.documentElement.clientWidth,
        sections: [...page.querySelectorAll("section")].filter(shown).map(e => e.id),
        images: [...page.images].filter(i => i.naturalWidth > 0 && shown(i)).length,
        charts: [...page.querySelectorAll("svg.chart")].filter(shown).length,
        smallest: Math.min(...[...page.querySelectorAll("svg.chart")].map(svg =>
          parseFloat(view.getComputedStyle(svg).fontSize) * svg.getBoundingClientRect().width / \
          svg.viewBox.baseVal.width)),
        // Captions, hints, terms and the summary stand whole in the page; only tables scroll.
        cut: [...page.querySelectorAll("p, dt, dd, h1, h2, h3, .summary, .verdict")].filter(e => shown(e) && \
        (e.scrollWidth > e.clientWidth + 1 || !inside(e.getBoundingClientRect(), \
        page.body.getBoundingClientRect()))).map(e => e.textContent),
        clipped, results: JSON.parse(page.getElementById("report").textContent).results.length});
    });
    </script>
    """
  }

  @Test(.enabled(if: browser != nil, "no chromium"), arguments: [380, 820, 1280])
  func rendersWhole(_ width: Int) throws {
    let directory = try TemporaryDirectory()
    let labels = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
      .appendingPathComponent("../../Fixtures/digits_labels.npy").standardized.path
    try expectSuccess(
      // As many epochs as their numbers are wide.
      [
        "compare", "--epochs", "100", "--hidden", "4", "--labels", labels, "--quiet", "--report", "r.html",
      ], in: directory)
    try directory.write(Self.harness(width: width), to: "harness.html")
    let result = try Tool.run(
      [
        "--headless", "--no-sandbox", "--disable-gpu", "--allow-file-access-from-files",
        "--user-data-dir=\(directory.file("profile").path)", "--window-size=1400,1000",
        "--virtual-time-budget=20000", "--enable-logging=stderr", "--dump-dom",
        directory.file("harness.html").absoluteString,
      ], in: directory.url, executable: try #require(Self.browser))
    #expect(result.status == 0)
    // Errors of scripts, of the security policy, of resources that are not found.
    #expect(!result.error.contains("CONSOLE"), "\(result.error)")
    let start = try #require(result.output.range(of: "<pre id=\"found\">"))
    let end = try #require(
      result.output.range(of: "</pre>", range: start.upperBound..<result.output.endIndex))
    let found = try object(
      result.output[start.upperBound..<end.lowerBound].replacingOccurrences(of: "&amp;", with: "&")
        .replacingOccurrences(of: "&lt;", with: "<").replacingOccurrences(of: "&gt;", with: ">"))
    #expect(found["overflow"] as? Int == 0)
    #expect(
      found["sections"] as? [String]
        == [
          "summary", "errors", "neighbours", "size", "training", "spectrum", "pictures", "codes", "classes",
          "made",
        ])
    #expect(found["images"] as? Int == 2 + 2 * 21)
    #expect(found["charts"] as? Int == 1 + 9 + 1 + 7)
    #expect(found["clipped"] as? [String] == [])
    #expect(found["results"] as? Int == 24)
    #expect(found["cut"] as? [String] == [], "text that is wider than its place")
    #expect((found["smallest"] as? Double ?? 0) >= 9.5, "the smallest text of a drawing, in CSS pixels")
  }
}
