import Eigencoder
import Foundation
import Testing

/// A table with ids, text, labels and missing values from the file to codes and back.
@Suite struct TableCommandTests {
  private let directory: TemporaryDirectory
  private let x: Matrix<Float>

  init() throws {
    directory = try TemporaryDirectory()
    x = samples(rows: 40, columns: 4)
    var text = "id,a,b,c,d,title,kind\n"
    for i in 0..<40 {
      let numbers = x.row(i).map { "\($0)" }
      text += "doc-\(i)," + numbers.joined(separator: ",") + ",\"t, \(i)\",\(i % 2 == 0 ? "u" : "v")\n"
    }
    text += "doc-40,1,,3,4,gap,u\n"
    try directory.write(text, to: "t.csv")
  }

  private let options = ["--drop", "title,kind", "--missing", "drop-rows"]

  @Test func throughEveryCommand() throws {
    let fit = try expectSuccess(
      ["fit", "pca", "--data", "t.csv", "--latent", "2", "--model", "m"] + options, in: directory)
    #expect(
      fit.error == """
        t.csv: the first line names the columns; column "id" holds ids, not data (--select takes it as data); 4 of 7 columns are data
        t.csv: 1 row with missing values is left out

        """)
    let encode = ["encode", "--model", "m", "--data", "t.csv"] + options
    try expectSuccess(encode + ["--out", "z.csv"], in: directory)
    let codes = try directory.text("z.csv").split(separator: "\n")
    #expect(
      codes[0] == "id,0,1" && codes[1].hasPrefix("doc-0,") && codes[40].hasPrefix("doc-39,")
        && codes.count == 41)
    try expectSuccess(["decode", "--model", "m", "--data", "z.csv", "--out", "back.csv"], in: directory)
    #expect(try directory.text("back.csv").hasPrefix("id,a,b,c,d\ndoc-0,"))
    try expectSuccess(encode + ["--out", "z.jsonl"], in: directory)
    #expect(try directory.text("z.jsonl").hasPrefix(#"{"id": "doc-0", "embedding": ["#))
    try expectSuccess(encode + ["--out", "z.pg", "--out-format", "pgvector"], in: directory)
    #expect(try directory.text("z.pg").hasPrefix("doc-0,\"["))
    #expect(
      try Table(contentsOf: directory.file("z.jsonl")).x.inDouble
        == Table(contentsOf: directory.file("z.csv")).x.inDouble)
    let note = try expectSuccess(encode + ["--out", "z.npy"], in: directory).error
    #expect(
      note.contains(
        "npy has no place for the ids: rows keep their order (csv, tsv, jsonl, pgvector keep them)"))
    let table = try directory.text("t.csv")
    try directory.write(table.replacingOccurrences(of: "id,a,b,", with: "id,b,a,"), to: "r.csv")
    let swapped = try Tool.run(["evaluate", "--model", "m", "--data", "r.csv"] + options, in: directory.url)
    #expect(
      swapped.status == 65
        && swapped.error.contains("those of the fit in another order: column 1 is \"b\", expected \"a\""))
    try directory.write(table.replacingOccurrences(of: "id,a,b,", with: "id,B,b,"), to: "r.csv")
    #expect(
      try expectSuccess(["evaluate", "--model", "m", "--data", "r.csv"] + options, in: directory).error
        .contains(
          "warning: column 1 is \"B\", that of the fit was \"a\""))
  }

  @Test func labelsOfTheSameTable() throws {
    for command in [["compare", "--methods", "pca", "--latent", "2"], ["evaluate", "--model", "m"]] {
      try expectSuccess(
        ["fit", "pca", "--data", "t.csv", "--latent", "2", "--model", "m"] + options, in: directory)
      let result = try expectSuccess(
        command + [
          "--data", "t.csv", "--drop", "title", "--labels", "kind", "--missing", "drop-rows", "--format",
          "json",
        ],
        in: directory)
      #expect(result.output.contains("\"perClass\"") && result.output.contains("\"label\" : \"u\""))
    }
    try expectFailure(
      65, "t.csv: no column \"none\" for --labels, found 7 named id, a, b, c, d, title, kind",
      ["compare", "--data", "t.csv", "--labels", "none"], in: directory)
  }

  @Test(arguments: [
    (
      ["encode", "--model", "m", "--data", "t.csv", "--out", "z.parquet"],
      "'z.parquet' does not end as a format that is written"
    ),
    (
      ["compare", "--data", "t.csv", "--report", "r.pdf"],
      "--report writes HTML: a name that ends in .html, got 'r.pdf'"
    ),
    (["choose", "--data", "t.csv", "--header", "maybe"], "--header is one of yes, no; got 'maybe'"),
    (
      ["choose", "--data", "t.csv", "--permutations", "9223372036854775807"],
      "--permutations is at most 10000"
    ),
  ])
  func refuses(_ command: [String], _ fragment: String) throws {
    let result = try Tool.run(command, in: directory.url)
    #expect(result.status == 64 && result.error.contains(fragment), "\(result.error)")
  }

  @Test func optionsOfTablesAreForTables() throws {
    try x.write(npy: directory.file("x.npy"))
    let result = try Tool.run(["choose", "--data", "x.npy", "--drop", "1"], in: directory.url)
    #expect(result.status == 64 && result.error.contains("go with text and JSON lines, not with an npy file"))
  }

  @Test func meansNeedAFile() throws {
    try x.write(npy: directory.file("x.npy"))
    try expectSuccess(["fit", "pca", "--data", "x.npy", "--latent", "2", "--model", "m"], in: directory)
    let result = try Tool.run(
      [
        "-c",
        "printf '1,2,3,\\n' | '\(Tool.path.path)' encode --model m --data - --out z.npy --missing column-mean",
      ],
      in: directory.url, executable: URL(fileURLWithPath: "/bin/sh"))
    #expect(
      result.status == 64 && result.error.contains("which a pipe does not allow: give a file, or drop-rows"))
  }
}
