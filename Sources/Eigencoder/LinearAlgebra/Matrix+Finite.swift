extension Matrix {
  /// - Throws: `EigencoderError.invalidData` that names the first entry that is not finite.
  func requireFinite() throws {
    guard !(elements.withView { $0.isFinite }), let index = elements.firstIndex(where: { !$0.isFinite })
    else { return }
    throw EigencoderError.invalidData(
      "row \(index / columns + 1), column \(index % columns + 1) (counted from 1) of the data is "
        + "\(elements[index]), expected finite numbers")
  }
}
