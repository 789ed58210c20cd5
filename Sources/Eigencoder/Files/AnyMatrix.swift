public import Foundation

/// Rows of a file in the precision that their numbers need: `Float` where it holds every one of them exactly, else
/// `Double`.
///
///     switch try AnyMatrix(contentsOf: url) {
///     case .float(let x): try report(on: x)
///     case .double(let x): try report(on: x)
///     }
public enum AnyMatrix: Sendable {
  /// Every number is one of `Float`.
  case float(Matrix<Float>)
  /// Some number is not.
  case double(Matrix<Double>)

  /// Reads a table of numbers, one sample a row, as `Matrix(contentsOf:options:)` does.
  ///
  /// - Parameters:
  ///   - url: a file or a pipe.
  ///   - options: what the content does not say.
  ///   - precision: of the result, to which numbers are rounded; nil lets the numbers decide.
  /// - Throws: as `Matrix(contentsOf:options:)`.
  public init(contentsOf url: URL, options: RowReader.Options = .init(), precision: Precision? = nil) throws {
    self = try RowReader(contentsOf: url, options: options).readAll(in: precision)
  }

  /// n
  public var rows: Int {
    switch self {
    case .float(let x): x.rows
    case .double(let x): x.rows
    }
  }

  /// d
  public var columns: Int {
    switch self {
    case .float(let x): x.columns
    case .double(let x): x.columns
    }
  }

  /// The numbers, rounded to nearest where `T` does not hold them.
  package func converted<T: Scalar>(to type: T.Type) -> Matrix<T> {
    switch self {
    case .float(let x): x.converted(to: T.self)
    case .double(let x): x.converted(to: T.self)
    }
  }

  /// The same numbers.
  package var inDouble: Matrix<Double> { converted(to: Double.self) }

  /// What its numbers are.
  public var precision: Precision {
    switch self {
    case .float: .f32
    case .double: .f64
    }
  }
}
