import Eigencoder
import Foundation

/// The options that every command has.
enum CommonOptions {
  static let quiet = Option("quiet", nil, "nothing on standard error but errors")
  static let verbose = Option(
    "verbose", nil, "on standard error: data, split, kernels, defaults, the losses of each epoch")
  static let threads = Option(
    "threads", "N", "of linear algebra, at most the processors there are (default: all of them)")

  /// Sets what they ask for in the whole process.
  static func apply(_ arguments: Arguments) throws {
    if arguments.has("quiet"), arguments.has("verbose") {
      throw EigencoderError.invalidArgument("--quiet and --verbose exclude each other")
    }
    Terminal.isQuiet = arguments.has("quiet") || !Ranks.isFirst
    Terminal.isVerbose = arguments.has("verbose") && Ranks.isFirst
    if let threads = try arguments.integer("threads", atLeast: 1) {
      let processors = ProcessInfo.processInfo.activeProcessorCount
      guard threads <= processors else {
        throw EigencoderError.invalidArgument(
          "--threads takes a whole number from 1 to \(processors), the processors here, got '\(threads)'")
      }
      BLAS.threads = threads
    }
    Terminal.detail {
      "eigencoder \(Eigencoder.version); BLAS kernels: \(BLAS.kernels), \(counted(BLAS.threads, "thread"))"
    }
  }
}
