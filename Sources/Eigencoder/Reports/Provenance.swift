internal import Foundation

extension ReconstructionReport {
  /// How a report was made: what another person needs to make it again.
  public struct Provenance: Codable, Equatable, Sendable {
    /// A file, or data that are part of the program.
    public struct Input: Codable, Equatable, Sendable {
      /// "data", "test", "labels"
      public let role: String
      /// The file as it was named, or of what is built in.
      public let name: String
      /// The size of the file; nil where it cannot be known.
      public let bytes: Int?
      /// The CRC-32 of the file, 8 hexadecimal digits; nil for a pipe, which cannot be read twice.
      public let crc32: String?

      /// An input whose size and checksum are known already.
      public init(role: String, name: String, bytes: Int?, crc32: String?) {
        self.role = role
        self.name = name
        self.bytes = bytes
        self.crc32 = crc32
      }
    }

    /// "eigencoder 0.2.0"
    public var program: String
    /// What was typed, one word an element, the program's name first.
    public var command: [String]
    /// Every setting with its value, defaults too.
    public var options: [String: String]
    /// Every file that was read.
    public var inputs: [Input]
    /// Which rows train and which test.
    public var split: String
    /// Of the BLAS library as it describes itself, and the kernels that it runs.
    public var blas: String
    /// The kernels that BLAS runs: `BLAS.kernels`.
    public var kernels: String
    /// The threads that BLAS may use.
    public var threads: Int
    /// The operating system and the processor's architecture.
    public var system: String
    /// When it was made, as 2026-01-31T12:00:00Z.
    public var date: String?

    /// Of this machine and this version.
    public init(command: [String], options: [String: String], inputs: [Input], split: String, date: String?) {
      program = "eigencoder \(version)"
      self.command = command
      self.options = options
      self.inputs = inputs
      self.split = split
      blas = BLAS.configuration
      kernels = BLAS.kernels
      threads = BLAS.threads
      #if arch(x86_64)
        let architecture = "x86-64"
      #elseif arch(arm64)
        let architecture = "arm64"
      #else
        let architecture = "another architecture"
      #endif
      system = "\(ProcessInfo.processInfo.operatingSystemVersionString), \(architecture)"
      self.date = date
    }

    /// The command as a shell takes it, words quoted where they need to be.
    public var commandLine: String {
      command.map(\.shellWord).joined(separator: " ")
    }
  }
}

extension String {
  /// As a shell takes it for one word.
  var shellWord: String {
    let plain = allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || "-_./,:=+%@".contains($0)) }
    return plain && !isEmpty ? self : "'" + replacingOccurrences(of: "'", with: "'\\''") + "'"
  }
}
