import Testing

/// Those of the help, in its order.
private let compared =
  "pca, pca-keep-mean, linear-denoising, autoencoder, contractive, denoising, linear, random-projection, "
  + "random-columns, all"
private let methods =
  "pca, linear-denoising, autoencoder, contractive, denoising, linear, random-projection, random-columns"

/// Exit status 64, and one line that says what was expected.
@Suite struct UsageErrorTests {
  @Test(arguments: [
    ("nonsense", "unknown command 'nonsense'; see 'eigencoder --help'"),
    ("compere", "unknown command 'compere'; did you mean 'compare'?"),
    ("--verbose", "unknown command '--verbose'; see 'eigencoder --help'"),
    ("", "unknown command ''; see 'eigencoder --help'"),
    ("two\nlines", "unknown command 'two lines'; see 'eigencoder --help'"),
  ])
  func unknownCommand(_ word: String, _ message: String) throws {
    try expectFailure(64, message, [word])
    try expectFailure(64, message, ["help", word])
  }

  @Test(arguments: [
    (["--epoch", "3"], "unknown option '--epoch'; did you mean '--epochs'?"),
    (["--no-such-thing"], "unknown option '--no-such-thing'"),
    (["-q"], "unknown option '-q'; options start with two dashes"),
    (["--a\nb"], "unknown option '--a b'"),
    (["stray"], "unexpected argument 'stray'"),
    (["--", "--quiet"], "unexpected argument '--quiet'"),
    (["--epochs"], "option '--epochs' needs a value: N"),
    (["--epochs="], "option '--epochs' needs a value: N"),
    (["--data", ""], "option '--data' needs a value: FILE"),
    (["--data", "--quiet"], "option '--data' needs a value: FILE"),
    (["--quiet=yes"], "option '--quiet' takes no value"),
    (["--epochs", "3", "--epochs=4"], "option '--epochs' is given twice"),
    (["--epochs", "1e9"], "--epochs takes a whole number of at least 0, got '1e9'"),
    (["--epochs", "-1"], "--epochs takes a whole number of at least 0, got '-1'"),
    (["--batch", "0"], "--batch takes a whole number of at least 1, got '0'"),
    (["--latent", "0"], "--latent takes whole numbers of at least 1, separated by commas, got '0'"),
    (["--latent", "2,"], "--latent takes whole numbers of at least 1, separated by commas, got '2,'"),
    (
      ["--latent", "99999999999999999999"],
      "--latent takes whole numbers of at least 1, separated by commas, got '99999999999999999999'"
    ),
    (["--hidden", "0"], "--hidden takes whole numbers of at least 1, separated by commas, got '0'"),
    (["--learning-rate", "nan"], "--learning-rate takes a number above 0, got 'nan'"),
    (["--learning-rate", "inf"], "--learning-rate takes a number above 0, got 'inf'"),
    (["--learning-rate", "0"], "--learning-rate takes a number above 0, got '0'"),
    (["--weight-decay", "-1"], "--weight-decay takes a number of at least 0, got '-1'"),
    (["--scale", "0"], "--scale takes a number other than 0, got '0'"),
    (["--hold-out", "1"], "--hold-out takes a number between 0 and 1, got '1'"),
    (["--validation", "1"], "--validation takes a number from 0 to below 1, got '1'"),
    (["--seed", "-1"], "--seed takes a whole number of at least 0, got '-1'"),
    (["--format", "xml"], "--format is one of table, markdown, json, csv; got 'xml'"),
    (["--optimizer", "newton"], "--optimizer is one of adam, adamw, sgd, nesterov; got 'newton'"),
    (["--contraction", "-1"], "--contraction takes a number of at least 0, got '-1'"),
    (["--dropout", "1"], "--dropout takes a number from 0 to below 1, got '1'"),
    (["--corruption", "masking:1"], "the probability of masking lies in [0, 1), got 1.0"),
    (["--corruption", "blur:7x7:1"], "a blur of 7 x 7 images needs 49 columns, the data have 64"),
    (
      ["--contraction-route", "magic"],
      "--contraction-route is one of automatic, single-layer, two-layer, gram, direct, probes:N; got 'magic'"
    ),
    (
      ["--methods", "contractive", "--contraction-route", "probes:2", "--quiet"],
      "probes need an encoder without a skip branch: another contraction route, or a network without one"
    ),
    (
      ["--methods", "contractive", "--contraction-route", "probes:70000"],
      "at most 65536 probes, got 70000"
    ),
    (["--hessian", "1"], "--hessian takes two numbers as GAMMA:SD, got '1'"),
    (["--methods", "tsne"], "unknown method 'tsne'; the methods are \(compared)"),
    (["--methods", "pca,"], "unknown method ''; the methods are \(compared)"),
    (["--test", "x", "--hold-out", "0.1"], "--test and --hold-out exclude each other"),
    (["--quiet", "--verbose"], "--quiet and --verbose exclude each other"),
    (["--config", "x", "--baseline", "y"], "--config and --baseline exclude each other"),
    (["--tolerance", "0.1"], "--tolerance needs --baseline"),
    (["--threads", "0"], "--threads takes a whole number of at least 1, got '0'"),
  ])
  func compare(_ arguments: [String], _ message: String) throws {
    try expectFailure(64, "\(message) (see 'eigencoder compare --help')", ["compare"] + arguments)
  }

