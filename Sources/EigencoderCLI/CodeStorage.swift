import Eigencoder

/// How the codes of a model stand in a file.
struct CodeStorage<T: Scalar> {
  let type: CodeType
  /// Whether the type was asked for, or chosen with the model; if not, codes are stored as they are computed.
  let isChosen: Bool
  private let unrounded: (Matrix<T>) -> Matrix<T>
  private let quantization: Quantization<T>?

  /// - Parameter type: asked for; nil for the model's own.
  /// - Throws: `.invalidArgument` for int8 or binary codes of a model that has no scales for them.
  init(_ model: Model<T>, _ type: CodeType?) throws {
    isChosen = type != nil || model.isPipeline
    guard case .pipeline(let pipeline) = model else {
      self.type = type ?? .f32
      let reducer = model.reducer
      unrounded = { reducer.encode($0) }
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
    guard self.type != .quantized || pipeline.quantization.quantizer != nil else {
      throw EigencoderError.invalidArgument(
        "--type quantized needs a model of 'eigencoder embed --bytes', this one has no quantiser")
    }
    unrounded = { pipeline.unroundedCodes(of: $0) }
  }

  /// The columns of the file, for codes of `latent` numbers.
  func columns(latent: Int) -> Int { quantization?.columns(of: type) ?? type.columns(latent: latent) }

  /// The codes, before they are rounded to what is stored: they are rounded once.
  func encode(_ x: Matrix<T>) -> Matrix<T> { unrounded(x) }

  /// The numbers of the file.
  func stored(_ codes: Matrix<T>) -> Matrix<T> { quantization?.stored(codes, as: type) ?? codes }

  /// The codes that the numbers of the file stand for.
  ///
  /// - Throws: `.invalidData` for a number that f16 does not hold.
  func rounded(_ codes: Matrix<T>, firstRow: Int) throws -> Matrix<T> {
    if isChosen, let row = type.firstRow(of: codes, beyond: 65_519) {
      throw EigencoderError.invalidData(
        "the code of row \(firstRow + row + 1) is beyond 65504, the range of float16: --type f32")
    }
    if let quantization { return quantization.rounded(codes, to: type) }
    return isChosen ? codes.rounded(to: type) : codes
  }

  /// Numbers of the codes whose int8 is none of theirs: more than twice as large as the largest that it stands for.
  func clippedCount(_ codes: Matrix<T>) -> Int {
    if type == .quantized { return quantization?.quantizer?.farCount(codes) ?? 0 }
    guard type == .int8, let quantization else { return 0 }
    let limit = 2 * 127 * quantization.scale
    return codes.elements.count { $0.magnitude > limit }
  }

  /// - Throws: `.invalidData` where the file tells that its codes are of another type.
  func requireStored(as stored: ElementType?) throws {
    guard quantization != nil, let stored, stored != type.elementType else { return }
    let bytes: [ElementType] = [.int8, .uint8]
    guard bytes.contains(stored) || bytes.contains(type.elementType) else { return }
    throw EigencoderError.invalidData(
      "expected \(type.rawValue) codes, found numbers stored as \(stored): they were encoded as another --type"
    )
  }

  /// The codes that numbers of a file stand for; throws as `requireNumbers`.
  func codes(_ stored: Matrix<T>) throws -> Matrix<T> {
    guard let quantization else { return stored }
    try requireNumbers(stored)
    return quantization.codes(stored: stored, as: type)
  }

  /// - Throws: `.invalidData` for numbers that the type does not have: the codes are stored in another way.
  func requireNumbers(_ stored: Matrix<T>) throws {
    let range: ClosedRange<T>? =
      switch type {
      case .f32, .f16: nil
      case .int8: -128...127
      case .binary, .quantized: 0...255
      }
    if let range, let other = stored.elements.first(where: { !range.contains($0) || $0 != $0.rounded() }) {
      throw EigencoderError.invalidData(
        "expected \(type.rawValue) codes, whole numbers from \(Int(range.lowerBound)) to \(Int(range.upperBound)), "
          + "found \(other): they were encoded as another --type")
    }
  }
}

extension EmbeddingPipeline {
  /// The codes of a file that `encode` has written by this pipeline.
  ///
  /// - Throws: `.invalidData` for others, where they can be told apart.
  func storedCodes(in file: DataSource) throws -> StoredCodes<T> {
    let storage = try CodeStorage(Model.pipeline(self), nil)
    let reader = try file.open()
    let columns = storage.columns(latent: latent)
    guard reader.columns == columns else {
      throw EigencoderError.invalidData(
        "the model's codes have \(counted(columns, "column")), \(file.name) has \(reader.columns)")
    }
    try storage.requireStored(as: reader.storedType)
    let stored = try reader.readAll(as: T.self)
    try storage.requireNumbers(stored)
    return try StoredCodes(numbers: stored, as: type, quantization)
  }
}

extension Model {
  fileprivate var isPipeline: Bool { if case .pipeline = self { true } else { false } }
}

extension CodeType {
  /// The first row of codes to be stored as f16 with a number beyond `limit`.
  fileprivate func firstRow<T: Scalar>(of codes: Matrix<T>, beyond limit: T) -> Int? {
    guard self == .f16 else { return nil }
    return codes.elements.firstIndex { $0.magnitude > limit }.map { $0 / codes.columns }
  }
}
