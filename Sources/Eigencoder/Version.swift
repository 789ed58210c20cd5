/// The version of the library and of the command-line tool, as released in CHANGELOG.md.
public let version = "0.2.0"
