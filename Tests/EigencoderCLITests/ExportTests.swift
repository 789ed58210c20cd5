import Eigencoder
import Foundation
import Testing

/// What the files hold is tested in the library's tests; here, the command.
@Suite struct ExportTests {
  private let directory: TemporaryDirectory

  init() throws {
    directory = try TemporaryDirectory()
    try directory.writeSamples(rows: 12, columns: 4)
    try expectSuccess(["fit", "pca", "--data", "x.npy", "--latent", "2", "--model", "m"], in: directory)
  }

  @Test func helpWhole() throws {
    #expect(
      try expectSuccess(["export", "--help"]).output == """
        write a saved model for other programs: ONNX, a faiss transform or index

        usage: eigencoder export onnx|faiss|faiss-index --model M --out FILE [--part encoder|decoder|both] [--codes Z.npy]

        options:
          --model FILE  a model saved by 'eigencoder fit' or 'eigencoder embed'
          --part NAME   of onnx: encoder, decoder, both (default: encoder);
                        the encoder takes 'x' and gives 'codes', the decoder takes 'codes' and
                        gives 'reconstruction', both together take 'x' and give both
          --codes FILE  of faiss-index: the codes that 'eigencoder encode' wrote by the model of 'embed'
          --out FILE    where to write: onnx (opset 17, float32), for faiss safetensors with A and b,
                        for faiss-index what faiss.read_index opens
          --quiet       nothing on standard error but errors

        examples:
          eigencoder export onnx --model net.safetensors --out encoder.onnx
              samples to codes in any ONNX runtime
          eigencoder export onnx --model net.safetensors --part both --out net.onnx
              codes and reconstructions by one graph
          eigencoder export faiss --model pca.safetensors --out pca-faiss.safetensors
              an affine encoder, z = A x + b, for faiss.LinearTransform
          eigencoder export faiss-index --model embed.safetensors --codes z.npy --out z.faiss
              codes of 'embed --engine faiss' as an index that is searched by original vectors

        """)
  }

  /// The tool writes what the library writes, and says nothing.
  @Test(arguments: [nil, "encoder", "decoder", "both"]) func onnx(_ part: String?) throws {
    let result = try expectSuccess(
      ["export", "onnx", "--model", "m", "--out", "out"] + (part.map { ["--part", $0] } ?? []), in: directory)
    #expect(result.output == "" && result.error == "")
    let model = try Model<Float>(contentsOf: directory.file("m"))
    try model.write(onnx: directory.file("expected"), part: Model<Float>.Part(rawValue: part ?? "encoder")!)
    #expect(try Data(contentsOf: directory.file("out")) == Data(contentsOf: directory.file("expected")))
    #expect(directory.contents == ["expected", "m", "out", "x.npy"])
  }

  @Test func faiss() throws {
    let result = try expectSuccess(["export", "faiss", "--model", "m", "--out", "out"], in: directory)
    #expect(result.output == "" && result.error == "")
    try Model<Float>(contentsOf: directory.file("m")).write(faiss: directory.file("expected"))
    #expect(try Data(contentsOf: directory.file("out")) == Data(contentsOf: directory.file("expected")))
  }

  @Test(arguments: [
    (["export"], "export needs a target, one of onnx, faiss, faiss-index"),
    (["export", "tflite"], "export needs a target, one of onnx, faiss, faiss-index; got 'tflite'"),
    (["export", "onnx", "faiss"], "unexpected argument 'faiss'"),
    (["export", "onnx", "--out", "o"], "option '--model' is required"),
    (["export", "onnx", "--model", "m"], "option '--out' is required"),
    (
      ["export", "onnx", "--model", "m", "--out", "o", "--part", "middle"],
      "--part is one of encoder, decoder, both; got 'middle'"
    ),
    (
      ["export", "faiss", "--model", "m", "--out", "o", "--part", "encoder"],
      "--part goes with onnx; for faiss it is the encoder"
    ),
    (["export", "faiss-index", "--model", "m", "--out", "o"], "option '--codes' is required"),
    (["export", "onnx", "--model", "m", "--out", "o", "--codes", "z"], "--codes goes with faiss-index"),
    (["export", "onnx", "--model", "m", "--out", "m"], "'m' would replace what is read from 'm'"),
  ])
  func usage(_ arguments: [String], _ message: String) throws {
    try expectFailure(64, message + " (see 'eigencoder export --help')", arguments, in: directory)
  }

  @Test(arguments: ["onnx", "faiss"]) func badModel(_ target: String) throws {
    try expectFailure(
      66, "\(directory.url.path)/nowhere: No such file or directory",
      ["export", target, "--model", "nowhere", "--out", "o"], in: directory)
    try expectFailure(
      65, "x.npy: a safetensors header of 379676406402707 bytes, expected at most 100000000",
      ["export", target, "--model", "x.npy", "--out", "o"], in: directory)
  }

  @Test func notAffine() throws {
    try expectSuccess(
      ["fit", "autoencoder", "--data", "x.npy", "--latent", "2", "--epochs", "0", "--model", "net"],
      in: directory)
    try expectFailure(
      65, "faiss's LinearTransform is one affine map, which an encoder with the activation silu is not",
      ["export", "faiss", "--model", "net", "--out", "o"], in: directory)
    try expectSuccess(["export", "onnx", "--model", "net", "--out", "o"], in: directory)
  }

  @Test(arguments: ["onnx", "faiss"]) func unwritable(_ target: String) throws {
    for (output, message) in [
      ("nowhere/o", "nowhere/o: there is no directory \(directory.url.path)/nowhere"),
      ("/dev/full", "/dev/full: No space left on device"),
    ] {
      try expectFailure(73, message, ["export", target, "--model", "m", "--out", output], in: directory)
    }
  }
}
