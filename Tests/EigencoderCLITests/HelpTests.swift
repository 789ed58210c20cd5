import Eigencoder
import Testing

@Suite struct HelpTests {
  private static let help = """
    Shorter vectors, and what they lose: exact PCA and autoencoders, compared on one split.

    usage: eigencoder COMMAND [OPTIONS]

    commands:
      compare      fit several methods on one split and report what each loses
      fit          fit one method to data and save it as a model file
      encode       turn samples into codes with a saved model
      decode       turn codes back into samples with a saved model
      evaluate     measure what a saved model loses on data
      info         describe this installation, or a saved model
      choose       say how long a code of principal components should be, by several rules
      embed        find the shorter vectors that keep most neighbours, and save their pipeline
      search       find the nearest stored codes of queries, to check what codes keep
      export       write a saved model for other programs: ONNX, a faiss transform or index
      convert      write rows of numbers in another format
      moments      sum rows for principal components of data on many machines, or merge such sums
      completions  print the script by which a shell completes command lines
      man          print the manual page

    'eigencoder COMMAND --help' shows a command's options with examples; 'eigencoder --version' the version.
    Results go to standard output, progress and messages to standard error.

    examples:
      eigencoder compare
          every method on the built-in handwritten digits
      eigencoder compare --data embeddings.npy --latent 32,64
          the same question for your own vectors, one a row
      eigencoder fit pca --data embeddings.npy --latent 32 --model pca.safetensors
      eigencoder encode --model pca.safetensors --data embeddings.npy --out codes.npy
          shorten vectors for good
      eigencoder embed --data embeddings.npy --latent 64 --model embed.safetensors
          the shorter vectors in which a search finds most of the same neighbours

    """

  @Test(arguments: ["--help", "-h", "help"])
  func tool(_ word: String) throws {
    let result = try expectSuccess([word])
    #expect(result.output == Self.help)
    #expect(result.error == "")
  }

  /// Nothing to do is a usage error: the help, on standard error.
  @Test func noArguments() throws {
    let result = try Tool.run([])
    #expect(result.status == 64)
    #expect(result.error == Self.help)
    #expect(result.output == "")
  }

  @Test func infoWhole() throws {
    let result = try expectSuccess(["info", "--help"])
    #expect(
      result.output == """
        describe this installation, or a saved model

        usage: eigencoder info [--model M [--data FILE | --moments FILES] [--verify] [--format text|json]]

        options:
          --model FILE      a model saved by 'eigencoder fit'
          --verify          compare a pca with the exact one of --data, recomputed in f64, or of
                            --moments
          --data FILE       rows to follow through a network's layers, or with --verify those a pca
                            was fitted to; - for standard input.
                            npy, npz, csv, tsv, jsonl, vec, idx, safetensors, fvecs, bvecs or ivecs, by the content,
                            also gzipped; or raw float32 with --columns; several npy that are read as one: 'parts/*.npy'
          --moments FILES   in place of --data: files of 'eigencoder moments', names or quoted patterns
                            with commas between, as 'parts/*.moments'
          --scale X         multiply every number of the data by X (default: 1; 1/255 for idx images)
          --format NAME     of --verify and of a network: text, json (default: text)
          --columns D       the data are raw float32, little-endian, D numbers a row
          --array NAME      of an npz file with several arrays, the one to read; of JSON lines, the key of
                            the vector
          --tensor NAME     of a safetensors file with several tensors, the one to read
          --header yes|no   whether the first line of a table names its columns (default: as it looks)
          --select COLUMNS  of a table, those that are data: names, else numbers from 1, and ranges, as id,3-10
          --drop COLUMNS    of a table, those that are not data
          --ids COLUMN      of a table or JSON lines, what names the rows (default: "id", or a column
                            without a name that counts them)
          --missing NAME    numbers that are missing: error, drop-rows, column-mean, the mean of this file
                            (default: error)
          --decimal NAME    of a table: point or comma (default: as its numbers look)
          --precision NAME  of the numbers: f32, f64 (default: f32 where it holds every number
                            of the data exactly, else f64)
          --threads N       of linear algebra, at most the processors there are (default: all of them)
          --quiet           nothing on standard error but errors
          --verbose         on standard error: data, split, kernels, defaults, the losses of each epoch

        examples:
          eigencoder info
              the version, and which linear algebra kernels run
          eigencoder info --model pca.safetensors
              its shape and its spectrum
          eigencoder info --model net.safetensors --data test.npy
              each layer's effective rank and dead units, and PCA's size for the same error
          eigencoder info --model pca.safetensors --verify --data train.npy
              how exact its components are, and which of them the data determine; exit
              status 65 when it is not their PCA
          eigencoder info --moments 'parts/*.moments'
              of how many rows and parts they are, and in which precision

        """)
  }

  @Test(arguments: [
    ("compare", "--methods LIST"), ("compare", "--hold-out X"), ("compare", "--learning-rate X"),
    (
      "fit",
      "usage: eigencoder fit METHOD --data FILE | --moments FILES --latent K --model FILE.safetensors [OPTIONS]"
    ),
    ("fit", "--patience N"), ("encode", "--out FILE"), ("decode", "one code a row; - for standard input."),
    ("evaluate", "--format NAME"), ("info", "--model FILE"), ("choose", "--recall X"),
  ])
  func command(_ name: String, _ fragment: String) throws {
    let asked = try expectSuccess([name, "--help"]).output
    #expect(asked.contains(fragment))
    #expect(asked.contains("usage: eigencoder \(name) "))
    #expect(asked.contains("\noptions:\n") && asked.contains("\nexamples:\n"))
    // Wherever it stands, and whatever else is wrong.
    #expect(try expectSuccess([name, "--no-such", "--help"]).output == asked)
    #expect(try expectSuccess([name, "-h"]).output == asked)
    #expect(try expectSuccess(["help", name]).output == asked)
  }

  /// Every command that reads data names every format that it reads.
  @Test(arguments: [
    "compare", "fit", "encode", "decode", "evaluate", "info", "choose", "embed", "convert", "moments",
  ])
  func formats(_ command: String) throws {
    let help = try expectSuccess([command, "--help"]).output
    for format in FileFormat.recognized.map(\.name) + ["--columns D", "--array NAME", "--tensor NAME"] {
      #expect(help.contains(format), "\(format)")
    }
  }

  @Test func version() throws {
    #expect(try expectSuccess(["--version"]).output == "eigencoder \(Eigencoder.version)\n")
    #expect(try expectSuccess(["info"]).output.hasPrefix("eigencoder \(Eigencoder.version)\nBLAS: "))
  }
}
