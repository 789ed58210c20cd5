extension FileFormat {
  /// NumPy's format of several arrays: npy files in a zip archive.
  package static let npz = FileFormat(
    name: "npz", noun: "an npz archive",
    begins: { $0.starts(with: ZipArchive.magic) || $0.starts(with: ZipArchive.emptyMagic) },
    isUnmistakable: true,
    part: .array, rows: { RowContent(source: try npzRows($0, $1.array)) })

  /// The array of that name, with or without the ending that NumPy gives it, or the only one.
  private static func npzRows(_ reader: ByteReader, _ array: String?) throws -> any RowSource {
    func title(_ name: String) -> String { name.hasSuffix(".npy") ? String(name.dropLast(4)) : name }
    let archive = try ZipArchive(reader)
    if let advice = UnreadFormat.advice(inArchive: archive.entries.map(\.name), name: reader.name) {
      throw reader.invalid(advice)
    }
    let arrays = archive.entries.filter { $0.name.hasSuffix(".npy") }
    let chosen = try index(
      of: .array, named: array.map(title), among: arrays.map { title($0.name) }, in: "a zip archive", reader)
    let content = try archive.content(arrays[chosen])
    return try Npy.header(from: content).rows(from: content)
  }
}
