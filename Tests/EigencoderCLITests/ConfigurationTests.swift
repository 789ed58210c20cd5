import Eigencoder
import Foundation
import Testing

@Suite struct ConfigurationTests {
  private let directory: TemporaryDirectory

  init() throws {
    directory = try TemporaryDirectory()
    try directory.writeSamples(rows: 60, columns: 6)
  }

  /// But for the lines that hold seconds.
  private func timeless(_ json: String) -> String {
    json.split(separator: "\n").filter { !$0.lowercased().contains("seconds\"") }.joined(separator: "\n")
  }

  /// A report says how it was made: given to --config, it is made again, byte for byte but for times.
  @Test(arguments: [
    ["compare", "--epochs", "2", "--latent", "2,5"],
    [
      "compare", "--data", "x.npy", "--scale", "-0.1", "--latent", "2,2", "--methods", "autoencoder,pca",
      "--hidden", "7,5", "--epochs", "2", "--tied", "--optimizer", "sgd", "--learning-rate", "0.01",
      "--seed", "18446744073709551615", "--hold-out", "0.3", "--corruption",
      "saltpepper:0.1:-1:1+masking:0.1",
      "--sparsity", "1e-3", "--neighbour-rows", "7", "--threads", "1",
    ],
    [
      "compare", "--data", "x.npy", "--test", "x.npy", "--labels", "l.csv", "--latent", "1", "--methods",
      "pca",
    ],
    ["fit", "pca", "--data", "x.npy", "--latent", "0.9", "--model", "m"],
    ["fit", "pca", "--data", "x.npy", "--latent", "auto", "--model", "m", "--quiet"],
    ["compare", "--latent", "auto", "--methods", "pca", "--quiet"],
    ["fit", "linear", "--data", "x.npy", "--latent", "2", "--model", "m", "--epochs", "2"],
    ["fit", "linear-denoising", "--data", "x.npy", "--latent", "2", "--model", "m", "--ridge", "0.01"],
    ["fit", "denoising", "--data", "x.npy", "--latent", "2", "--model", "m", "--epochs", "3"],
    [
      "fit", "contractive", "--data", "x.npy", "--latent", "2", "--model", "m", "--epochs", "3",
      "--standardize",
      "--hidden", "none",
    ],
  ])
  func repeats(_ arguments: [String]) throws {
    try directory.write(String(repeating: "a\nb\n", count: 30), to: "l.csv")
    let json = ["--format", "json"]
    let first = try expectSuccess(arguments + json, in: directory).output
    try directory.write(first, to: "report.json")
    let again = try expectSuccess([arguments[0], "--config", "report.json"] + json, in: directory).output
    #expect(timeless(again) == timeless(first))
    // The report is also what it was when it is read and written.
    if arguments[0] == "compare" {
      let report = try JSONDecoder().decode(ReconstructionReport.self, from: Data(first.utf8))
      #expect(try report.json() + "\n" == first)
    }
  }

  /// Of the options that apply, all are recorded but those without a default of one value.
  @Test func recordsEveryDefault() throws {
    let options = try options(["compare", "--epochs", "1", "--latent", "2"])
    let help = try expectSuccess(["compare", "--help"]).output
    let names = help.split(separator: "\n").filter { $0.hasPrefix("  --") }.map {
      String($0.dropFirst(4).prefix { $0 != " " })
    }
    let presentation = [
      "format", "out", "quiet", "verbose", "config", "baseline", "tolerance", "threads", "report", "image",
      "wide",
    ]
    let none = [
      "data", "test", "labels", "scale", "hessian", "sparsity", "activity", "orthogonality",
      "ridge", "patience", "strain", "neighbourhood", "temperature", "columns", "array", "tensor",
      "header", "select", "drop", "ids", "missing", "decimal",
    ]
    #expect(Set(options.keys) == Set(names).subtracting(presentation + none))
    #expect(options["epochs"] as? Int == 1)
    #expect(options["batch"] as? Int == 64)
    #expect(options["learning-rate"] as? Double == 0.004)
    #expect(options["tied"] as? Bool == false)
    #expect(options["corruption"] as? String == "gaussian:0.0811")
  }

