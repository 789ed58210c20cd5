internal import CKernels

// The loops over elements that training alone needs: activations, their pullback, and the steps of the optimizers.

extension MatrixView {
  /// In place self = f(self + 1 bias'), with f' and f'' of the same argument into `first` and `second` where given.
  ///
  /// - Parameters:
  ///   - kernel: the number of f in CKernels.h.
  ///   - slope: of the leaky ReLU below 0.
  package func activate(
    kernel: Int32, slope: T, bias: VectorView<T>?, first: MatrixView?, second: MatrixView?
  ) {
    precondition((bias?.count ?? columns) == columns, "a bias of \(bias?.count ?? 0) for \(shape)")
    for other in [first, second] {
      precondition((other?.rows ?? rows) == rows && (other?.columns ?? columns) == columns, shape)
    }
    (T.isSingle ? ek_activate_f32 : ek_activate_f64)(
      kernel, slope.inDouble, bias?.base, base, stride, first?.base, first?.stride ?? 0, second?.base,
      second?.stride ?? 0, rows, columns)
  }

  /// In place self = self o d, and sums[j] = the sum of column j, summed in f64, added to what is there when `adding`.
  /// Where d or the sums are nil, that part is left out.
  package func pullBack(through d: MatrixView?, sums: VectorView<T>?, adding: Bool) {
    precondition(
      (d?.rows ?? rows) == rows && (d?.columns ?? columns) == columns, "\(d?.shape ?? "") for \(shape)")
    precondition((sums?.count ?? columns) == columns, "\(sums?.count ?? 0) sums for \(shape)")
    (T.isSingle ? ek_pullback_f32 : ek_pullback_f64)(
      base, stride, d?.base, d?.stride ?? 0, sums?.base, adding ? 1 : 0, rows, columns)
  }
}

extension VectorView {
  /// One step of Adam on these parameters: m and v are the moving means of the gradient and of its square.
  ///
  /// self *= 1 - decay; self -= rate m / (sqrt(v) inverseRootCorrection + epsilon), after `l2` self has been added to the
  /// gradient and the means have moved.
  package func stepAdam(
    _ gradient: VectorView, m: VectorView, v: VectorView, rate: T, beta1: T, beta2: T, epsilon: T,
    inverseRootCorrection: T, decay: T, l2: T
  ) {
    precondition(gradient.count == count && m.count == count && v.count == count, "\(count) parameters")
    (T.isSingle ? ek_adam_f32 : ek_adam_f64)(
      base, gradient.base, m.base, v.base, count, rate.inDouble, beta1.inDouble, beta2.inDouble,
      epsilon.inDouble, inverseRootCorrection.inDouble, decay.inDouble, l2.inDouble)
  }

  /// One step of gradient descent on these parameters: velocity = momentum velocity + gradient + l2 self, and self moves by
  /// -rate times it, or as Nesterov's rule does.
  package func stepSGD(
    _ gradient: VectorView, velocity: VectorView, rate: T, momentum: T, nesterov: Bool, l2: T
  ) {
    precondition(gradient.count == count && velocity.count == count, "\(count) parameters")
    (T.isSingle ? ek_sgd_f32 : ek_sgd_f64)(
      base, gradient.base, velocity.base, count, rate.inDouble, momentum.inDouble, nesterov ? 1 : 0,
      l2.inDouble)
  }
}
