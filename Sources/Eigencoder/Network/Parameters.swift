/// The place of one named tensor in a network's flat parameter vector.
public struct ParameterTensor: Equatable, Sendable {
  /// Unique in its network, as in the model file: "encoder.0.weight".
  public let name: String
  /// Its number in the layout.
  package let index: Int
  /// Where it starts.
  package let offset: Int
  /// A weight is [outputs, inputs], row-major; a bias is one row of [outputs].
  public let rows: Int
  /// Of a weight its inputs; of a bias its outputs.
  public let columns: Int
  /// Biases start at 0 and do not decay.
  public let isBias: Bool

  /// rows * columns numbers.
  public var count: Int { rows * columns }
  package var range: Range<Int> { offset..<offset + count }
  /// The shape as the model file has it.
  public var shape: [Int] { isBias ? [columns] : [rows, columns] }
}

/// The table of the tensors in a flat parameter vector; gradients and moments have the same layout.
public struct ParameterLayout: Equatable, Sendable {
  /// In the order of the data flow, without gaps.
  public private(set) var tensors: [ParameterTensor] = []
  /// The number of parameters.
  public private(set) var count = 0

  /// A layout without tensors.
  public init() {}

  /// Appends a weight of [outputs, inputs].
  public mutating func addWeight(_ name: String, outputs: Int, inputs: Int) -> ParameterTensor {
    add(name, rows: outputs, columns: inputs, isBias: false)
  }

  /// Appends a bias of [outputs].
  public mutating func addBias(_ name: String, outputs: Int) -> ParameterTensor {
    add(name, rows: 1, columns: outputs, isBias: true)
  }

  private mutating func add(_ name: String, rows: Int, columns: Int, isBias: Bool) -> ParameterTensor {
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
public final class Gradient<T: Scalar> {
  package let view: VectorView<T>
  private let buffer: Buffer<T>
  private var isWritten: [Bool]

  /// Memory for the gradient of a network of this layout.
  public init(_ layout: ParameterLayout) {
    buffer = Buffer(count: layout.count)
    view = buffer.view
    isWritten = [Bool](repeating: false, count: layout.tensors.count)
  }

  /// Starts a new step: everything counts as unwritten.
  public func begin() {
    for i in isWritten.indices { isWritten[i] = false }
  }

  /// Whether the next contribution to this tensor adds to earlier ones; from now on it does.
  package func adds(to tensor: ParameterTensor) -> Bool {
    defer { isWritten[tensor.index] = true }
    return isWritten[tensor.index]
  }

  /// The tensor's place, to add to: cleared when this is the first contribution of the step.
  package func accumulator(_ tensor: ParameterTensor) -> MatrixView<T> {
    if !adds(to: tensor) { view[tensor].clear() }
    return view[tensor]
  }

  package func matrix(_ tensor: ParameterTensor) -> MatrixView<T> { view[tensor] }

  /// An owned copy, in the layout's order.
  public var values: [T] { view.copied() }
}

extension VectorView {
  /// A weight as the matrix it is.
  package subscript(tensor: ParameterTensor) -> MatrixView<T> {
    matrix(at: tensor.offset, rows: tensor.rows, columns: tensor.columns)
  }

  /// A bias, or any tensor as a run of numbers.
  package func vector(_ tensor: ParameterTensor) -> VectorView { slice(tensor.range) }
}
