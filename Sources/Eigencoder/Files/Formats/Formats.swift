// The list of formats. To add one, describe it in a file of its own and enter it here.

extension FileFormat {
  /// Every format that content tells, in the order in which messages name them.
  package static let recognized: [FileFormat] = [
    .npy, .npz, .csv, .tsv, .jsonl, .vec, .idx, .safetensors, .fvecs, .bvecs, .ivecs,
  ]

  /// Every format that rows are written in.
  package static let written = (recognized + [.raw, .pgvector]).filter { !$0.types.isEmpty }
}
