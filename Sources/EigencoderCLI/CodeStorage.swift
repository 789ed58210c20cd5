import Eigencoder

/// How the codes of a model stand in a file.
struct CodeStorage {
  let type: CodeType
  private let reducer: any Reducer<Float>
  private let quantization: Quantization<Float>?

  /// - Parameter type: asked for; nil for the model's own.
  /// - Throws: `.invalidArgument` for int8 or binary codes of a model that has no scales for them.
  init(_ model: Model<Float>, _ type: CodeType?) throws {
    guard case .pipeline(var pipeline) = model else {
      self.type = type ?? .f32
      reducer = model.reducer
      quantization = nil
      guard self.type == .f32 || self.type == .f16 else {
        throw EigencoderError.invalidArgument(
          "--type \(self.type.rawValue) needs a model saved by 'eigencoder embed', this is one of \(reducer.method)"
        )
      }
      return
    }
    self.type = type ?? pipeline.type
    quantization = pipeline.quantization
    // What is stored is rounded once.
    pipeline.type = .f32
    reducer = pipeline
  }

  func encode(_ x: Matrix<Float>) -> Matrix<Float> { reducer.encode(x) }

  /// The numbers of the file.
  func stored(_ codes: Matrix<Float>) -> Matrix<Float> { quantization?.stored(codes, as: type) ?? codes }

  /// The codes that the numbers of the file stand for.
  func rounded(_ codes: Matrix<Float>) -> Matrix<Float> {
    if let quantization { return quantization.rounded(codes, to: type) }
    guard type == .f16 else { return codes }
    var result = codes
    result.withMutableView { $0.roundToHalf() }
    return result
  }

  /// - Throws: `.invalidData` where the file tells that its codes are of another type.
  func requireStored(as stored: ElementType?) throws {
    guard quantization != nil, let stored, stored != type.elementType else { return }
    let bytes: [ElementType] = [.int8, .uint8]
    guard bytes.contains(stored) || bytes.contains(type.elementType) else { return }
    throw EigencoderError.invalidData(
      "expected \(type.rawValue) codes, found numbers stored as \(stored): --type says which they are")
  }

  /// The codes that numbers of a file stand for.
  /// - Throws: `.invalidData` for numbers that the type does not have: the codes are stored in another way.
  func codes(_ stored: Matrix<Float>) throws -> Matrix<Float> {
    guard let quantization else { return stored }
    let range: ClosedRange<Float>? =
      switch type {
      case .f32, .f16: nil
      case .int8: -128...127
      case .binary: 0...255
      }
    if let range, let other = stored.elements.first(where: { !range.contains($0) || $0 != $0.rounded() }) {
      throw EigencoderError.invalidData(
        "expected \(type.rawValue) codes, whole numbers from \(Int(range.lowerBound)) to \(Int(range.upperBound)), "
          + "found \(other): --type says how they are stored")
    }
    return quantization.codes(stored: stored, as: type)
  }
}
