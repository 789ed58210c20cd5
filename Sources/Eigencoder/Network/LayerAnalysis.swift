/// What one dense layer of a network does, by the spectra of its weight and of its values.
public struct LayerAnalysis: Codable, Equatable, Sendable {
  /// As in the model file: "encoder.0".
  public let name: String
  /// Numbers a row that the layer takes.
  public let inputs: Int
  /// Numbers a row that it gives: its units.
  public let outputs: Int
  /// f, of every unit.
  public let activation: Activation
  /// Of W: its squared singular values, from W W' or W'W in f64, so that those below 1e-16 of the largest are
  /// rounding.
  public let weight: SpectrumSummary
  /// Of the layer's values over the data: the eigenvalues of their covariance (denominator n - 1). nil without data.
  public let values: SpectrumSummary?
  /// Units whose value is the same for all rows, to 1e-6 of the layer's root mean variance. nil without data.
  public let deadUnits: Int?
}

extension Autoencoder {
  /// Every layer in the order of the data flow, the linear branch of each side after its chain.
  ///
  /// - Parameter data: rows to follow through the network, without dropout.
  /// - Throws: `EigencoderError.invalidData` for another width, `.numericalFailure` where numbers are not finite.
  ///
  /// Cost: an eigendecomposition of the smaller side of each weight, and with data of each layer's covariance;
  /// O(widest layer squared) memory beside one block of rows.
  public func layerAnalysis(on data: Matrix<T>? = nil) throws -> [LayerAnalysis] {
    if let data, data.columns != inputs {
      throw EigencoderError.invalidData(
        "the model takes \(inputs) columns, the data have \(data.columns)")
    }
    var input = data.map { x in
      var u = x
      u.withMutableView { standardization.apply($0, into: $0) }
      return u
    }
    var result: [LayerAnalysis] = []
    for side in [encoder, decoder] {
      var value = input
      for layer in side.layers {
        value = value.map { through(layer, $0) }
        result.append(try analysis(of: layer, value))
      }
      if let skip = side.skip {
        let branch = input.map { through(skip, $0) }
        result.append(try analysis(of: skip, branch))
        if let branch { value?.withMutableView { value in branch.withView { value.add($0) } } }
      }
      input = value
    }
    return result
  }

  private func through(_ layer: Dense, _ x: Matrix<T>) -> Matrix<T> {
    let state = DenseState<T>(layer, batch: max(1, x.rows), order: .value)
    return Matrix(rows: x.rows, columns: layer.outputs) { y in
      x.withView { x in parameters.withView { layer.forward(x, $0, into: y, state) } }
    }
  }

  private func analysis(of layer: Dense, _ value: Matrix<T>?) throws -> LayerAnalysis {
    let w = Matrix(
      rows: layer.weight.rows, columns: layer.weight.columns, Array(parameters[layer.weight.range])
    )
    .converted(to: Double.self)
    let size = min(w.rows, w.columns)
    let gram = Matrix<Double>(rows: size, columns: size) { gram in
      w.withView { w in
        w.rows <= w.columns
          ? gram.setProduct(w, w, rightTransposed: true) : gram.setProduct(w, transposed: true, w)
      }
    }
    let covariance = value.map { Moments(of: $0).covariance }
    var dead: Int?
    if let covariance {
      let variances = (0..<covariance.rows).map { covariance[$0, $0] }
      let mean = variances.reduce(0, +) / Double(max(1, variances.count))
      dead = variances.filter { $0 <= 1e-12 * mean }.count
    }
    return LayerAnalysis(
      name: layer.name, inputs: layer.inputs, outputs: layer.outputs, activation: layer.activation,
      weight: SpectrumSummary(try SymmetricEigen.values(of: gram)),
      values: try covariance.map { SpectrumSummary(try SymmetricEigen.values(of: $0)) }, deadUnits: dead)
  }
}
