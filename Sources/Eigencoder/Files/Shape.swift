extension Array where Element == Int {
  /// The product of the sizes of an array's axes (1 without axes), or nil when a size is negative or the
  /// product exceeds `Int`.
  var checkedProduct: Int? {
    var product = 1
    for size in self {
      let (next, overflow) = product.multipliedReportingOverflow(by: size)
      if size < 0 || overflow { return nil }
      product = next
    }
    return product
  }

  /// The sizes for messages: "3 x 4"; "no axes" for a single number.
  var shapeText: String {
    if isEmpty { return "no axes" }
    let shown = prefix(6).map(String.init).joined(separator: " x ")
    return count > 6 ? "\(shown) x ... (\(count) axes)" : shown
  }
}
