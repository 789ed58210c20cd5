internal import CKernels

/// Numbers as files store them, converted into `Float` or `Double`: one call per block, never per element.
enum Convert {
  /// out = scale x for `count` little-endian numbers x of `type` at `source`, rounded to nearest.
  ///
  /// `source` is aligned for `type`.
  static func decode<T: Scalar>(
    _ type: ElementType, at source: UnsafeRawPointer, count: Int, scale: T = 1,
    into out: UnsafeMutablePointer<T>
  ) {
    // The two casts name the concrete types, so that each loop below is compiled for them.
    let raw = UnsafeMutableRawPointer(out)
    if T.isSingle {
      let out = raw.assumingMemoryBound(to: Float.self)
      if type == .uint8 {
        return ek_bytes_to_float(source.assumingMemoryBound(to: UInt8.self), Float(scale), out, count)
      }
      floats(type, at: source, count: count, into: out)
    } else {
      doubles(type, at: source, count: count, into: raw.assumingMemoryBound(to: Double.self))
    }
    if scale != 1 { VectorView(base: out, count: count).scale(by: scale) }
  }

  /// out = x for `count` numbers x, from one of `Float` and `Double` to the other.
  static func between<T: Scalar, U: Scalar>(
    _ source: UnsafePointer<T>, _ count: Int, into out: UnsafeMutablePointer<U>
  ) {
    precondition(T.isSingle != U.isSingle, "from \(T.self) to \(U.self)")
    let (from, to) = (UnsafeRawPointer(source), UnsafeMutableRawPointer(out))
    if T.isSingle {
      ek_widen(from.assumingMemoryBound(to: Float.self), to.assumingMemoryBound(to: Double.self), count)
    } else {
      ek_narrow(from.assumingMemoryBound(to: Double.self), to.assumingMemoryBound(to: Float.self), count)
    }
  }

  /// Reverses the bytes of each of `count` elements of `width` bytes, in place.
  static func reverseBytes(of base: UnsafeMutableRawPointer, count: Int, width: Int) {
    func reverse<S: FixedWidthInteger>(_ type: S.Type) {
      let elements = base.assumingMemoryBound(to: S.self)
      for i in 0..<count { elements[i] = elements[i].byteSwapped }
    }
    switch width {
    case 2: reverse(UInt16.self)
    case 4: reverse(UInt32.self)
    case 8: reverse(UInt64.self)
    default: break
    }
  }

  private static func floats(
    _ type: ElementType, at source: UnsafeRawPointer, count: Int, into out: UnsafeMutablePointer<Float>
  ) {
    switch type {
    case .float16: ek_half_to_float(source.assumingMemoryBound(to: UInt16.self), out, count)
    case .float32: UnsafeMutableRawPointer(out).copyMemory(from: source, byteCount: 4 * count)
    case .float64: ek_narrow(source.assumingMemoryBound(to: Double.self), out, count)
    default: others(type, at: source, count: count, into: out)
    }
  }

  private static func doubles(
    _ type: ElementType, at source: UnsafeRawPointer, count: Int, into out: UnsafeMutablePointer<Double>
  ) {
    switch type {
    case .float16:
      // Half precision passes through single, which holds all of it.
      withUnsafeTemporaryAllocation(of: Float.self, capacity: 256) { block in
        for start in stride(from: 0, to: count, by: 256) {
          let length = min(256, count - start)
          ek_half_to_float(source.assumingMemoryBound(to: UInt16.self) + start, block.baseAddress!, length)
          ek_widen(block.baseAddress!, out + start, length)
        }
      }
    case .float32: ek_widen(source.assumingMemoryBound(to: Float.self), out, count)
    case .float64: UnsafeMutableRawPointer(out).copyMemory(from: source, byteCount: 8 * count)
    default: others(type, at: source, count: count, into: out)
    }
  }

  @inline(__always)
  private static func others<R: BinaryFloatingPoint>(
    _ type: ElementType, at source: UnsafeRawPointer, count: Int, into out: UnsafeMutablePointer<R>
  ) {
    @inline(__always) func integers<S: FixedWidthInteger>(_ type: S.Type) {
      let elements = source.assumingMemoryBound(to: S.self)
      for i in 0..<count { out[i] = R(elements[i]) }
    }
    switch type {
    case .int8: integers(Int8.self)
    case .int16: integers(Int16.self)
    case .int32: integers(Int32.self)
    case .int64: integers(Int64.self)
    case .uint8: integers(UInt8.self)
    case .uint16: integers(UInt16.self)
    case .uint32: integers(UInt32.self)
    case .uint64: integers(UInt64.self)
    case .bool:
      let elements = source.assumingMemoryBound(to: UInt8.self)
      for i in 0..<count { out[i] = elements[i] != 0 ? 1 : 0 }
    case .bfloat16:
      let elements = source.assumingMemoryBound(to: UInt16.self)
      for i in 0..<count { out[i] = R(Float(bitPattern: UInt32(elements[i]) << 16)) }
    case .float16, .float32, .float64: preconditionFailure("\(type) has a conversion of its own")
    }
  }
}
