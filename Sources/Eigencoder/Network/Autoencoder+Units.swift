// The same function in other units. With u = x / r entering in place of x, W x = (W diag(r)) u; with the output read as
// u too, (W y + b) / r; with the code multiplied by q, the code's layer too, and what reads the code divided by it.
// When all factors are powers of two nothing is rounded.

extension Autoencoder {
  /// Whether input and output can change units: the output is linear, and no weight is used both ways.
  var isOutputScalable: Bool { !architecture.isTied && architecture.outputActivation == .identity }

  /// Whether the code can too.
  var hasFreeUnits: Bool { isOutputScalable && architecture.latentActivation == .identity }

  /// Multiplies the code by `codeFactor`, and the scale of the input by `inputFactor`, d numbers: the reconstruction
  /// stays. `scale` is what the standardization then divides by; nil for nothing.
  mutating func changeUnits(inputFactor: [T], codeFactor: T, scale: [T]?) {
    precondition(codeFactor == 1 ? isOutputScalable : hasFreeUnits, "this network has no free units")
    precondition(inputFactor.count == inputs, "\(inputFactor.count) factors")
    let inverse = inputFactor.map { 1 / $0 }
    parameters.withMutableView { p in
      inputFactor.withView { factor in
        inverse.withView { inverse in
          for layer in [encoder.first, encoder.skip].compactMap({ $0 }) {
            p[layer.weight].scaleColumns(by: factor, adding: nil, into: p[layer.weight])
          }
          for layer in [decoder.last, decoder.skip].compactMap({ $0 }) {
            let w = p[layer.weight]
            for i in 0..<w.rows { w.row(i).scale(by: inverse[i]) }
            if let bias = layer.bias {
              let b = p.vector(bias)
              for i in 0..<b.count { b[i] *= inverse[i] }
            }
          }
        }
      }
      for layer in [encoder.last, encoder.skip].compactMap({ $0 }) {
        p.vector(layer.weight).scale(by: codeFactor)
        if let bias = layer.bias { p.vector(bias).scale(by: codeFactor) }
      }
      for layer in [decoder.first, decoder.skip].compactMap({ $0 }) {
        p.vector(layer.weight).scale(by: 1 / codeFactor)
      }
    }
    standardize(as: Standardization(mean: standardization.mean, scale: scale))
  }

  /// Adds `offset`, k numbers, to every code: the reconstruction stays, since the decoder subtracts it first.
  mutating func shiftCode(by offset: [T]) {
    precondition(offset.count == latent, "an offset of \(offset.count)")
    precondition(
      architecture.latentActivation == .identity
        && (!architecture.hasSkip || architecture.outputActivation == .identity),
      "the code of this network is not shifted by a bias")
    parameters.withMutableView { p in
      offset.withView { c in
        if let bias = encoder.last.bias { p.vector(bias).add(c) }
        // W (z - c) + b = W z + (b - W c), in the layers and in the branch beside them.
        Self.subtract(c, through: decoder.first, from: decoder.first.bias, p)
        if let skip = decoder.skip { Self.subtract(c, through: skip, from: decoder.last.bias, p) }
      }
    }
  }

  /// b -= W c
  private static func subtract(
    _ c: VectorView<T>, through layer: Dense, from bias: ParameterTensor?, _ p: VectorView<T>
  ) {
    guard let bias else { return }
    p.vector(bias).setProduct(p[layer.weight], transposed: layer.isTied, c, alpha: -1, beta: 1)
  }
}
