import Eigencoder

/// A layer with values for its parameters: passes as plain functions, for tests.
struct Bound<T: Scalar> {
  let layer: FeedForward
  let layout: ParameterLayout
  var parameters: [T]

  init(_ layout: ParameterLayout, _ layer: FeedForward, seed: UInt64 = 1, deviation: Double = 0.7) {
    self.layer = layer
    self.layout = layout
    parameters = .random(layout.count, seed: seed, deviation: deviation)
  }

  func forward(_ x: Matrix<T>) -> Matrix<T> {
    let state = FeedForwardState<T>(layer, batch: x.rows, order: .value)
    return Matrix(rows: x.rows, columns: layer.outputs) { y in
      x.withView { x in parameters.withView { layer.forward(x, $0, into: y, state) } }
    }
  }

  /// (dL/dx, dL/dp) from dL/dy.
  func pullback(_ yBar: Matrix<T>, at x: Matrix<T>) -> (input: Matrix<T>, parameters: [T]) {
    let state = FeedForwardState<T>(layer, batch: x.rows, order: .gradient)
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
          xBar.withMutableView { layer.pullback(bar, x, p, state, into: $0, gradient) }
        }
      }
    }
    return (xBar, gradient.values)
  }

  func pushforward(_ xDot: Matrix<T>, _ pDot: [T], at x: Matrix<T>) -> Matrix<T> {
    let state = FeedForwardState<T>(layer, batch: x.rows, order: .gradient)
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

/// One of each way to build a side of a network; widths 5 to 4.
enum Sample: String, CaseIterable {
  case dense, withoutBias, chain, deepChain, tiedChain, skip, deepSkip

  func make(_ activation: Activation) -> (ParameterLayout, FeedForward) {
    var layout = ParameterLayout()
    func dense(_ name: String, _ inputs: Int, _ outputs: Int, _ f: Activation) -> Dense {
      Dense(name, inputs: inputs, outputs: outputs, activation: f, in: &layout)
    }
    func branch() -> Dense {
      Dense("skip", inputs: 5, outputs: 4, activation: .identity, hasBias: false, in: &layout)
    }
    let side: FeedForward
    switch self {
    case .dense: side = FeedForward([dense("0", 5, 4, activation)])
    case .withoutBias:
      side = FeedForward([
        Dense("0", inputs: 5, outputs: 4, activation: activation, hasBias: false, in: &layout)
      ])
    case .chain: side = FeedForward([dense("0", 5, 6, activation), dense("1", 6, 4, .identity)])
    case .deepChain:
      side = FeedForward([
        dense("0", 5, 7, activation), dense("1", 7, 3, .tanh), dense("2", 3, 6, activation),
        dense("3", 6, 4, activation),
      ])
    case .tiedChain:
      let (a, b) = (dense("0", 5, 3, activation), dense("1", 3, 2, .identity))
      side = FeedForward([
        a, b, Dense("2", inputs: 2, outputs: 3, activation: activation, tiedTo: b, in: &layout),
        Dense("3", inputs: 3, outputs: 5, activation: activation, tiedTo: a, in: &layout),
        dense("4", 5, 4, .tanh),
      ])
    case .skip:
      side = FeedForward([dense("0", 5, 6, activation), dense("1", 6, 4, .identity)], skip: branch())
    case .deepSkip:
      side = FeedForward(
        [
          dense("0", 5, 6, activation), dense("1", 6, 3, activation), dense("2", 3, 7, .sigmoid),
          dense("3", 7, 4, activation),
        ], skip: branch())
    }
    return (layout, side)
  }
}

extension TrainingStep {
  /// Takes all rows as they are, as both input and target.
  func load(_ x: Matrix<T>) {
    var generator = SeededGenerator(seed: 0)
    let rows = (0..<Int64(x.rows)).map { $0 }
    x.withView { load($0, rows[...], .none(dimension: x.columns), using: &generator) }
  }
}

extension Similarities {
  /// Takes all rows.
  func load(_ x: MatrixView<T>) { load(x, (0..<Int64(x.rows)).map { $0 }[...]) }
}
