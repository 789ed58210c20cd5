// The standard library's `precondition` and `preconditionFailure` drop their text in a release build: a caller's mistake
// would end the process without a word. Inside this module these stand in their place and keep the text in every build.
//
// A condition that holds costs one branch. The text is made only where it fails, and the printing is kept out of line, so
// that a caller's loop holds no more than a jump.

/// Ends the process with `message` unless `condition` holds, in debug and in release.
@inline(__always)
func precondition(
  _ condition: @autoclosure () -> Bool, _ message: @autoclosure () -> String, file: StaticString = #fileID,
  line: UInt = #line
) {
  if !condition() { trap(message(), file, line) }
}

/// Ends the process with `message`: for what the code before has ruled out.
func preconditionFailure(
  _ message: @autoclosure () -> String, file: StaticString = #fileID, line: UInt = #line
) -> Never {
  trap(message(), file, line)
}

@inline(never)
private func trap(_ message: String, _ file: StaticString, _ line: UInt) -> Never {
  fatalError(message, file: file, line: line)
}
