import Eigencoder

/// How the codes of a model stand in a file.
struct CodeStorage<T: Scalar> {
  let type: CodeType
  /// Whether the type was asked for, or chosen with the model; if not, codes are stored as they are computed.
  let isChosen: Bool
  private let reducer: any Reducer<T>
  private let quantization: Quantization<T>?

  /// - Parameter type: asked for; nil for the model's own.
  /// - Throws: `.invalidArgument` for int8 or binary codes of a model that has no scales for them.
  init(_ model: Model<T>, _ type: CodeType?) throws {
    isChosen = type != nil || model.isPipeline
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

  func encode(_ x: Matrix<T>) -> Matrix<T> { reducer.encode(x) }

  /// The numbers of the file.
  func stored(_ codes: Matrix<T>) -> Matrix<T> { quantization?.stored(codes, as: type) ?? codes }

  /// The codes that the numbers of the file stand for.
  func rounded(_ codes: Matrix<T>) -> Matrix<T> {
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
  func codes(_ stored: Matrix<T>) throws -> Matrix<T> {
    guard let quantization else { return stored }
    let range: ClosedRange<T>? =
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

extension Model {
  fileprivate var isPipeline: Bool { if case .pipeline = self { true } else { false } }
}
