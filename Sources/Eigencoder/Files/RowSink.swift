/// Where rows of numbers are written, a block after another: the counterpart of `RowSource`.
package protocol RowSink: AnyObject {
  /// Appends the rows of `block`, of as many columns as the sink was made for.
  ///
  /// - Throws: `.invalidData` naming the row and column of a number that the sink's type does not hold;
  ///   `.unwritableOutput` when the system cannot write them.
  func append<T: Scalar>(_ block: MatrixView<T>) throws
  /// Completes the file and puts it in its place; without it, there is none. To be called once, last.
  func finish() throws
}

extension RowSink {
  /// Appends the rows of `matrix`.
  package func append<T: Scalar>(_ matrix: Matrix<T>) throws { try matrix.withView { try append($0) } }
}
