// A layer is a function y = f(x, p) of an input and of its parameters, with both of its derivatives written
// by hand beside it. Mathematics, section 3. For a batch, samples are rows:
//   forward      y = f(x, p)
//   pullback     given yb = dL/dy:  xb = yb (dy/dx),  pb = sum over samples of yb (dy/dp)      (VJP)
//   pushforward  given tangents:    yd = (dy/dx) xd + (dy/dp) pd                               (JVP)
// They are checked by the identity <yb, pushforward(xd, pd)> = <pullback(yb), (xd, pd)>, at any size, and by
// the explicit Jacobians of one sample.

/// A differentiable map of rows of `inputs` numbers to rows of `outputs` numbers.
///
/// A layer is a value that knows shapes and mathematics. It holds no numbers: parameters, gradients and
/// what the forward pass leaves for the backward pass are handed in.
public protocol Layer: Sendable {
  /// The numbers of a row of x.
  var inputs: Int { get }
  /// The numbers of a row of y.
  var outputs: Int { get }

  /// Memory for passes of up to `batch` samples that need derivatives up to `order`.
  func makeState<T: Scalar>(batch: Int, order: DerivativeOrder) -> LayerState<T>

  /// Draws new dropout masks for the next forward passes with this state; nothing where there is no dropout.
  func drawMasks<T: Scalar>(_ state: LayerState<T>, using generator: inout SeededGenerator)

  /// y = f(x, p). With a state of order `.gradient` or more, also leaves there what `pullback` needs.
  func forward<T: Scalar>(
    _ x: MatrixView<T>, _ parameters: VectorView<T>, into y: MatrixView<T>, _ state: LayerState<T>)

  /// From yb = dL/dy, after `forward` with the same x and state: adds dL/dp to the gradient, and sets xb = dL/dx
  /// (or adds to it, when other paths have already written there). Overwrites `yBar`. A nil `xBar` is skipped.
  func pullback<T: Scalar>(
    _ yBar: MatrixView<T>, _ x: MatrixView<T>, _ parameters: VectorView<T>, _ state: LayerState<T>,
    into xBar: MatrixView<T>?, adding: Bool, _ gradient: Gradient<T>)

  /// yd = (dy/dx) xd + (dy/dp) pd, after `forward` with the same x and state.
  func pushforward<T: Scalar>(
    _ xDot: MatrixView<T>, _ parametersDot: VectorView<T>, _ x: MatrixView<T>, _ parameters: VectorView<T>,
    _ state: LayerState<T>, into yDot: MatrixView<T>)

  /// Given, for each sample b, r cotangent rows in `m` (row b r + i, of `outputs` numbers), their pullbacks
  /// to the input: mx_b = m_b (dy/dx)_b. With the identity for m_b, mx_b is the Jacobian itself. Adds to `mx`
  /// when `adding`, after `forward` with the same state. Overwrites `m`.
  func pullbackRows<T: Scalar>(
    _ m: MatrixView<T>, samples: Int, _ parameters: VectorView<T>, _ state: LayerState<T>,
    into mx: MatrixView<T>, adding: Bool)

  /// dy/dx at one sample, outputs x inputs: row i is the gradient of y_i. Explicit, for readers and tests.
  func inputJacobian<T: Scalar>(at x: [T], _ parameters: [T]) -> Matrix<T>

  /// dy/dp at one sample, outputs x parameters.count. Explicit, for readers and tests.
  func parameterJacobian<T: Scalar>(at x: [T], _ parameters: [T]) -> Matrix<T>
}

/// How many derivatives a pass prepares.
public enum DerivativeOrder: Int, Comparable, Sendable {
  /// y alone: no dropout, nothing kept.
  case value
  /// f' is kept.
  case gradient
  /// f' and f'' are kept, for the gradient of a penalty on the Jacobian.
  case curvature

  public static func < (a: Self, b: Self) -> Bool { a.rawValue < b.rawValue }
}

/// What one layer's passes write besides their results; allocated once, used for every batch.
public final class LayerState<T: Scalar> {
  /// Which derivatives `forward` leaves here.
  public let order: DerivativeOrder
  let batch: Int
  /// f'(z), batch x outputs.
  var derivative: MatrixView<T>?
  /// f''(z), batch x outputs.
  var curvature: MatrixView<T>?
  /// What a penalty on f' contributes to dL/dz, batch x outputs; added by the pullback when `hasPenalty`.
  var penaltyBar: MatrixView<T>?
  var hasPenalty = false
  /// The factors 0 or 1/(1-p) of dropout, batch x outputs; ones until drawn.
  package var mask: MatrixView<T>?
  /// A layer of layers: the state of each.
  package let children: [LayerState]
  /// A layer of layers: the values between them, and the gradients with respect to those.
  private(set) var values: [MatrixView<T>] = []
  private(set) var bars: [MatrixView<T>] = []
  private var buffers: [Buffer<T>] = []

  init(batch: Int, order: DerivativeOrder, children: [LayerState] = []) {
    self.batch = batch
    self.order = order
    self.children = children
  }

  /// A matrix of `batch` rows that lives as long as this state.
  func allocate(columns: Int, rows: Int? = nil) -> MatrixView<T> {
    let buffer = Buffer<T>(count: (rows ?? batch) * columns)
    buffers.append(buffer)
    return buffer.view.matrix(rows: rows ?? batch, columns: columns)
  }

  /// Room for a value between two layers, and for its gradient when the order asks for it.
  func allocateBetween(columns: Int) {
    values.append(allocate(columns: columns))
    if order >= .gradient { bars.append(allocate(columns: columns)) }
  }
}

extension Layer {
  public func drawMasks<T: Scalar>(_ state: LayerState<T>, using generator: inout SeededGenerator) {}

  /// f at one sample, without dropout.
  public func value<T: Scalar>(at x: [T], _ parameters: [T]) -> [T] {
    let state: LayerState<T> = makeState(batch: 1, order: .value)
    var y = [T](repeating: 0, count: outputs)
    x.withView { x in
      parameters.withView { p in
        y.withMutableView { forward(x.row, p, into: $0.row, state) }
      }
    }
    return y
  }
}
