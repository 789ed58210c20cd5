public import Foundation

extension FittedMethod {
  /// Writes the model file, whole or not at all.
  ///
  /// - Parameters:
  ///   - url: of the file.
  ///   - input: what it was fitted to, to be kept in the file.
  /// - Throws: `EigencoderError.unwritableOutput`.
  public func write(to url: URL, input: ModelInput? = nil) throws {
    try Model(reducer).write(to: url, input: input)
  }
}
