// The encoder and the decoder of each kind of model as steps of a graph. A reducer around another one appends its own
// steps before and after those of the inner one.

extension PrincipalComponents {
  // Without whitening both directions share the components.
  func encode(_ x: ONNXGraph.Value, in graph: inout ONNXGraph) -> ONNXGraph.Value {
    graph.affine(
      x, weight: (whitens ? "encoder.components" : "components", encoder.converted(to: Double.self)),
      centre: ("mean", mean),
      value: (keepsMean ? "code.mean" : "encoder.correction", codeMean))
  }

  func decode(_ codes: ONNXGraph.Value, in graph: inout ONNXGraph) -> ONNXGraph.Value {
    let centred = keepsMean ? graph.subtract(codes, "decoder.code_mean", codeMean.map { Float($0) }) : codes
    return graph.product(
      centred, whitens ? "decoder.components" : "components", decoder.converted(to: Float.self),
      transposed: false, bias: ("mean", mean.map { Float($0) }))
  }
}

extension FittedLinearDenoiser {
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

extension Autoencoder {
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

/// Codes before they are rounded to fewer bytes.
extension EmbeddingPipeline {
  func encode(_ x: ONNXGraph.Value, in graph: inout ONNXGraph) -> ONNXGraph.Value {
    var z = reduction.content.encode(normalizesInput ? graph.normalizeRows(x) : x, in: &graph)
    if offset.contains(where: { $0 != 0 }) { z = graph.add(z, "code.offset", offset.map { Float($0) }) }
    if scale.contains(where: { $0 != 1 }) { z = graph.multiply(z, "code.scale", scale.map { Float($0) }) }
    return normalizesCode ? graph.normalizeRows(z) : z
  }

  func decode(_ codes: ONNXGraph.Value, in graph: inout ONNXGraph) -> ONNXGraph.Value {
    let inverse = scale.map { Float(codeLength / $0) }
    var z = codes
    if inverse.contains(where: { $0 != 1 }) { z = graph.multiply(z, "code.inverse_scale", inverse) }
    if offset.contains(where: { $0 != 0 }) { z = graph.subtract(z, "code.offset", offset.map { Float($0) }) }
    return reduction.content.decode(z, in: &graph)
  }
}
