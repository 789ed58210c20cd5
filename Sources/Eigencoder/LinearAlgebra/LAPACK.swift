internal import CLAPACK

/// The calls into LAPACK, under names that say what they do. All in f64: this is where accuracy is made.
///
/// Matrices are column-major for LAPACK; a symmetric matrix reads the same either way, and for the others a
/// row-major A is handed over as the column-major A'. Every `info` is checked: below zero is our own mistake
/// and traps, above zero throws.
enum LAPACK {
  static func check(_ info: Int32, _ what: String) throws {
    guard info != LAPACK_WORK_MEMORY_ERROR, info != LAPACK_TRANSPOSE_MEMORY_ERROR else {
      throw EigencoderError.numericalFailure("\(what): not enough memory for LAPACK's workspace")
    }
    precondition(info >= 0, "\(what): argument \(-info) of the call is not valid")
    if info > 0 {
      throw EigencoderError.numericalFailure("\(what) did not converge (info \(info))")
    }
  }

  /// Whatever LAPACK is given must be finite: some routines loop or return nonsense otherwise.
  static func requireFinite(_ a: Matrix<Double>, _ what: String) throws {
    guard a.isFinite else {
      throw EigencoderError.numericalFailure("\(what): the matrix has entries that are not finite")
    }
  }

  static let column = LAPACK_COL_MAJOR
  static func letter(_ character: Character) -> CChar { CChar(character.asciiValue!) }
}