  @Test(arguments: [
    ([], "fit needs a METHOD, one of \(methods)"),
    (["tsne"], "unknown method 'tsne'; the methods are \(methods)"),
    (["pca", "autoencoder"], "unexpected argument 'autoencoder'"),
    (["pca"], "option '--data' is required"),
    (["pca", "--epochs", "5"], "--epochs applies to autoencoder, contractive, denoising, linear; got pca"),
    (["pca", "--tied"], "--tied applies to autoencoder, contractive, denoising, linear; got pca"),
    (
      ["pca", "--corruption", "masking:0.1"],
      "--corruption applies to linear-denoising, autoencoder, contractive, denoising, linear; got pca"
    ),
    (["autoencoder", "--ridge", "0.1"], "--ridge applies to linear-denoising; got autoencoder"),
    (["pca", "--data", "x.npy"], "option '--latent' is required"),
    (["pca", "--data", "x.npy", "--latent", "2"], "option '--model' is required"),
    (
      ["pca", "--data", "x.npy", "--latent", "0", "--model", "m"],
      "--latent takes a whole number of at least 1, got '0'"
    ),
    (
      ["pca", "--data", "x.npy", "--latent", "7", "--model", "m"],
      "7 components of data with 9 rows and 6 columns: at most 6"
    ),
    (
      ["pca", "--data", "flat.npy", "--latent", "4", "--model", "m"],
      "4 components of data with 3 rows and 6 columns: at most 3"
    ),
    (
      ["autoencoder", "--data", "x.npy", "--latent", "7", "--model", "m"],
      "a code of 7 for data with 6 columns: at most 6"
    ),
    (
      ["autoencoder", "--data", "x.npy", "--latent", "0.9", "--model", "m"],
      "--latent of autoencoder is a whole number of at least 1"
    ),
    (
      ["autoencoder", "--data", "x.npy", "--latent", "2", "--model", "m", "--epochs", "\(Int.max)"],
      "at most 2^31 epochs, got \(Int.max)"
    ),
    (
      ["autoencoder", "--data", "x.npy", "--latent", "2", "--model", "m", "--hidden", "99999999"],
      "a hidden layer of width 99999999 is too wide: at most 16777216"
    ),
    (
      ["autoencoder", "--data", "x.npy", "--latent", "2", "--model", "m", "--hidden", "50000,50000"],
      "the network 6-50000-50000-2-50000-50000-6 has more than 2^31 parameters"
    ),
  ])
  func fit(_ arguments: [String], _ message: String) throws {
    let directory = try TemporaryDirectory()
    try directory.writeSamples(rows: 9, columns: 6)
    try directory.writeSamples(rows: 3, columns: 6, to: "flat.npy")
    try expectFailure(64, "\(message) (see 'eigencoder fit --help')", ["fit"] + arguments, in: directory)
  }

  @Test func codesTooLongToCompare() throws {
    let directory = try TemporaryDirectory()
    try directory.writeSamples(rows: 5, columns: 6)
    try expectFailure(
      64, "a code of 5 from 4 training rows and 6 columns: at most 4 (see 'eigencoder compare --help')",
      ["compare", "--data", "x.npy", "--latent", "5"], in: directory)
  }

  @Test(arguments: [
    (["encode"], "model"), (["encode", "--model", "m"], "data"),
    (["encode", "--model", "m", "--data", "x"], "out"),
    (["decode", "--data", "x", "--out", "z"], "model"), (["evaluate", "--data", "x"], "model"),
    (["evaluate", "--model", "m"], "data"),
  ])
  func required(_ arguments: [String], _ name: String) throws {
    try expectFailure(
      64, "option '--\(name)' is required (see 'eigencoder \(arguments[0]) --help')", arguments)
  }
}
