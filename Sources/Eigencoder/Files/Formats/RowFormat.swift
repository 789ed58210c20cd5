internal import Foundation

/// How rows are written.
package enum RowFormat: String, CaseIterable, Sendable {
  case npy, csv, tsv, safetensors, fvecs, bvecs, ivecs, raw

  /// The format that the ending of a name asks for; nil where it asks for none.
  package init?(name: String) {
    let ending = URL(fileURLWithPath: name).pathExtension.lowercased()
    switch ending {
    case "f32": self = .raw
    case "txt": self = .tsv
    default: self.init(rawValue: ending)
    }
  }

  /// What it can store numbers as; text those that are handed over, as they are.
  package var types: [ElementType] {
    switch self {
    case .npy, .safetensors: [.float32, .float64, .float16]
    case .csv, .tsv: [.float32, .float64]
    case .fvecs, .raw: [.float32]
    case .bvecs: [.uint8]
    case .ivecs: [.int32]
    }
  }

  /// A sink for rows of `columns` numbers, which are stored as `type`, one of `types`.
  ///
  /// - Parameters:
  ///   - file: to write to, from its start.
  ///   - rows: how many there will be, where that is known.
  /// - Throws: `.unwritableOutput` when the system cannot write; `.invalidArgument` when the format has to begin
  ///   with the number of rows, and it is neither known nor can be added in the end.
  package func sink(to file: OutputFile, columns: Int, rows: Int?, as type: ElementType) throws -> any RowSink
  {
    // npy also holds the bytes of codes that are stored in fewer of them.
    precondition(types.contains(type) || (self == .npy && type.size == 1), "\(self) does not hold \(type)")
    return switch self {
    case .npy:
      try HeadedSink(file, type, columns: columns, rows: rows, self) {
        Npy.header(type, shape: [$0, columns], roomForRows: rows == nil)
      }
    case .safetensors:
      try HeadedSink(file, type, columns: columns, rows: rows, self) {
        // Numbers of any length fit into 192 bytes.
        try SafeTensorsHeader.encode([("data", type, [$0, columns])], shortest: rows == nil ? 192 : 0)
      }
    case .csv: try CSVSink(file, columns: columns)
    case .tsv: try CSVSink(file, columns: columns, separator: UInt8(ascii: "\t"))
    case .fvecs, .bvecs, .ivecs: RawSink(file, type, columns: columns, hasWidths: true)
    case .raw: RawSink(file, type, columns: columns)
    }
  }

  /// The same for numbers stored as `T`.
  package func sink<T: Scalar>(to file: OutputFile, columns: Int, rows: Int?, as type: T.Type) throws
    -> any RowSink
  {
    try sink(to: file, columns: columns, rows: rows, as: .storing(T.self))
  }
}
