import Eigencoder
import Foundation
import Testing

/// The command; what the formats hold is tested in the library's tests.
@Suite struct ConvertTests {
  private let directory: TemporaryDirectory

  init() throws {
    directory = try TemporaryDirectory()
    try directory.writeSamples(rows: 12, columns: 4)
  }

  @Test func helpWhole() throws {
    #expect(
      try expectSuccess(["convert", "--help"]).output == """
        write rows of numbers in another format

        usage: eigencoder convert --data FILE --out FILE [--out-format NAME] [--type NAME]

        options:
          --data FILE        what to read; - for standard input.
                             npy, npz, csv, tsv, jsonl, vec, idx, safetensors, fvecs, bvecs or ivecs, by the content,
                             also gzipped; or raw float32 with --columns; several npy that are read as one: 'parts/*.npy'
          --scale X          multiply every number by X (default: 1)
          --columns D        the data are raw float32, little-endian, D numbers a row
          --array NAME       of an npz file with several arrays, the one to read; of JSON lines, the key of
                             the vector
          --tensor NAME      of a safetensors file with several tensors, the one to read
          --header yes|no    whether the first line of a table names its columns (default: as it looks)
          --select COLUMNS   of a table, those that are data: names, else numbers from 1, and ranges, as id,3-10
          --drop COLUMNS     of a table, those that are not data
          --ids COLUMN       of a table or JSON lines, what names the rows (default: "id", or a column
                             without a name that counts them)
          --missing NAME     numbers that are missing: error, drop-rows, column-mean, the mean of this file
                             (default: error)
          --decimal NAME     of a table: point or comma (default: as its numbers look)
          --out FILE         what to write; its ending tells the format
          --out-format NAME  npy, csv, tsv, jsonl, safetensors, fvecs, bvecs, ivecs, raw, pgvector (default: as --out ends)
          --type NAME        of the numbers: f16, f32, f64; i8 to i64 and u8 to u64 (default: as they are stored; of
                             text f64, and all its digits where the output is text too). npy and safetensors hold all,
                             csv and tsv f32 and f64, fvecs and raw f32; bvecs holds whole numbers from 0 to 255,
                             ivecs those of 32 bits
          --quiet            nothing on standard error but errors

        examples:
          eigencoder convert --data base.fvecs --out base.npy
              the vectors of a search benchmark for NumPy
          eigencoder convert --data x.npy --type f16 --out x-half.npy
              half the bytes, three digits
          eigencoder convert --data ids.csv --type i64 --out ids.npy
              whole numbers of 64 bits, exact
          eigencoder convert --data x.npz --array codes --out x.csv
              text whose numbers read back as the same ones
          cut -f2- table.tsv | eigencoder convert --data - --out table.safetensors
              from a pipe

        """)
  }

  private func convert(_ input: String, _ output: String, _ options: String...) throws {
    let result = try expectSuccess(["convert", "--data", input, "--out", output] + options, in: directory)
    // Of a table what its first line was taken for, and nothing else.
    #expect(
      result.output == ""
        && result.error.split(separator: "\n").allSatisfy { $0.contains("names the columns") })
  }

  /// From npy through every format in turn and back: the same bytes.
  @Test func roundTrip() throws {
    try convert("x.npy", "x.csv")
    try convert("x.csv", "x.tsv")
    try convert("x.tsv", "x.fvecs")
    try convert("x.fvecs", "x.safetensors")
    try convert("x.safetensors", "x.raw")
    try convert("x.raw", "y.npy", "--columns", "4")
    #expect(try Data(contentsOf: directory.file("y.npy")) == Data(contentsOf: directory.file("x.npy")))
    // The same numbers of text as f64, which is what they are there.
    try convert("x.tsv", "z.npy")
    try convert("z.npy", "z.csv", "--type", "f32")
    #expect(try Data(contentsOf: directory.file("z.csv")) == Data(contentsOf: directory.file("x.csv")))
  }

  @Test func text() throws {
    try directory.write("a,b,c\n1,2.5,-3e-3\n255,0,1e10\n", to: "t.csv")
    try convert("t.csv", "t.tsv")
    #expect(
      try String(contentsOf: directory.file("t.tsv"), encoding: .utf8)
        == "a\tb\tc\n1\t2.5\t-3e-3\n255\t0\t1e10\n")
    try convert("t.csv", "scaled", "--scale", "2", "--out-format", "csv")
    #expect(
      try String(contentsOf: directory.file("scaled"), encoding: .utf8)
        == "a,b,c\n2.0,5.0,-0.006\n510.0,0.0,20000000000.0\n")
  }

  @Test func types() throws {
    for (name, size) in [("f16", 2), ("f32", 4), ("f64", 8)] {
      try convert("x.npy", "\(name).npy", "--type", name)
      #expect(try Data(contentsOf: directory.file("\(name).npy")).count == 128 + 48 * size)
    }
    try directory.write([0, 0, 8, 3, 0, 0, 0, 2, 0, 0, 0, 1, 0, 0, 0, 3, 9, 8, 7, 0, 255, 1], to: "images")
    // As they are stored: not divided by 255.
    try convert("images", "images.bvecs")
    #expect(
      try [UInt8](Data(contentsOf: directory.file("images.bvecs"))) == [
        3, 0, 0, 0, 9, 8, 7, 3, 0, 0, 0, 0, 255, 1,
      ])
  }

  /// What the new file holds is not all that the old one did: a line says so, and the file is written.
  @Test(arguments: [
    (
      "0,2\n3e-9,5e-9\n", ["--type", "f16"],
      "2 numbers other than 0, the first in row 2, column 1 (counted from 1), become 0: float16 holds none nearer to it than 6e-08"
    ),
    (
      "0,2\n3,-1e-60\n", ["--type", "f32"],
      "the number other than 0 in row 2, column 2 (counted from 1) becomes 0: float32 holds none nearer to it than 1.4e-45"
    ),
    (
      "0,1e-300\n3,4\n", ["--scale", "1e-100"],
      "the number other than 0 in row 1, column 2 (counted from 1) becomes 0: float64 holds none nearer to it than 4.9e-324"
    ),
    (
      "0,2\n3,9007199254740993\n", [],
      "the whole number in row 2, column 2 (counted from 1) becomes another one: float64 holds 53 bits"
    ),
    (
      "16777217,1\n33554433,3\n", ["--type", "f32"],
      "2 whole numbers, the first in row 1, column 1 (counted from 1), become others: float32 holds 24 bits"
    ),
  ])
  func losses(_ text: String, _ options: [String], _ message: String) throws {
    try directory.write(text, to: "t.csv")
    let result = try expectSuccess(["convert", "--data", "t.csv", "--out", "o.npy"] + options, in: directory)
    #expect(result.output == "" && result.error == "eigencoder: warning: t.csv: \(message)\n")
    #expect(try Matrix<Double>(contentsOf: directory.file("o.npy")).rows == 2)
    let quiet = try expectSuccess(
      ["convert", "--quiet", "--data", "t.csv", "--out", "o.npy"] + options, in: directory)
    #expect(quiet.error == "")
  }

  @Test func wholeNumbersStayWhole() throws {
    let text = "9007199254740993,1\n-9223372036854775808,9223372036854775807\n"
    try directory.write(text, to: "i.csv")
    try convert("i.csv", "i.npy", "--type", "i64")
    try convert("i.npy", "same.npy")
    #expect(try directory.bytes("same.npy") == directory.bytes("i.npy"))
    for path in [["i.tsv", "o.csv"], ["i.safetensors", "o.csv"], ["o.csv"]] {
      var last = "i.npy"
      for name in path {
        try convert(last, name)
        last = name
      }
      #expect(try String(contentsOf: directory.file("o.csv"), encoding: .utf8) == text, "\(path)")
    }
    try expectFailure(
      65, "o.npy: row 1, column 1 (counted from 1) is 9007199254740993, expected whole numbers of 32 bits",
      ["convert", "--data", "i.npy", "--type", "i32", "--out", "o.npy"], in: directory)
    try directory.write("1,2\n3,0.5\n", to: "half.csv")
    try expectFailure(
      65,
      "half.csv: row 2, column 2 (counted from 1; line 2): expected a whole number of int64, found \"0.5\"",
      ["convert", "--data", "half.csv", "--type", "i64", "--out", "o.npy"], in: directory)
  }

  /// The product is computed in f64: it is 1e-60 1e60 there, and 1e20 1e-50.
  @Test func scales() throws {
    try Matrix<Double>([[1e-60, 2e-60]]).write(npy: directory.file("small.npy"))
    try convert("small.npy", "o.csv", "--scale", "1e60")
    #expect(
      try String(contentsOf: directory.file("o.csv"), encoding: .utf8)
        == "0.9999999999999999,1.9999999999999998\n")
    try convert("small.npy", "o.csv", "--scale", "1e60", "--type", "f32")
    #expect(try String(contentsOf: directory.file("o.csv"), encoding: .utf8) == "1.0,2.0\n")
    try Matrix<Float>([[1e20, 0]]).write(npy: directory.file("large.npy"))
    try convert("large.npy", "o.csv", "--scale", "1e-50")
    #expect(try String(contentsOf: directory.file("o.csv"), encoding: .utf8) == "1e-30,0.0\n")
  }

  private func shell(_ line: String) throws -> Tool.Result {
    try Tool.run(
      ["-c", line.replacing("eigencoder", with: "'\(Tool.path.path)'")], in: directory.url,
      executable: URL(fileURLWithPath: "/bin/sh"))
  }

  /// A pipe tells neither its name nor its length; the number of rows is put into the header in the end.
  @Test func pipes() throws {
    let result = try shell(
      "cat x.npy | eigencoder convert --data - --out /dev/stdout --out-format csv | eigencoder convert --data - --type f32 --out y.npy"
    )
    #expect(result.status == 0 && result.error == "", "\(result.error)")
    let y = try Matrix<Float>(contentsOf: directory.file("y.npy"))
    #expect(try y == Matrix(contentsOf: directory.file("x.npy")))
    try convert("x.npy", "x.csv")
    let unknown = try shell(
      "cat x.csv | eigencoder convert --data - --out /dev/stdout --out-format npy | cat")
    #expect(
      unknown.error
        == "eigencoder: error: an npy file begins with its number of rows, which is not known here and "
        + "cannot be added to a pipe later (see 'eigencoder convert --help')\n")
    #expect(unknown.output == "")
  }

  @Test(arguments: [
    (["--out", "o.npy"], "option '--data' is required"), (["--data", "x.npy"], "option '--out' is required"),
    (
      ["--data", "x.npy", "--out", "o.parquet"],
      "'o.parquet' does not end as a format that is written; --out-format is one of npy, csv, tsv, jsonl, safetensors, fvecs, bvecs, ivecs, raw, pgvector"
    ),
    (
      ["--data", "x.npy", "--out", "o", "--out-format", "xml"],
      "--out-format is one of npy, csv, tsv, jsonl, safetensors, fvecs, bvecs, ivecs, raw, pgvector; got 'xml'"
    ),
    (
      ["--data", "x.npy", "--out", "o.npy", "--type", "int8"],
      "--type is one of f16, f32, f64, i8, i16, i32, i64, u8, u16, u32, u64; got 'int8'"
    ),
    (["--data", "x.npy", "--out", "o.fvecs", "--type", "f64"], "--type of fvecs is f32, got 'f64'"),
    (["--data", "x.npy", "--out", "o.csv", "--type", "f16"], "--type of csv is f32 or f64, got 'f16'"),
    (
      ["--data", "x.npy", "--out", "o.bvecs", "--type", "f32"],
      "--type of bvecs is u8, got 'f32'"
    ),
    (["--data", "x.npy", "--out", "o.csv", "--scale", "0"], "--scale takes a number other than 0, got '0'"),
    (
      ["--data", "x.npy", "--out", "o.csv", "--columns", "0"],
      "--columns takes a whole number of at least 1, got '0'"
    ),
    (["--data", "x.npy", "--out", "x.npy"], "'x.npy' would replace what is read from 'x.npy'"),
  ])
  func usage(_ arguments: [String], _ message: String) throws {
    try expectFailure(
      64, message + " (see 'eigencoder convert --help')", ["convert"] + arguments, in: directory)
  }

  @Test func numbersThatDoNotFit() throws {
    try directory.write("1,2\n3,70000\n", to: "big.csv")
    try directory.write("1,2\n3,1e39\n", to: "huge.csv")
    try directory.write("1,2\n3,nan\n", to: "nan.csv")
    for (input, output, message) in [
      (
        "big.csv", "o.bvecs",
        "o.bvecs: row 2, column 2 (counted from 1) is 70000.0, expected whole numbers from 0 to 255"
      ),
      (
        "huge.csv", "o.ivecs",
        "o.ivecs: row 2, column 2 (counted from 1) is 1e+39, expected whole numbers of 32 bits"
      ),
      (
        "huge.csv", "o.fvecs",
        "huge.csv: row 2, column 2 (counted from 1; line 2): expected a finite number, found \"1e39\""
      ),
    ] {
      try expectFailure(65, message, ["convert", "--data", input, "--out", output], in: directory)
    }
    try expectFailure(
      65,
      "o.npy: row 2, column 2 (counted from 1) is 70000.0, expected numbers up to 65504, the range of float16",
      ["convert", "--data", "big.csv", "--out", "o.npy", "--type", "f16"], in: directory)
    let result = try Tool.run(["convert", "--data", "nan.csv", "--out", "o.npy"], in: directory.url)
    #expect(
      result.status == 65 && result.error.contains("nan.csv") && result.error.contains("2"), "\(result.error)"
    )
  }

  @Test func inputsAndOutputs() throws {
    try expectFailure(
      66, "\(directory.url.path)/nowhere.npy: No such file or directory",
      ["convert", "--data", "nowhere.npy", "--out", "o.npy"], in: directory)
    try expectFailure(
      73, "nowhere/o.npy: there is no directory \(directory.url.path)/nowhere",
      ["convert", "--data", "x.npy", "--out", "nowhere/o.npy"], in: directory)
    try expectFailure(
      73, "/dev/full: No space left on device",
      ["convert", "--data", "x.npy", "--out", "/dev/full", "--out-format", "csv"], in: directory)
    let bytes = try Data(contentsOf: directory.file("x.npy"))
    try bytes.dropLast(3).write(to: directory.file("cut.npy"))
    try expectFailure(
      65, "cut.npy: truncated: the header promises 12 x 4 float32 values (192 bytes), the file holds 189",
      ["convert", "--data", "cut.npy", "--out", "o.csv"], in: directory)
  }
}
