internal import CKernels

// (x - 1 m') P' + 1 s' for rows x: what the codes of principal components are.
//
// A product packs both operands before it multiplies. Here P is packed once, as the rows of P' padded to whole vectors of 64
// bytes, for processors and sizes that have use for it (CKernels/projection.inc): then one row costs its k d multiply-adds
// and nothing else, no memory is taken, and no lock.

/// Rows less a mean, projected on components: P, m and s, ready to be used by any number of threads at once.
package struct Projection<T: Scalar>: Sendable {
  /// P, k x d.
  package let components: Matrix<T>
  private let mean: [T]
  private let shift: [T]
  private let packed: PackedComponents<T>?

  /// Traps unless there is a number of `mean` for each column and one of `shift` for each row of `components`. O(k d).
  package init(on components: Matrix<T>, minus mean: [T], plus shift: [T]) {
    precondition(
      mean.count == components.columns && shift.count == components.rows,
      "a projection on \(components.shape) with \(mean.count) means and \(shift.count) shifts")
    self.components = components
    self.mean = mean
    self.shift = shift
    packed = PackedComponents(components)
  }

  /// The projections of the rows of x, n x d, into `out`, n x k. n d k.
  ///
  /// Rows are centred a block at a time, in a cache, before they are multiplied. One row alone takes no memory.
  @specialized(where T == Float)
  @specialized(where T == Double)
  package func apply(_ x: MatrixView<T>, into out: MatrixView<T>) {
    let (d, k) = (components.columns, components.rows)
    precondition(
      x.columns == d && out.columns == k && x.rows == out.rows,
      "projection of \(x.shape) on \(components.shape) into \(out.shape)")
    guard x.rows > 0, k > 0 else { return }
    BLAS.prepare()
    components.withView { p in
      mean.withView { mean in
        shift.withView { shift in
          if x.rows == 1 {
            (T.isSingle ? ek_project_row_f32 : ek_project_row_f64)(
              x.base, mean.base, p.base, p.stride, packed?.address, shift.base, out.base, d, k)
          } else {
            let workers = BLAS.threads
            withScratch(ek_project_scratch(x.rows, d) * workers, of: T.self) { scratch in
              (T.isSingle ? ek_project_f32 : ek_project_f64)(
                x.base, x.stride, mean.base, p.base, p.stride, packed?.address, shift.base, out.base,
                out.stride, x.rows, d, k, scratch.base, Int32(workers))
            }
          }
        }
      }
    }
  }
}

/// P as `ek_project` reads it: written as it is made and only read afterwards, so that threads may share it.
private final class PackedComponents<T: Scalar>: @unchecked Sendable {
  private let memory: Buffer<T>

  /// nil where this processor, or this size, has no use for it.
  init?(_ p: Matrix<T>) {
    let count = (T.isSingle ? ek_packed_count_f32 : ek_packed_count_f64)(p.columns, p.rows)
    guard count > 0 else { return nil }
    memory = Buffer(count: count)
    p.withView {
      (T.isSingle ? ek_pack_f32 : ek_pack_f64)($0.base, $0.stride, memory.view.base, $0.columns, $0.rows)
    }
  }

  var address: UnsafeRawPointer { UnsafeRawPointer(memory.view.base) }
}
