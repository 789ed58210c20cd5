import Eigencoder
import Testing

/// Sizes around the lanes and strips of the kernels.
enum KernelLayout {
  static let sizes = [1, 2, 15, 16, 17, 31, 32, 33, 127, 128, 129, 300]

  /// Calls `body` for every size and layout: rows, columns, strided.
  static func forEach(_ body: (Int, Int, Bool) -> Void) {
    for columns in sizes {
      for (rows, strided) in [(1, false), (3, true), (3, false), (17, true)] { body(rows, columns, strided) }
    }
  }
}

/// A matrix of which only the columns from 2 on are in use when `strided`; the others must not change.
struct KernelBlock<T: Scalar> {
  var whole: Matrix<T>
  let columns: Range<Int>
  private let before: Matrix<T>

  init(_ rows: Int, _ columns: Int, strided: Bool, seed: UInt64) {
    whole = .random(rows, columns + (strided ? 5 : 0), seed: seed)
    before = whole
    self.columns = strided ? 2..<2 + columns : 0..<columns
  }

  /// The block as rows, for naive loops.
  var rows: [[T]] { (0..<whole.rows).map { Array(whole.row($0)[columns]) } }
  func read<R>(_ body: (MatrixView<T>) -> R) -> R { whole.withView { body($0.columns(columns)) } }
  mutating func write<R>(_ body: (MatrixView<T>) -> R) -> R {
    whole.withMutableView { body($0.columns(columns)) }
  }
  var marginIsUntouched: Bool {
    (0..<whole.rows).allSatisfy { i in
      (0..<whole.columns).allSatisfy { columns.contains($0) || whole[i, $0] == before[i, $0] }
    }
  }
}

/// Exact, or to some units in the last place of the data, where a fused multiply-add may round once.
func expectRows<T: Scalar>(
  _ block: KernelBlock<T>, _ expected: [[T]], ulps: Double = 0,
  sourceLocation: SourceLocation = #_sourceLocation
) {
  expectClose(
    Matrix(block.rows), Matrix(expected), within: ulps * Double(T.ulpOfOne), scale: 8,
    "\(block.whole.shape)",
    sourceLocation: sourceLocation)
  #expect(block.marginIsUntouched, sourceLocation: sourceLocation)
}

func inDouble<T: Scalar>(_ rows: [[T]]) -> [[Double]] { rows.map { $0.map { Double($0) } } }
