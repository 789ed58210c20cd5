internal import CKernels
internal import CLAPACK

/// The two element types: `Float` and `Double`.
///
/// The requirements with a leading underscore are the library's numeric primitives, each written once per
/// type, so that generic code above them dispatches once per call and never once per element. They are
/// not for use outside; no other type can conform usefully.
public protocol Scalar: BinaryFloatingPoint, SIMDScalar, Codable, Sendable {
  /// C = alpha op(A) op(B) + beta C; sizes m x k, k x n, m x n, row-major with leading dimensions.
  static func _gemm(
    _ transposeA: Bool, _ transposeB: Bool, _ m: Int, _ n: Int, _ k: Int,
    _ alpha: Self, _ a: UnsafePointer<Self>, _ lda: Int, _ b: UnsafePointer<Self>, _ ldb: Int,
    _ beta: Self, _ c: UnsafeMutablePointer<Self>, _ ldc: Int)
  /// Upper triangle of C (n x n) = alpha op(A) + beta C with op(A) = A A' (A n x k) or A' A (A k x n).
  static func _syrk(
    _ transpose: Bool, _ n: Int, _ k: Int, _ alpha: Self, _ a: UnsafePointer<Self>, _ lda: Int,
    _ beta: Self, _ c: UnsafeMutablePointer<Self>, _ ldc: Int)
  /// out = (x - 1 mean') p' + 1 shift' with x rows x d, p k x d; memory for ek_project_scratch(d) numbers, once and for each worker.
  static func _project(
    _ x: UnsafePointer<Self>, _ ldx: Int, _ mean: UnsafePointer<Self>, _ p: UnsafePointer<Self>, _ ldp: Int,
    _ shift: UnsafePointer<Self>, _ out: UnsafeMutablePointer<Self>, _ ldo: Int, _ rows: Int, _ d: Int,
    _ k: Int,
    _ scratch: UnsafeMutablePointer<Self>, _ workers: Int)
  /// y = alpha op(A) x + beta y with A rows x columns.
  static func _gemv(
    _ transpose: Bool, _ rows: Int, _ columns: Int, _ alpha: Self, _ a: UnsafePointer<Self>, _ lda: Int,
    _ x: UnsafePointer<Self>, _ beta: Self, _ y: UnsafeMutablePointer<Self>)

