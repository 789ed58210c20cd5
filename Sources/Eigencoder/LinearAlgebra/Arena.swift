/// Memory that one object owns and hands out piece by piece: a workspace, allocated once and used for every step.
///
/// Each piece is zeroed and aligned to a cache line. The views live as long as the arena: keep it in a property beside
/// them.
package final class Arena<T: Scalar> {
  private var buffers: [Buffer<T>] = []

  package init() {}

  package func vector(_ count: Int) -> VectorView<T> {
    let buffer = Buffer<T>(count: count)
    buffers.append(buffer)
    return buffer.view
  }

  package func matrix(_ rows: Int, _ columns: Int) -> MatrixView<T> {
    vector(rows * columns).matrix(rows: rows, columns: columns)
  }
}
