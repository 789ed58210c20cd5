/// An encoder as the contractive penalty sees it: dense layers in sequence, e = f_L(... f_1(x)), and perhaps a linear
/// branch V x beside them.
struct EncoderPath {
  let layers: [Dense]
  let skip: Dense?

  /// nil for an encoder of another form.
  init?(_ layer: any Layer) {
    switch layer {
    case let dense as Dense: (layers, skip) = ([dense], nil)
    case let chain as Chain:
      guard let dense = chain.layers as? [Dense] else { return nil }
      (layers, skip) = (dense, nil)
    case let sum as Sum:
      guard sum.branches.count == 2, let inner = EncoderPath(sum.branches[0]), inner.skip == nil,
        let skip = sum.branches[1] as? Dense, skip.activation == .identity, skip.dropout == 0
      else { return nil }
      (layers, self.skip) = (inner.layers, skip)
    default: return nil
    }
    // The routes read W as it is stored.
    guard layers.allSatisfy({ !$0.isTied }), !(skip?.isTied ?? false) else { return nil }
  }

  /// The dense layers of a layer of layers, in the order of the data flow.
  static func denseLayers(_ layer: any Layer) -> [Dense] {
    switch layer {
    case let dense as Dense: [dense]
    case let chain as Chain: chain.layers.flatMap(denseLayers)
    case let sum as Sum: sum.branches.flatMap(denseLayers)
    default: []
    }
  }

  /// The states of the layers within the encoder's.
  func states<T: Scalar>(_ state: LayerState<T>) -> [LayerState<T>] {
    let main = skip == nil ? state : state.children[0]
    return main.children.isEmpty ? [main] : main.children
  }

  var inputs: Int { layers[0].inputs }
  var outputs: Int { layers[layers.count - 1].outputs }
  /// The width after the first layer, h_1.
  var firstWidth: Int { layers[0].outputs }
}
