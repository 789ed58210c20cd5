internal import Foundation

/// What this machine can hold: a failed allocation ends the process, so sizes are checked before.
enum Memory {
  /// Physical memory, in bytes.
  static let size = Int(clamping: ProcessInfo.processInfo.physicalMemory)

  /// Throws `.invalidData` when rows x columns numbers exceed the memory of the machine.
  static func require<T: Scalar>(rows: Int, columns: Int, of type: T.Type, name: String) throws {
    guard let bytes = [rows, columns, MemoryLayout<T>.stride].checkedProduct, bytes <= size else {
      throw EigencoderError.invalidData(
        "\(name): \(rows) x \(columns) numbers do not fit into the \(size >> 20) MB of this machine")
    }
  }
}
