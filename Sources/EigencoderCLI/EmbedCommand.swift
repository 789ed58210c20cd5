import Eigencoder
import Foundation

struct EmbedCommand: Command {
  static let name = "embed"
  static let summary = "find the shorter vectors that keep most neighbours, and save their pipeline"
  static let usage =
    "--data FILE (--bytes B | --latent K|auto) [--recall 0.9] --model FILE.safetensors [OPTIONS]"
  static let options =
    [DataSource.option("one vector a row"), DataSource.scaleOption] + DataSource.readingOptions + [
      Option(
        "bytes", "8,32",
        "bytes of a code: looks for the best among rounded components, rotated bits, product,\nadditive and trellis quantisers; of several sizes, each is saved"
      ),
      Option(
        "queries", "FILE",
        "with --bytes: vectors that are searched for, none of them in the data\n(default: 1,000 rows of the data are taken out)"
      ),
      Option(
        "engine", "NAME",
        "with --bytes, what searches the codes: any (it decodes them), or faiss, by an index of\n'eigencoder export faiss-index' (default: any)",
        choices: RateSearch.Engine.allCases.map(\.rawValue)),
      Option("latent", "K", "numbers in a code, or 'auto' for the fewest that reach the recall"),
      Option(
        "recall", "X",
        "the recall@10 by cosine to reach: with the fewest of the --bytes (default: of 8 to 128),\nwith --latent auto by the fewest numbers (default: 0.95)"
      ),
      Option(
        "type", "NAME",
        "of the stored codes: \(names(CodeType.self)), or 'auto' for the fewest bytes\nthat lose at most 0.005 of recall (default: auto)",
        choices: CodeType.allCases.map(\.rawValue) + ["auto"]),
      Option("normalize", nil, "divide each vector by its length first"),
      Option("unit-codes", nil, "divide each code by its length: inner products are then cosines"),
      Option("test", "FILE", "rows for the final figures alone, instead of holding some out"),
      Option("hold-out", "X", "share of the rows for the final figures alone (default: 0.2)"),
      Option("model", "FILE", "where to save the pipeline (safetensors)"),
      Option("seed", "S", "of the splits, the weights and the order of the rows (default: 1)"),
      TextFormat.option(),
    ]
  static let examples = [
    (
      "eigencoder embed --data embeddings.npy --bytes 32 --model embed.safetensors",
      "the best code of 32 bytes a vector"
    ),
    (
      "eigencoder embed --data embeddings.npy --recall 0.8 --model embed.safetensors",
      "the fewest bytes in which a search finds 80 % of the 10 nearest"
    ),
    (
      "eigencoder embed --data embeddings.npy --latent 64 --model embed.safetensors",
      "search PCA, a linear map and a network for 64 numbers a vector"
    ),
    (
      "eigencoder embed --data embeddings.npy --latent auto --recall 0.8 --model embed.safetensors",
      "the fewest numbers, by components or a network, as any engine takes them"
    ),
    ("eigencoder encode --model embed.safetensors --data embeddings.npy --out z.npy", "use it"),
  ]

  private let work: any EmbedWork

  init(_ arguments: Arguments) throws {
    _ = try arguments.required("data")
    let isByBytes = arguments.has("bytes") || (arguments.has("recall") && !arguments.has("latent"))
    work = isByBytes ? try EmbedByBytes(arguments) : try EmbedByNumbers(arguments)
  }

  func run() throws -> Int32 { try work.run() }
}

/// One of the two ways to look for shorter vectors.
protocol EmbedWork: Sendable {
  func run() throws -> Int32
}
