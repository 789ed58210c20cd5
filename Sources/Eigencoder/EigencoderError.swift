/// What data, files or the numerical libraries can make fail. Everything public that throws, throws this.
///
/// A caller's own mistake inside the process (a shape that does not fit) traps instead, with what was got
/// and what was needed.
public enum EigencoderError: Error, Equatable, Sendable {
  /// A request that cannot be met, whatever the data: an unknown name, a count of zero.
  case invalidArgument(String)
  /// Data that do not fit the request, or a file that is not what it says.
  case invalidData(String)
  /// A file or directory that is not there or cannot be read.
  case missingInput(String)
  /// An output that cannot be written.
  case unwritableOutput(String)
  /// A numerical routine reported failure (a nonzero `info`), or a result that is not finite.
  case numericalFailure(String)
}

extension EigencoderError: CustomStringConvertible {
  /// One line: what was expected and what was found.
  public var description: String {
    switch self {
    case .invalidArgument(let text), .invalidData(let text), .missingInput(let text),
      .unwritableOutput(let text), .numericalFailure(let text):
      text
    }
  }
}

/// - Throws: `EigencoderError.invalidArgument` with the text unless the condition holds.
func requireArgument(_ condition: Bool, _ text: @autoclosure () -> String) throws {
  if !condition { throw EigencoderError.invalidArgument(text()) }
}
