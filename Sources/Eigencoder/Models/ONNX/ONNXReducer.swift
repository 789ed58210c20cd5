/// A reducer whose encoder and decoder are known as steps of a graph.
///
/// A reducer around another one appends its own steps before and after those of the inner one.
protocol ONNXReducer: Reducer {
  /// Appends the encoder's nodes: from rows of d numbers to their codes.
  func encode(_ x: ONNXGraph.Value, in graph: inout ONNXGraph) -> ONNXGraph.Value
  /// Appends the decoder's nodes: from codes to rows of d numbers.
  func decode(_ codes: ONNXGraph.Value, in graph: inout ONNXGraph) -> ONNXGraph.Value
}

extension PrincipalComponents: ONNXReducer {
  // Without whitening both directions share the components.
  func encode(_ x: ONNXGraph.Value, in graph: inout ONNXGraph) -> ONNXGraph.Value {
    graph.affine(
      x, weight: (whitens ? "encoder.components" : "components", encoder.converted(to: Double.self)),
      centre: ("mean", mean),
      value: ("encoder.correction", [Double](repeating: 0, count: latent)))
  }

  func decode(_ codes: ONNXGraph.Value, in graph: inout ONNXGraph) -> ONNXGraph.Value {
    graph.product(
      codes, whitens ? "decoder.components" : "components", decoder.converted(to: Float.self),
      transposed: false, bias: ("mean", mean.map { Float($0) }))
  }
}

extension FittedLinearDenoiser: ONNXReducer {
  func encode(_ x: ONNXGraph.Value, in graph: inout ONNXGraph) -> ONNXGraph.Value {
    var value = encoderBias
    encoderWeight.withView { w in
      mean.withView { m in value.withMutableView { $0.setProduct(w, m, beta: 1) } }
    }
    return graph.affine(
      x, weight: ("encoder.weight", encoderWeight), centre: ("mean", mean), value: ("encoder.value", value))
  }

  func decode(_ codes: ONNXGraph.Value, in graph: inout ONNXGraph) -> ONNXGraph.Value {
    graph.product(
      codes, "decoder.weight", decoderWeight.converted(to: Float.self), transposed: true,
      bias: ("decoder.bias", decoderBias.map { Float($0) }))
  }
}

extension Autoencoder: ONNXReducer {
  func encode(_ x: ONNXGraph.Value, in graph: inout ONNXGraph) -> ONNXGraph.Value {
    var u = graph.subtract(x, "input.mean", standardization.mean.map { Float($0) })
    if let inverse = standardization.inverseScale {
      u = graph.multiply(u, "input.inverse_scale", inverse.map { Float($0) })
    }
    return graph.apply(encoder, u, parameters)
  }

  func decode(_ codes: ONNXGraph.Value, in graph: inout ONNXGraph) -> ONNXGraph.Value {
    var u = graph.apply(decoder, codes, parameters)
    if let scale = standardization.scale {
      u = graph.multiply(u, "input.scale", scale.map { Float($0) })
    }
    return graph.add(u, "input.mean", standardization.mean.map { Float($0) })
  }
}