  static func _activate(
    _ kind: Int32, _ slope: Self, _ bias: UnsafePointer<Self>?, _ y: UnsafeMutablePointer<Self>, _ ldy: Int,
    _ d: UnsafeMutablePointer<Self>?, _ ldd: Int, _ s: UnsafeMutablePointer<Self>?, _ lds: Int,
    _ rows: Int, _ columns: Int)
  static func _pullback(
    _ g: UnsafeMutablePointer<Self>, _ ldg: Int, _ d: UnsafePointer<Self>?, _ ldd: Int,
    _ sums: UnsafeMutablePointer<Self>?, _ add: Bool, _ rows: Int, _ columns: Int)
  static func _residual(
    _ a: UnsafePointer<Self>, _ lda: Int, _ b: UnsafePointer<Self>, _ ldb: Int, _ scale: Self,
    _ out: UnsafeMutablePointer<Self>?, _ ldo: Int, _ rows: Int, _ columns: Int
  ) -> Double
  static func _rowSquaredDistances(
    _ a: UnsafePointer<Self>, _ lda: Int, _ b: UnsafePointer<Self>, _ ldb: Int,
    _ out: UnsafeMutablePointer<Double>, _ rows: Int, _ columns: Int)
  static func _dot(_ a: UnsafePointer<Self>, _ b: UnsafePointer<Self>, _ count: Int) -> Double
  static func _sum(_ a: UnsafePointer<Self>, _ count: Int) -> Double
  static func _columnSums(
    _ a: UnsafePointer<Self>, _ lda: Int, _ sums: UnsafeMutablePointer<Double>, _ rows: Int, _ columns: Int)
  static func _columnSquares(
    _ a: UnsafePointer<Self>, _ lda: Int, _ center: UnsafePointer<Double>,
    _ sums: UnsafeMutablePointer<Double>,
    _ rows: Int, _ columns: Int)
  static func _subtractRow(
    _ a: UnsafePointer<Self>, _ lda: Int, _ row: UnsafePointer<Self>, _ out: UnsafeMutablePointer<Self>,
    _ ldo: Int, _ rows: Int, _ columns: Int)
  static func _scaleShift(
    _ a: UnsafePointer<Self>, _ lda: Int, _ scale: UnsafePointer<Self>?, _ shift: UnsafePointer<Self>?,
    _ out: UnsafeMutablePointer<Self>, _ ldo: Int, _ rows: Int, _ columns: Int)
  static func _gather(
    _ a: UnsafePointer<Self>, _ lda: Int, _ index: UnsafePointer<Int64>, _ shift: UnsafePointer<Self>?,
    _ scale: UnsafePointer<Self>?, _ out: UnsafeMutablePointer<Self>, _ ldo: Int, _ rows: Int, _ columns: Int)
  static func _multiply(
    _ a: UnsafePointer<Self>, _ b: UnsafePointer<Self>, _ out: UnsafeMutablePointer<Self>, _ count: Int)
  static func _axpy(_ alpha: Self, _ x: UnsafePointer<Self>, _ y: UnsafeMutablePointer<Self>, _ count: Int)
  static func _scale(_ alpha: Self, _ x: UnsafeMutablePointer<Self>, _ count: Int)
  static func _addUpper(
    _ a: UnsafePointer<Self>, _ lda: Int, _ sum: UnsafeMutablePointer<Double>, _ lds: Int, _ n: Int)
  static func _symmetrize(_ a: UnsafeMutablePointer<Self>, _ lda: Int, _ n: Int)
  static func _allFinite(_ a: UnsafePointer<Self>, _ count: Int) -> Bool
  static func _expandRows(
    _ a: UnsafePointer<Self>?, _ lda: Int, _ w: UnsafePointer<Self>, _ ldw: Int, _ d: UnsafePointer<Self>?,
    _ ldd: Int,
    _ r: UnsafeMutablePointer<Self>?, _ m: UnsafeMutablePointer<Self>?, _ samples: Int, _ group: Int,
    _ columns: Int)
  static func _expandRowsBack(
    _ rb: UnsafePointer<Self>, _ a: UnsafePointer<Self>?, _ lda: Int, _ w: UnsafePointer<Self>, _ ldw: Int,
    _ s: UnsafePointer<Self>?, _ lds: Int, _ t: UnsafeMutablePointer<Self>?, _ ldt: Int,
    _ wb: UnsafeMutablePointer<Self>, _ ldwb: Int, _ samples: Int, _ group: Int, _ columns: Int)
  static func _multiplyGroups(
    _ r: UnsafePointer<Self>, _ ldr: Int, _ d: UnsafePointer<Self>, _ ldd: Int,
    _ m: UnsafeMutablePointer<Self>,
    _ ldm: Int, _ samples: Int, _ group: Int, _ columns: Int)
  static func _multiplyGroupsBack(
    _ mb: UnsafeMutablePointer<Self>, _ r: UnsafePointer<Self>, _ d: UnsafePointer<Self>?, _ ldd: Int,
    _ s: UnsafePointer<Self>?, _ lds: Int, _ t: UnsafeMutablePointer<Self>?, _ ldt: Int, _ samples: Int,
    _ group: Int,
    _ columns: Int)
  static func _softmaxDivergence(
    _ p: UnsafeMutablePointer<Self>, _ ldp: Int, _ s: UnsafeMutablePointer<Self>, _ lds: Int, _ cp: Self,
    _ cs: Self, _ scale: Self, _ n: Int
  ) -> Double
  static func _adam(
    _ p: UnsafeMutablePointer<Self>, _ g: UnsafePointer<Self>, _ m: UnsafeMutablePointer<Self>,
    _ v: UnsafeMutablePointer<Self>, _ count: Int, _ rate: Self, _ b1: Self, _ b2: Self, _ epsilon: Self,
    _ inverseRootCorrection: Self, _ decay: Self, _ l2: Self)
  static func _sgd(
    _ p: UnsafeMutablePointer<Self>, _ g: UnsafePointer<Self>, _ m: UnsafeMutablePointer<Self>,
    _ count: Int, _ rate: Self, _ momentum: Self, _ nesterov: Bool, _ l2: Self)

  static func _addNormals(
    _ key: UInt64, _ x: UnsafeMutablePointer<Self>, _ ldx: Int, _ rows: Int, _ columns: Int,
    _ deviation: UnsafePointer<Self>?, _ scale: Self)
  static func _mask(
    _ key: UInt64, _ x: UnsafeMutablePointer<Self>, _ ldx: Int, _ rows: Int, _ columns: Int, _ p: Double,
    _ fill: UnsafePointer<Self>?)
  static func _saltAndPepper(
    _ key: UInt64, _ x: UnsafeMutablePointer<Self>, _ ldx: Int, _ rows: Int, _ columns: Int, _ p: Double,
    _ low: Self, _ high: Self)
  static func _dropout(
    _ key: UInt64, _ out: UnsafeMutablePointer<Self>, _ ldo: Int, _ rows: Int, _ columns: Int, _ p: Double)
}

extension Scalar {
  /// The unit roundoff, half the distance from 1 to the next number.
  static var unitRoundoff: Self { ulpOfOne / 2 }
}
