// y = sum_i f_i(x): several paths leave x and meet again. A node's gradient is the sum over its outgoing
// paths: xb = sum_i xb_i, each added into one place in one pass.

/// Branches side by side from one input, added: a skip connection is a linear branch beside a chain.
public struct Sum: Layer {
  /// All of the same inputs and outputs.
  public let branches: [any Layer]
  public var inputs: Int { branches[0].inputs }
  public var outputs: Int { branches[0].outputs }

  /// Traps unless all branches have the same inputs and outputs.
  public init(_ branches: [any Layer]) {
    precondition(!branches.isEmpty, "a sum needs at least one branch")
    for branch in branches {
      precondition(
        branch.inputs == branches[0].inputs && branch.outputs == branches[0].outputs,
        "branches of one sum have the same inputs and outputs")
    }
    self.branches = branches
  }

  public func makeState<T: Scalar>(batch: Int, order: DerivativeOrder) -> LayerState<T> {
    let state = LayerState<T>(
      batch: batch, order: order, children: branches.map { $0.makeState(batch: batch, order: order) })
    state.allocateBetween(columns: outputs)
    return state
  }

  public func drawMasks<T: Scalar>(_ state: LayerState<T>, using generator: inout SeededGenerator) {
    for i in branches.indices { branches[i].drawMasks(state.children[i], using: &generator) }
  }
}

extension Sum {
  public func forward<T: Scalar>(
    _ x: MatrixView<T>, _ parameters: VectorView<T>, into y: MatrixView<T>, _ state: LayerState<T>
  ) {
    branches[0].forward(x, parameters, into: y, state.children[0])
    let term = state.values[0].prefix(x.rows)
    for i in branches.indices.dropFirst() {
      branches[i].forward(x, parameters, into: term, state.children[i])
      y.add(term)
    }
  }

  public func pullback<T: Scalar>(
    _ yBar: MatrixView<T>, _ x: MatrixView<T>, _ parameters: VectorView<T>, _ state: LayerState<T>,
    into xBar: MatrixView<T>?, adding: Bool, _ gradient: Gradient<T>
  ) {
    // Each branch receives yb whole; a pullback overwrites it, so all but the last get a copy.
    let copy = state.bars[0].prefix(x.rows)
    for i in branches.indices {
      let isLast = i == branches.count - 1
      if !isLast { yBar.copy(into: copy) }
      branches[i].pullback(
        isLast ? yBar : copy, x, parameters, state.children[i], into: xBar, adding: adding || i > 0, gradient)
    }
  }

  public func pushforward<T: Scalar>(
    _ xDot: MatrixView<T>, _ parametersDot: VectorView<T>, _ x: MatrixView<T>, _ parameters: VectorView<T>,
    _ state: LayerState<T>, into yDot: MatrixView<T>
  ) {
    branches[0].pushforward(xDot, parametersDot, x, parameters, state.children[0], into: yDot)
    let term = state.bars[0].prefix(x.rows)
    for i in branches.indices.dropFirst() {
      branches[i].pushforward(xDot, parametersDot, x, parameters, state.children[i], into: term)
      yDot.add(term)
    }
  }

  public func pullbackRows<T: Scalar>(
    _ m: MatrixView<T>, samples: Int, _ parameters: VectorView<T>, _ state: LayerState<T>,
    into mx: MatrixView<T>, adding: Bool
  ) {
    withScratch(m.count, of: T.self) { scratch in
      let copy = scratch.matrix(rows: m.rows, columns: m.columns)
      for i in branches.indices {
        let isLast = i == branches.count - 1
        if !isLast { m.copy(into: copy) }
        branches[i].pullbackRows(
          isLast ? m : copy, samples: samples, parameters, state.children[i], into: mx,
          adding: adding || i > 0)
      }
    }
  }
}

extension Sum {
  public func inputJacobian<T: Scalar>(at x: [T], _ parameters: [T]) -> Matrix<T> {
    total(branches.map { $0.inputJacobian(at: x, parameters) })
  }

  public func parameterJacobian<T: Scalar>(at x: [T], _ parameters: [T]) -> Matrix<T> {
    total(branches.map { $0.parameterJacobian(at: x, parameters) })
  }

  private func total<T: Scalar>(_ terms: [Matrix<T>]) -> Matrix<T> {
    var sum = terms[0]
    for term in terms.dropFirst() {
      sum.withMutableView { sum in term.withView { sum.add($0) } }
    }
    return sum
  }
}
