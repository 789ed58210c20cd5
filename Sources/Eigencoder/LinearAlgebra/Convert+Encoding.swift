internal import CKernels

extension Convert {
  /// Stores `count` numbers as little-endian numbers of `type`: floating point rounded to nearest, whole numbers as they
  /// are.
  ///
  /// - Parameters:
  ///   - type: any but `.bool` and `.bfloat16`.
  ///   - out: aligned for `type`, with room for all of them.
  /// - Returns: the index of the first number that the type cannot hold, after which nothing may be there: a finite one
  ///   beyond its range, or one that is not whole; nil when all are stored.
  static func encode<T: Scalar>(
    _ source: UnsafePointer<T>, count: Int, as type: ElementType, into out: UnsafeMutableRawPointer
  ) -> Int? {
    // The two casts name the concrete types, so that each loop below is compiled for them.
    let raw = UnsafeRawPointer(source)
    return T.isSingle
      ? floats(raw.assumingMemoryBound(to: Float.self), count, as: type, into: out)
      : doubles(raw.assumingMemoryBound(to: Double.self), count, as: type, into: out)
  }

  /// Each of `count` numbers to the nearest of half precision, infinite beyond its range.
  static func roundToHalf<T: Scalar>(_ x: UnsafeMutablePointer<T>, _ count: Int) {
    withUnsafeTemporaryAllocation(of: UInt16.self, capacity: 256) { halves in
      for start in stride(from: 0, to: count, by: 256) {
        let length = min(256, count - start)
        _ = encode(x + start, count: length, as: .float16, into: halves.baseAddress!)
        decode(.float16, at: halves.baseAddress!, count: length, into: x + start)
      }
    }
  }

  private static func floats(
    _ x: UnsafePointer<Float>, _ count: Int, as type: ElementType, into out: UnsafeMutableRawPointer
  ) -> Int? {
    switch type {
    case .float16:
      let halves = out.assumingMemoryBound(to: UInt16.self)
      ek_float_to_half(x, halves, count)
      return firstOverflow(x, halves, count)
    case .float32:
      out.copyMemory(from: x, byteCount: 4 * count)
      return nil
    case .float64:
      ek_widen(x, out.assumingMemoryBound(to: Double.self), count)
      return nil
    default: return integers(x, count, as: type, into: out)
    }
  }

  private static func doubles(
    _ x: UnsafePointer<Double>, _ count: Int, as type: ElementType, into out: UnsafeMutableRawPointer
  ) -> Int? {
    switch type {
    case .float16:
      let halves = out.assumingMemoryBound(to: UInt16.self)
      ek_double_to_half(x, halves, count)
      return firstOverflow(x, halves, count)
    case .float32:
      let floats = out.assumingMemoryBound(to: Float.self)
      ek_narrow(x, floats, count)
      guard ek_all_finite_f32(floats, count) == 0 else { return nil }
      return (0..<count).first { x[$0].isFinite && !floats[$0].isFinite }
    case .float64:
      out.copyMemory(from: x, byteCount: 8 * count)
      return nil
    default: return integers(x, count, as: type, into: out)
    }
  }

  /// The first finite number whose half is infinite.
  @inline(__always)
  private static func firstOverflow<R: BinaryFloatingPoint>(
    _ x: UnsafePointer<R>, _ halves: UnsafePointer<UInt16>, _ count: Int
  ) -> Int? {
    var largest: UInt16 = 0
    for i in 0..<count { largest = max(largest, halves[i] & 0x7fff) }
    return largest < 0x7c00 ? nil : (0..<count).first { x[$0].isFinite && halves[$0] & 0x7fff >= 0x7c00 }
  }

  @inline(__always)
  private static func integers<R: BinaryFloatingPoint>(
    _ x: UnsafePointer<R>, _ count: Int, as type: ElementType, into out: UnsafeMutableRawPointer
  ) -> Int? {
    @inline(__always) func store<S: FixedWidthInteger>(_ type: S.Type) -> Int? {
      let out = out.assumingMemoryBound(to: S.self)
      for i in 0..<count {
        guard let whole = S(exactly: x[i]) else { return i }
        out[i] = whole
      }
      return nil
    }
    switch type {
    case .int8: return store(Int8.self)
    case .int16: return store(Int16.self)
    case .int32: return store(Int32.self)
    case .int64: return store(Int64.self)
    case .uint8: return store(UInt8.self)
    case .uint16: return store(UInt16.self)
    case .uint32: return store(UInt32.self)
    case .uint64: return store(UInt64.self)
    case .bool, .float16, .bfloat16, .float32, .float64: preconditionFailure("\(type) is not written")
    }
  }
}

// MARK: - What became 0

extension Convert {
  /// Which of `count` numbers other than 0 `encode` stored as 0 at `out`.
  ///
  /// - Returns: how many, and the index of the first; nil for none, as with every type that holds all numbers of T or
  ///   refuses what it does not hold.
  static func vanished<T: Scalar>(
    _ source: UnsafePointer<T>, count: Int, as type: ElementType, at out: UnsafeRawPointer
  ) -> (count: Int, first: Int)? {
    let raw = UnsafeRawPointer(source)
    return T.isSingle
      ? vanished(raw.assumingMemoryBound(to: Float.self), count, as: type, at: out)
      : vanished(raw.assumingMemoryBound(to: Double.self), count, as: type, at: out)
  }

  @inline(__always)
  private static func vanished<R: BinaryFloatingPoint>(
    _ x: UnsafePointer<R>, _ count: Int, as type: ElementType, at out: UnsafeRawPointer
  ) -> (count: Int, first: Int)? {
    @inline(__always) func compare(_ isZero: (Int) -> Bool) -> (count: Int, first: Int)? {
      var found = 0
      for i in 0..<count { found &+= isZero(i) && x[i] != 0 ? 1 : 0 }
      guard found > 0 else { return nil }
      return (found, (0..<count).first { isZero($0) && x[$0] != 0 } ?? 0)
    }
    switch type {
    case .float16:
      let halves = out.assumingMemoryBound(to: UInt16.self)
      return compare { halves[$0] & 0x7fff == 0 }
    case .float32 where R.self == Double.self:
      let floats = out.assumingMemoryBound(to: Float.self)
      return compare { floats[$0] == 0 }
    default: return nil
    }
  }
}
