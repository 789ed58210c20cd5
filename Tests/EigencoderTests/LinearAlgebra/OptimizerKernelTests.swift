import Eigencoder
import Testing

/// The steps of the optimizers against the loops they stand for.
@Suite struct OptimizerKernelTests {
  @Test func adamSteps() {
    func check<T: Scalar>(_: T.Type) {
      for count in KernelLayout.sizes {
        var (p, m, v) = (
          [T].random(count, seed: 30), [T].random(count, seed: 31),
          [T].random(count, seed: 32).map { $0 * $0 }
        )
        let g = [T].random(count, seed: 33)
        let (rate, b1, b2, epsilon, correction, decay, l2): (T, T, T, T, T, T, T) = (
          0.01, 0.9, 0.99, 1e-6, 1.5, 0.125, 0.25
        )
        var expected = (p: [T](), m: [T](), v: [T]())
        for i in 0..<count {
          let gi = g[i] + l2 * p[i]
          expected.m.append(b1 * m[i] + (1 - b1) * gi)
          expected.v.append(b2 * v[i] + (1 - b2) * gi * gi)
          expected.p.append(
            (1 - decay) * p[i] - rate * expected.m[i] / (expected.v[i].squareRoot() * correction + epsilon))
        }
        step(&p, g, &m) { p, g, m in
          v.withMutableView {
            p.stepAdam(
              g, m: m, v: $0, rate: rate, beta1: b1, beta2: b2, epsilon: epsilon,
              inverseRootCorrection: correction, decay: decay, l2: l2)
          }
        }
        expectClose(m, expected.m, within: 2 * Double(T.ulpOfOne), scale: 8)
        expectClose(v, expected.v, within: 2 * Double(T.ulpOfOne), scale: 8)
        expectClose(p, expected.p, within: 4 * Double(T.ulpOfOne), scale: 8)
      }
    }
    check(Float.self)
    check(Double.self)
  }

  @Test(arguments: [false, true]) func descentSteps(_ nesterov: Bool) {
    func check<T: Scalar>(_: T.Type) {
      for count in KernelLayout.sizes {
        var (p, m) = ([T].random(count, seed: 34), [T].random(count, seed: 35))
        let g = [T].random(count, seed: 36)
        let (rate, momentum, l2): (T, T, T) = (0.1, 0.75, 0.5)
        let gradient = zip(g, p).map { $0 + l2 * $1 }
        let velocity = zip(m, gradient).map { momentum * $0 + $1 }
        let step = nesterov ? zip(gradient, velocity).map { $0 + momentum * $1 } : velocity
        let expected = zip(p, step).map { $0 - rate * $1 }
        self.step(&p, g, &m) { p, g, m in
          p.stepSGD(g, velocity: m, rate: rate, momentum: momentum, nesterov: nesterov, l2: l2)
        }
        expectClose(m, velocity, within: 2 * Double(T.ulpOfOne), scale: 8)
        expectClose(p, expected, within: 2 * Double(T.ulpOfOne), scale: 8)
      }
    }
    check(Float.self)
    check(Double.self)
  }

  /// Calls `body` with views of parameters, gradient and moving means.
  private func step<T: Scalar>(
    _ p: inout [T], _ g: [T], _ m: inout [T],
    _ body: (VectorView<T>, VectorView<T>, VectorView<T>) -> Void
  ) {
    p.withMutableView { p in m.withMutableView { m in g.withView { body(p, $0, m) } } }
  }
}
