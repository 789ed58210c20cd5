/// Codes before they are rounded to fewer bytes.
extension EmbeddingPipeline: ONNXReducer {
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
