// Order among the elements of a row of keys, as of distances. An element comes before another when it is
// smaller, or equal and of the lower index: the order is total and depends on the numbers alone. One element,
// `own`, takes no part: the distance of a row from itself.

/// The indices of the smallest elements of a row. Its memory is used again for the next row.
struct NearestList {
  /// The smallest k elements beside `own`, in order.
  private(set) var indices: [Int]
  private var keys: [Double]

  init(count: Int) {
    indices = [Int](repeating: 0, count: count)
    keys = [Double](repeating: 0, count: count)
  }

  /// Finds the smallest elements of `row` beside `own`. O(n) for keys in random order, O(n k) at worst.
  mutating func find(in row: VectorView<Double>, besides own: Int) {
    let count = indices.count
    precondition(count < row.count, "\(count) nearest of \(row.count - 1)")
    guard count > 0 else { return }
    keys.withUnsafeMutableBufferPointer { keys in
      indices.withUnsafeMutableBufferPointer { indices in
        var filled = 0
        for j in 0..<row.count where j != own {
          let key = row.base[j]
          if filled == count {
            // Indices ascend: an equal key comes after those that are in.
            if key >= keys[count - 1] { continue }
          } else {
            filled += 1
          }
          var place = filled - 1
          while place > 0, keys[place - 1] > key {
            keys[place] = keys[place - 1]
            indices[place] = indices[place - 1]
            place -= 1
          }
          keys[place] = key
          indices[place] = j
        }
      }
    }
  }
}

extension VectorView<Double> {
  /// The place of element `index` in the order of all but `own`, counted from 1. O(n).
  func rank(of index: Int, besides own: Int) -> Int {
    precondition(
      index >= 0 && index < count && own >= 0 && own < count && index != own,
      "the rank of \(index) besides \(own) among \(count)")
    let key = base[index]
    var before = 0
    for j in 0..<index { before += base[j] <= key ? 1 : 0 }
    for j in index + 1..<Swift.max(count, index + 1) { before += base[j] < key ? 1 : 0 }
    let ownIsBefore = own < index ? base[own] <= key : base[own] < key
    return before - (ownIsBefore ? 1 : 0) + 1
  }
}
