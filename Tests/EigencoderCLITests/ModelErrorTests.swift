import Eigencoder
import Foundation
import Testing

/// Model files that are none, and data that do not fit a model: 65, and nothing written.
@Suite struct ModelErrorTests {
  private let directory: TemporaryDirectory

  init() throws {
    directory = try TemporaryDirectory()
    try directory.writeSamples(rows: 12, columns: 4)
  }

  private func expect(
    _ message: String, _ status: Int32 = 65, sourceLocation: SourceLocation = #_sourceLocation
  ) throws {
    for command in [
      ["info", "--model", "m"], ["evaluate", "--model", "m", "--data", "x.npy"],
      ["encode", "--model", "m", "--data", "x.npy", "--out", "z.npy"],
      ["decode", "--model", "m", "--data", "x.npy", "--out", "z.npy"],
    ] {
      try expectFailure(status, message, command, in: directory, sourceLocation: sourceLocation)
    }
  }

  @Test func missing() throws { try expect("\(directory.url.path)/m: No such file or directory", 66) }

  @Test func lyingHeaderLength() throws {
    try directory.write([255, 255, 255, 1, 0, 0, 0, 0] + Array("{}".utf8), to: "m")
    try expect("m: truncated: the safetensors header takes 33554431 bytes, the file holds 2")
  }

  @Test func lyingOffsets() throws {
    try directory.write(
      safetensors(#"{"mean":{"dtype":"F64","shape":[9],"data_offsets":[0,72]}}"#, content: 8), to: "m")
    try expect("m: truncated: the header promises 72 bytes of tensors, the file holds 8")
  }

  @Test func lyingShape() throws {
    try directory.write(
      safetensors(#"{"mean":{"dtype":"F64","shape":[4],"data_offsets":[0,8]}}"#, content: 8), to: "m")
    try expect("m: tensor 'mean' of 4 float64 takes 32 bytes, its offsets span 8")
  }

  @Test func anotherSafetensors() throws {
    try directory.write(
      safetensors(#"{"mean":{"dtype":"F64","shape":[1],"data_offsets":[0,8]}}"#, content: 8), to: "m")
    try expect(
      "m: a safetensors file but not an Eigencoder model: its metadata lack format, method or architecture")
  }

  @Test func anotherArchitecture() throws {
    try directory.write(
      safetensors(#"{"__metadata__":{"format":"eigencoder","method":"pca","architecture":"round"}}"#), to: "m"
    )
    try expect("m: the metadata's architecture cannot be read: round")
  }

  @Test(arguments: ["pca", "autoencoder"]) func truncated(_ method: String) throws {
    try fit(method)
    let bytes = try Data(contentsOf: directory.file("m"))
    for length in [0, 7, 8, 100, bytes.count / 2, bytes.count - 1] {
      try bytes.prefix(length).write(to: directory.file("m"))
      let before = directory.contents
      let result = try Tool.run(
        ["encode", "--model", "m", "--data", "x.npy", "--out", "z.npy"], in: directory.url)
      #expect(result.status == 65)
      #expect(
        result.error.hasPrefix("eigencoder: error: m: ") && result.error.split(separator: "\n").count == 1)
      #expect(directory.contents == before)
    }
  }

  @Test(arguments: ["pca", "autoencoder"]) func anotherWidth(_ method: String) throws {
    try fit(method)
    try directory.writeSamples(rows: 5, columns: 7, to: "wide.npy")
    try expectFailure(
      65, "the model takes 4 columns, wide.npy has 7",
      ["encode", "--model", "m", "--data", "wide.npy", "--out", "z.npy"], in: directory)
    try expectFailure(
      65, "the model takes 2 code columns, wide.npy has 7",
      ["decode", "--model", "m", "--data", "wide.npy", "--out", "z.npy"], in: directory)
    try expectFailure(
      65, "the model takes 4 columns, wide.npy has 7", ["evaluate", "--model", "m", "--data", "wide.npy"],
      in: directory)
  }

  /// A method of another version, or of somebody's making; its name reaches the terminal neither as it is, nor at any
  /// length.
  @Test func unknownMethod() throws {
    try fit("autoencoder")
    var file = try SafeTensors(contentsOf: directory.file("m"))
    file.metadata["method"] = "a\u{1B}[31m\n" + String(repeating: "b", count: 1000)
    file.metadata["architecture"] = "{}"
    try file.write(to: directory.file("m"))
    let result = try Tool.run(["info", "--model", "m"], in: directory.url)
    #expect(result.status == 65)
    #expect(result.error.hasPrefix("eigencoder: error: m: a model of the method 'a [31m bbb"))
    #expect(result.error.hasSuffix("', whose architecture this version cannot read\n"))
    #expect(result.error.count < 600 && result.error.filter { $0 == "\n" }.count == 1)
  }

  /// A network may have any name; it reaches the terminal in the same way.
  @Test func nameOfANetwork() throws {
    try fit("autoencoder")
    var file = try SafeTensors(contentsOf: directory.file("m"))
    for name in ["mine", "pca", "a\u{1B}[31m\n" + String(repeating: "b", count: 1000)] {
      file.metadata["method"] = name
      try file.write(to: directory.file("m"))
      let output = try expectSuccess(["info", "--model", "m"], in: directory).output
      #expect(!output.contains("\u{1B}") && output.split(separator: "\n")[0].count < 600)
      #expect(output.hasPrefix(name.hasPrefix("a") ? "a [31m bbb" : "\(name): "), "\(output)")
    }
  }

  private func fit(_ method: String) throws {
    let training = method == "pca" ? [] : ["--epochs", "2"]
    try expectSuccess(
      ["fit", method, "--data", "x.npy", "--latent", "2", "--model", "m"] + training, in: directory)
  }
}
