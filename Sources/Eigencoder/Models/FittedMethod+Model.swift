public import Foundation

extension FittedMethod {
  /// Writes the model file, whole or not at all.
  /// - Throws: `EigencoderError.unwritableOutput`.
  public func write(to url: URL) throws { try Model(reducer).write(to: url) }
}