  /// What no method of the run uses is not part of it.
  @Test func recordsOnlyWhatApplies() throws {
    let options = try options(["compare", "--methods", "pca", "--latent", "2,2", "--epochs", "7"])
    #expect(
      Set(options.keys) == [
        "corruption", "hold-out", "keep-mean", "latent", "methods", "neighbour-rows", "precision", "route",
        "seed", "seeds",
      ])
    #expect(options["latent"] as? [Int] == [2])
  }

  private func options(_ arguments: [String]) throws -> [String: Any] {
    let output = try expectSuccess(arguments + ["--format", "json"], in: directory).output
    return try #require(try object(output)["options"] as? [String: Any])
  }

  @Test func theCommandLineOverrides() throws {
    try directory.write(
      """
      {"data": "nowhere.npy", "latent": [1, 2], "methods": "pca", "seed": 3, "hold-out": 0.5, "quiet": true,
       "format": "csv", "tied": false, "scale": 2.5}
      """, to: "c.json")
    let options = try options(["compare", "--config", "c.json", "--data", "x.npy", "--latent=3"])
    #expect(options["data"] as? String == "x.npy")
    #expect(options["latent"] as? [Int] == [3])
    #expect(options["seed"] as? Int == 3)
    #expect(options["hold-out"] as? Double == 0.5)
    #expect(options["scale"] as? Double == 2.5)
    // Either of two that exclude each other replaces the other.
    let tested = try self.options(["compare", "--config", "c.json", "--data", "x.npy", "--test", "x.npy"])
    #expect(tested["hold-out"] == nil)
    // The method is an option of a file.
    try directory.write(#"{"method": "pca", "data": "x.npy", "latent": 2, "model": "m"}"#, to: "f.json")
    #expect(try self.options(["fit", "--config", "f.json"])["method"] as? String == "pca")
    #expect(
      try self.options(["fit", "linear-denoising", "--config", "f.json"])["method"] as? String
        == "linear-denoising")
  }

  @Test(arguments: [
    (#"{"epoch": 3}"#, 64, "c.json: unknown option 'epoch'; did you mean 'epochs'?"),
    (#"{"method": "pca"}"#, 64, "c.json: unknown option 'method'; did you mean 'methods'?"),
    (#"{"tied": "yes"}"#, 64, #"c.json: 'tied' is a flag, expected true or false, found "yes""#),
    (#"{"tied": 1}"#, 64, "c.json: 'tied' is a flag, expected true or false, found 1"),
    (
      #"{"epochs": true}"#, 64,
      "c.json: 'epochs' takes N, a number, a string or a list of them, found true"
    ),
    (
      #"{"hidden": [[1]]}"#, 64,
      "c.json: 'hidden' takes 256,64, a number, a string or a list of them, found a list"
    ),
    (
      #"{"latent": []}"#, 64,
      "c.json: 'latent' takes 2,8,32, a number, a string or a list of them, found an empty list"
    ),
    (
      #"{"seed": null}"#, 64, "c.json: 'seed' takes S, a number, a string or a list of them, found null"
    ),
    (#"{"epochs": 2.5}"#, 64, "--epochs takes a whole number of at least 0, got '2.5'"),
    (#"{"config": "c.json"}"#, 64, "c.json: 'config' belongs on the command line"),
    (#"[{"epochs": 3}]"#, 65, "c.json: expected a JSON object of option names and values, found a list"),
    ("epochs: 3", 65, "c.json: is not JSON, expected an object of option names and values"),
    ("", 65, "c.json: is not JSON, expected an object of option names and values"),
    (
      #"{"results": []}"#, 65,
      #"c.json: has no "options", expected a report of 'eigencoder compare --format json'"#
    ),
  ])
  func errors(_ json: String, _ status: Int32, _ message: String) throws {
    try directory.write(json, to: "c.json")
    let hint = status == 64 ? " (see 'eigencoder compare --help')" : ""
    try expectFailure(status, message + hint, ["compare", "--config", "c.json"], in: directory)
  }

  @Test func missing() throws {
    try expectFailure(
      66, "\(directory.url.path)/c.json: No such file or directory", ["compare", "--config", "c.json"],
      in: directory)
  }
}
