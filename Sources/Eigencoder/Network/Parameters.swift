/// The place of one named tensor in a network's flat parameter vector.
package struct ParameterTensor: Equatable, Sendable {
  /// Unique in its network, as in the model file: "encoder.0.weight".
  package let name: String
  /// Its number in the layout.
  package let index: Int
  /// Where it starts.
  package let offset: Int
  /// A weight is [outputs, inputs], row-major; a bias is one row of [outputs].
  package let rows: Int
  /// Of a weight its inputs; of a bias its outputs.
  package let columns: Int
  /// Biases start at 0 and do not decay.
  package let isBias: Bool

  /// rows * columns numbers.
  package var count: Int { rows * columns }
  package var range: Range<Int> { offset..<offset + count }
  /// The shape as the model file has it.
  package var shape: [Int] { isBias ? [columns] : [rows, columns] }
}

/// The table of the tensors in a flat parameter vector; gradients and moments have the same layout.
package struct ParameterLayout: Equatable, Sendable {
  /// In the order of the data flow, without gaps.
  package private(set) var tensors: [ParameterTensor] = []
  /// The number of parameters.
  package private(set) var count = 0

  package init() {}

  /// Appends a weight of rows outputs and columns inputs, or a bias of one row.
  mutating func add(_ name: String, rows: Int, columns: Int, isBias: Bool) -> ParameterTensor {
    precondition(rows >= 1 && columns >= 1, "\(name) of \(rows) x \(columns)")
    let tensor = ParameterTensor(
      name: name, index: tensors.count, offset: count, rows: rows, columns: columns, isBias: isBias)
    tensors.append(tensor)
    count += tensor.count
    return tensor
  }
}

/// The gradient with respect to a flat parameter vector, filled once per step.
///
/// A tensor that several paths reach (a tied weight, a weight under a penalty) collects their sum: the first
/// contribution of a step overwrites what the last step left, the later ones add. No pass is spent on zeros.
package final class Gradient<T: Scalar> {
  package let view: VectorView<T>
  private let buffer: Buffer<T>
  /// How often each tensor has been written in this step.
  package private(set) var contributions: [Int]

  /// Memory for the gradient of a network of this layout.
  package init(_ layout: ParameterLayout) {
    buffer = Buffer(count: layout.count)
    view = buffer.view
    contributions = [Int](repeating: 0, count: layout.tensors.count)
  }

  /// Starts a new step: everything counts as unwritten.
  package func begin() {
    for i in contributions.indices { contributions[i] = 0 }
  }

  /// Whether the next contribution to this tensor adds to earlier ones; from now on it does.
  func adds(to tensor: ParameterTensor) -> Bool {
    defer { contributions[tensor.index] += 1 }
    return contributions[tensor.index] > 0
  }

  /// The contribution alpha op(a) op(b) to a tensor, as `MatrixView.setProduct` has them.
  func addProduct(
    _ a: MatrixView<T>, transposed: Bool = false, _ b: MatrixView<T>, rightTransposed: Bool = false,
    alpha: T = 1, to tensor: ParameterTensor
  ) {
    let beta: T = adds(to: tensor) ? 1 : 0
    view[tensor].setProduct(
      a, transposed: transposed, b, rightTransposed: rightTransposed, alpha: alpha, beta: beta)
  }

  /// The tensor's place, to add to: cleared when this is the first contribution of the step.
  func accumulator(_ tensor: ParameterTensor) -> MatrixView<T> {
    if !adds(to: tensor) { view[tensor].clear() }
    return view[tensor]
  }

  /// An owned copy, in the layout's order.
  package var values: [T] { view.copied() }
}

extension VectorView {
  /// A weight as the matrix it is.
  package subscript(tensor: ParameterTensor) -> MatrixView<T> {
    matrix(at: tensor.offset, rows: tensor.rows, columns: tensor.columns)
  }

  /// A bias, or any tensor as a run of numbers.
  package func vector(_ tensor: ParameterTensor) -> VectorView { slice(tensor.range) }
}
