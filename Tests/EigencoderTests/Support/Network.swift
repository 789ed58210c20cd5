import Eigencoder

/// A layer with values for its parameters: passes as plain functions, for tests.
struct Bound<T: Scalar> {
  let layer: any Layer
  let layout: ParameterLayout
  var parameters: [T]

  init(_ layout: ParameterLayout, _ layer: any Layer, seed: UInt64 = 1, deviation: Double = 0.7) {
    self.layer = layer
    self.layout = layout
    parameters = .random(layout.count, seed: seed, deviation: deviation)
  }

  func forward(_ x: Matrix<T>) -> Matrix<T> {
    let state: LayerState<T> = layer.makeState(batch: x.rows, order: .value)
    return Matrix(rows: x.rows, columns: layer.outputs) { y in
      x.withView { x in parameters.withView { layer.forward(x, $0, into: y, state) } }
    }
  }

  /// (dL/dx, dL/dp) from dL/dy.
  func pullback(_ yBar: Matrix<T>, at x: Matrix<T>) -> (input: Matrix<T>, parameters: [T]) {
    let state: LayerState<T> = layer.makeState(batch: x.rows, order: .gradient)
    let gradient = Gradient<T>(layout)
    var bar = yBar
    var y = Matrix<T>(rows: x.rows, columns: layer.outputs)
    // Rubbish in the result shows a pullback that adds where it should set.
    var xBar = Matrix<T>(rows: x.rows, columns: layer.inputs, repeating: 7)
    x.withView { x in
      parameters.withView { p in
        y.withMutableView { layer.forward(x, p, into: $0, state) }
        gradient.begin()
        bar.withMutableView { bar in
          xBar.withMutableView { layer.pullback(bar, x, p, state, into: $0, adding: false, gradient) }
        }
      }
    }
    return (xBar, gradient.values)
  }

  func pushforward(_ xDot: Matrix<T>, _ pDot: [T], at x: Matrix<T>) -> Matrix<T> {
    let state: LayerState<T> = layer.makeState(batch: x.rows, order: .gradient)
    var y = Matrix<T>(rows: x.rows, columns: layer.outputs)
    return Matrix(rows: x.rows, columns: layer.outputs) { yDot in
      x.withView { x in
        parameters.withView { p in
          y.withMutableView { layer.forward(x, p, into: $0, state) }
          xDot.withView { xDot in
            pDot.withView { layer.pushforward(xDot, $0, x, p, state, into: yDot) }
          }
        }
      }
    }
  }

  /// df/dt at t = 0 by central differences of the forward pass along (xDot, pDot).
  func difference(_ xDot: Matrix<T>, _ pDot: [T], at x: Matrix<T>, step: T) -> Matrix<T> {
    func moved(_ t: T) -> Matrix<T> {
      var other = self
      other.parameters = zip(parameters, pDot).map { $0 + t * $1 }
      return other.forward(
        Matrix(rows: x.rows, columns: x.columns, zip(x.elements, xDot.elements).map { $0 + t * $1 }))
    }
    let (up, down) = (moved(step), moved(-step))
    return Matrix(
      rows: up.rows, columns: up.columns, zip(up.elements, down.elements).map { ($0 - $1) / (2 * step) })
  }
}

func inner<T: Scalar>(_ a: [T], _ b: [T]) -> Double {
  precondition(a.count == b.count)
  return zip(a, b).reduce(0.0) { $0 + Double($1.0) * Double($1.1) }
}

/// One of each way to build a layer; widths 5 to 4.
enum Sample: String, CaseIterable {
  case dense, withoutBias, chain, deepChain, tiedChain, skip, sumOfChains

  func make(_ activation: Activation) -> (ParameterLayout, any Layer) {
    var layout = ParameterLayout()
    func dense(_ name: String, _ inputs: Int, _ outputs: Int, _ f: Activation) -> Dense {
      Dense(name, inputs: inputs, outputs: outputs, activation: f, in: &layout)
    }
    let layer: any Layer
    switch self {
    case .dense: layer = dense("0", 5, 4, activation)
    case .withoutBias:
      layer = Dense("0", inputs: 5, outputs: 4, activation: activation, hasBias: false, in: &layout)
    case .chain: layer = Chain([dense("0", 5, 6, activation), dense("1", 6, 4, .identity)])
    case .deepChain:
      layer = Chain([
        dense("0", 5, 7, activation), dense("1", 7, 3, .tanh), dense("2", 3, 6, activation),
        dense("3", 6, 4, activation),
      ])
    case .tiedChain:
      let (a, b) = (dense("0", 5, 3, activation), dense("1", 3, 2, .identity))
      let back = Dense("2", tiedTo: b, activation: activation, in: &layout)
      layer = Chain([
        a, b, back, Dense("3", tiedTo: a, activation: activation, in: &layout), dense("4", 5, 4, .tanh),
      ])
    case .skip:
      layer = Sum([
        Chain([dense("0", 5, 6, activation), dense("1", 6, 4, .identity)]),
        Dense("skip", inputs: 5, outputs: 4, activation: .identity, hasBias: false, in: &layout),
      ])
    case .sumOfChains:
      // A node of several outgoing paths in the middle of a chain.
      let first = dense("0", 5, 6, activation)
      layer = Chain([
        first,
        Sum([
          Chain([dense("1", 6, 3, activation), dense("2", 3, 4, .identity)]), dense("3", 6, 4, activation),
          dense("4", 6, 4, .sigmoid),
        ]),
      ])
    }
    return (layout, layer)
  }
}
