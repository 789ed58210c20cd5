internal import CKernels

/// Numbers as files store them, converted into `Float` or `Double`: one call per block, never per element.
enum Convert {
  /// out = x for `count` little-endian numbers x of `type` at `source`, rounded to nearest.
  ///
  /// `source` is aligned for `type`.
  static func decode<T: Scalar>(
    _ type: ElementType, at source: UnsafeRawPointer, count: Int, into out: UnsafeMutablePointer<T>
  ) {
    // The two casts name the concrete types, so that each loop below is compiled for them.
    let raw = UnsafeMutableRawPointer(out)
    if T.isSingle {
      floats(type, at: source, count: count, into: raw.assumingMemoryBound(to: Float.self))
    } else {
      doubles(type, at: source, count: count, into: raw.assumingMemoryBound(to: Double.self))
    }
  }

  /// out = factor x for `count` numbers x: the product in f64, rounded to T once. Where T and U are one type, out may be
  /// the source; from `Float` to `Double` nobody scales.
  ///
  /// - Returns: how many numbers other than 0 became 0, and the index of the first; nil for none.
  static func scale<T: Scalar, U: Scalar>(
    _ source: UnsafePointer<U>, _ count: Int, by factor: Double, into out: UnsafeMutablePointer<T>
  ) -> (count: Int, first: Int)? {
    precondition(T.isSingle || !U.isSingle, "scaled from \(U.self) to \(T.self)")
    let (from, to) = (UnsafeRawPointer(source), UnsafeMutableRawPointer(out))
    var first = 0
    let vanished =
      if U.isSingle {
        ek_scale_float(
          factor, from.assumingMemoryBound(to: Float.self), to.assumingMemoryBound(to: Float.self), count,
          &first)
      } else if T.isSingle {
        ek_scale_narrow(
          factor, from.assumingMemoryBound(to: Double.self), to.assumingMemoryBound(to: Float.self), count,
          &first)
      } else {
        ek_scale_double(
          factor, from.assumingMemoryBound(to: Double.self), to.assumingMemoryBound(to: Double.self), count,
          &first)
      }
    return vanished > 0 ? (vanished, first) : nil
  }

  /// Which of `count` whole numbers of `type` at `source` are not what `decode` made of them at `out`.
  ///
  /// - Returns: how many, and the index of the first; nil for none.
  static func rounded<T: Scalar>(
    _ type: ElementType, at source: UnsafeRawPointer, count: Int, in out: UnsafePointer<T>
  ) -> (count: Int, first: Int)? {
    let raw = UnsafeRawPointer(out)
    return T.isSingle
      ? rounded(type, at: source, count, raw.assumingMemoryBound(to: Float.self))
      : rounded(type, at: source, count, raw.assumingMemoryBound(to: Double.self))
  }

  @inline(__always)
  private static func rounded<R: BinaryFloatingPoint>(
    _ type: ElementType, at source: UnsafeRawPointer, _ count: Int, _ out: UnsafePointer<R>
  ) -> (count: Int, first: Int)? {
    @inline(__always) func compare<S: FixedWidthInteger>(_ type: S.Type) -> (count: Int, first: Int)? {
      let elements = source.assumingMemoryBound(to: S.self)
      // Up to here all whole numbers are numbers of R.
      let exact = S.Magnitude(1) << S.Magnitude(R.significandBitCount + 1)
      var largest: S.Magnitude = 0
      for i in 0..<count { largest = max(largest, elements[i].magnitude) }
      guard largest > exact else { return nil }
      var (found, first) = (0, 0)
      for i in 0..<count where S(exactly: out[i]) != elements[i] {
        if found == 0 { first = i }
        found += 1
      }
      return found > 0 ? (found, first) : nil
    }
    switch type {
    case .int32 where R.significandBitCount < 31: return compare(Int32.self)
    case .uint32 where R.significandBitCount < 31: return compare(UInt32.self)
    case .int64: return compare(Int64.self)
    case .uint64: return compare(UInt64.self)
    default: return nil
    }
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

  /// The same of the first `count` elements in an array.
  static func reverseBytes(of bytes: inout [UInt8], count: Int, width: Int) {
    precondition(count * width <= bytes.count, "\(count) numbers of \(bytes.count) bytes")
    bytes.withUnsafeMutableBytes {
      if let base = $0.baseAddress { reverseBytes(of: base, count: count, width: width) }
    }
  }

  /// out[i, j] = a[j, i] for rows x columns elements of `width` bytes; `out` is a table of `rows` rows.
  static func transposeBytes(_ a: [UInt8], into out: inout [UInt8], rows: Int, columns: Int, width: Int) {
    precondition(
      rows * columns * width <= min(a.count, out.count),
      "\(rows) x \(columns) from \(a.count) into \(out.count) bytes")
    func transpose<S: FixedWidthInteger>(_ type: S.Type) {
      a.withUnsafeBytes { a in
        out.withUnsafeMutableBytes { out in
          let (a, out) = (a.assumingMemoryBound(to: S.self), out.assumingMemoryBound(to: S.self))
          for i in 0..<rows {
            for j in 0..<columns { out[i * columns + j] = a[j * rows + i] }
          }
        }
      }
    }
    switch width {
    case 1: transpose(UInt8.self)
    case 2: transpose(UInt16.self)
    case 4: transpose(UInt32.self)
    default: transpose(UInt64.self)
    }
  }

  private static func floats(
    _ type: ElementType, at source: UnsafeRawPointer, count: Int, into out: UnsafeMutablePointer<Float>
  ) {
    switch type {
    case .uint8: ek_bytes_to_float(source.assumingMemoryBound(to: UInt8.self), out, count)
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
