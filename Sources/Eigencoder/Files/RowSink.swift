internal import Foundation

/// Where rows of numbers are written, a block after another: the counterpart of `RowSource`.
package protocol RowSink: AnyObject {
  /// Appends the rows of `block`, of as many columns as the sink was made for.
  ///
  /// Throws `.unwritableOutput` when the system cannot write them.
  func append<T: Scalar>(_ block: MatrixView<T>) throws
  /// Completes the file and puts it in its place; without it, there is none. To be called once, last.
  func finish() throws
}

extension RowSink {
  /// Appends the rows of `matrix`.
  package func append<T: Scalar>(_ matrix: Matrix<T>) throws { try matrix.withView { try append($0) } }
}

/// How rows are written.
package enum RowFormat: String, CaseIterable, Sendable {
  case npy, csv, raw

  /// The format that the ending of a name asks for; npy where it asks for none.
  package init(name: String) {
    switch URL(fileURLWithPath: name).pathExtension.lowercased() {
    case "csv": self = .csv
    case "raw", "f32": self = .raw
    default: self = .npy
    }
  }

  /// A sink for rows of `columns` numbers, which are stored as `T`.
  ///
  /// - Parameters:
  ///   - file: to write to, from its start.
  ///   - rows: how many there will be, where that is known.
  /// - Throws: `.unwritableOutput` when the system cannot write; `.invalidArgument` when the format has to begin
  ///   with the number of rows, and it is neither known nor can be added in the end.
  package func sink<T: Scalar>(to file: OutputFile, columns: Int, rows: Int?, as type: T.Type) throws
    -> any RowSink
  {
    switch self {
    case .npy: try NpySink(file, .storing(T.self), columns: columns, rows: rows)
    case .csv: try CSVSink(file, columns: columns)
    case .raw: RawSink(file, .storing(T.self), columns: columns)
    }
  }
}
