import Eigencoder
import Foundation
import Testing

/// Exit status 65 for data that are not what they should be, 66 for none.
@Suite struct DataErrorTests {
  private let directory: TemporaryDirectory

  init() throws { directory = try TemporaryDirectory() }

  private func expect(
    _ message: String, _ status: Int32 = 65, sourceLocation: SourceLocation = #_sourceLocation
  ) throws {
    for command in [
      ["compare", "--data", "x", "--out", "report"],
      ["fit", "pca", "--data", "x", "--latent", "1", "--model", "m"],
      ["fit", "autoencoder", "--data", "x", "--latent", "1", "--model", "m"],
    ] {
      try expectFailure(status, message, command, in: directory, sourceLocation: sourceLocation)
    }
  }

  @Test func missing() throws { try expect("\(directory.url.path)/x: No such file or directory", 66) }

  @Test func aDirectory() throws {
    try FileManager.default.createDirectory(at: directory.file("x"), withIntermediateDirectories: false)
    try expect("\(directory.url.path)/x: is a directory, expected a file", 66)
  }

  @Test func empty() throws {
    try directory.write("", to: "x")
    try expect(
      "x: is empty, expected npy, npz, csv, tsv, jsonl, vec, idx, safetensors, fvecs, bvecs, ivecs, or raw float32 of a given number of columns"
    )
  }

  @Test func truncatedNpy() throws {
    try directory.write(
      npy("{'descr': '<f4', 'fortran_order': False, 'shape': (3, 2)}", content: 20), to: "x")
    try expect(
      "x: truncated: the header promises 3 x 2 float32 values (24 bytes), the file holds 20")
  }

  @Test func objects() throws {
    try directory.write(npy("{'descr': '|O', 'fortran_order': False, 'shape': (3,)}", content: 24), to: "x")
    try expect(
      "x: an array of Python objects is not read; this writes what is: python3 -c 'import numpy; numpy.save(\"y.npy\", numpy.stack(numpy.load(\"x\", allow_pickle=True)).astype(float))'"
    )
  }

  @Test func ragged() throws {
    try directory.write("1,2,3\n4,5,6\n7,8\n", to: "x")
    try expect("x: line 3 has 2 fields, expected 3 as in the first line")
  }

  @Test func notANumber() throws {
    try directory.write("1,2\n3,nan\n5,6\n", to: "x")
    try expect(
      "x: row 2, column 2 (counted from 1; line 2): expected a finite number, found \"nan\": a missing value (--missing drop-rows, or column-mean)"
    )
  }

  @Test func notANumberInNpy() throws {
    var x = samples(rows: 5, columns: 3)
    x[3, 1] = .nan
    try x.write(npy: directory.file("x"))
    try expect(
      "x: row 4, column 2 (counted from 1) is nan as float32, expected finite numbers (--missing drop-rows, or column-mean)"
    )
  }

  @Test func onlyAHeader() throws {
    try directory.write("a,b\n", to: "x")
    try expect("x: no rows, only a header of 2 columns")
  }

  @Test func oneRow() throws {
    try directory.writeSamples(rows: 1, columns: 4)
    try expectFailure(
      65, "x.npy has 1 row, expected at least 3: 2 to train and 1 to hold out",
      ["compare", "--data", "x.npy"],
      in: directory)
    try expectFailure(
      65, "PCA needs at least 2 rows, got 1",
      ["fit", "pca", "--data", "x.npy", "--latent", "1", "--model", "m"],
      in: directory)
    for method in ["linear-denoising", "autoencoder", "contractive", "denoising"] {
      try expectFailure(
        65, "\(method) needs at least 2 rows, got 1",
        ["fit", method, "--data", "x.npy", "--latent", "1", "--model", "m"], in: directory)
    }
  }

  @Test func tooFewToHoldOut() throws {
    try directory.writeSamples(rows: 2, columns: 4)
    try expectFailure(
      65, "x.npy has 2 rows, expected at least 3: 2 to train and 1 to hold out",
      ["compare", "--data", "x.npy"],
      in: directory)
    try directory.writeSamples(rows: 9, columns: 4)
    try expectFailure(
      65, "x.npy leaves 1 row to train, expected at least 2",
      ["compare", "--data", "x.npy", "--hold-out", "0.999"], in: directory)
  }

  /// A single column cannot be shortened, but may be asked for.
  @Test func oneColumn() throws {
    try directory.writeSamples(rows: 20, columns: 1)
    try expectFailure(
      65, "x.npy has 1 column: there is nothing to shorten; --latent 1 runs anyway",
      ["compare", "--data", "x.npy"], in: directory)
    try expectSuccess(["compare", "--data", "x.npy", "--latent", "1", "--epochs", "2"], in: directory)
    for method in [["pca"], ["autoencoder", "--epochs", "2"]] {
      try expectSuccess(
        ["fit", "--data", "x.npy", "--latent", "1", "--model", "m"] + method, in: directory)
    }
  }

  @Test func testOfAnotherWidth() throws {
    try directory.writeSamples(rows: 20, columns: 4)
    try directory.writeSamples(rows: 20, columns: 5, to: "y.npy")
    try expectFailure(
      65, "y.npy has 5 columns, x.npy has 4", ["compare", "--data", "x.npy", "--test", "y.npy"], in: directory
    )
  }

  /// Three rows, two of them to train: more columns than rows, and as many components as rows.
  @Test func smallestData() throws {
    try directory.writeSamples(rows: 3, columns: 6)
    try expectSuccess(["compare", "--data", "x.npy", "--epochs", "2"], in: directory)
    try expectSuccess(["compare", "--data", "x.npy", "--epochs", "2", "--validation", "0.99"], in: directory)
  }

  @Test func withoutSpread() throws {
    try Matrix<Float>(rows: 20, columns: 5, repeating: 3).write(npy: directory.file("x"))
    let report = try expectSuccess(
      ["compare", "--data", "x", "--methods", "pca,autoencoder", "--epochs", "2", "--format", "csv"],
      in: directory)
    #expect(report.output.split(separator: "\n").count == 3)
    try expectSuccess(["compare", "--data", "x", "--epochs", "2", "--standardize"], in: directory)
  }
}
