internal import Foundation

/// The header of a safetensors file: its length in eight bytes, then a JSON object that gives each tensor's
/// type, shape and place among the bytes that follow.
///
/// Source: the format section of github.com/huggingface/safetensors.
struct SafeTensorsHeader {
  struct Entry {
    var name: String
    var type: ElementType
    var shape: [Int]
    /// Counted from the end of the header.
    var offsets: Range<Int>
  }

  static let metadataKey = "__metadata__"
  /// The reference implementation's limit.
  static let longest = 100_000_000

  /// Whether content may begin so: with a length below 4 GB in eight bytes, then the JSON of the header.
  static func begins(_ head: [UInt8]) -> Bool {
    head.count > 8 && head[8] == UInt8(ascii: "{") && head[4..<8].allSatisfy { $0 == 0 }
      && (head.count == 9 || [0x22, 0x7d, 0x20, 0x09, 0x0a, 0x0d].contains(head[9]))
  }

  /// In the order of their bytes.
  let entries: [Entry]
  let metadata: [String: String]

  /// Reads up to the first tensor and checks that the tensors cover what follows, each byte once.
  ///
  /// - Parameter reader: of known length.
  init(from reader: ByteReader) throws {
    let json = try Self.text(from: reader)
    let content: Content
    do {
      content = try JSONDecoder().decode(Content.self, from: Data(json))
    } catch {
      throw reader.invalid("malformed safetensors header: \(Self.reason(error))")
    }
    // The decoder keeps one of several equal keys; their colons tell how many there were.
    let colons = JSONColons(json)
    let members = content.tensors.count + (content.metadata == nil ? 0 : 1)
    let fields = content.tensors.values.reduce(content.metadata?.count ?? 0) { $0 + $1.fieldCount }
    guard colons.outer == members, colons.inner == fields else {
      throw reader.invalid("malformed safetensors header: a key appears twice")
    }
    metadata = content.metadata ?? [:]

    var entries: [Entry] = []
    for (name, described) in content.tensors { entries.append(try described.entry(name, reader)) }
    entries.sort {
      ($0.offsets.lowerBound, $0.offsets.upperBound, $0.name) < (
        $1.offsets.lowerBound, $1.offsets.upperBound, $1.name
      )
    }
    var end = 0
    for entry in entries {
      guard entry.offsets.lowerBound == end else {
        let fault =
          entry.offsets.lowerBound < end ? "overlaps the tensor before it" : "leaves a gap before it"
        throw reader.invalid(
          "tensor '\(entry.name)' \(fault): it starts at \(entry.offsets.lowerBound), expected \(end)")
      }
      end = entry.offsets.upperBound
    }
    let remaining = reader.remaining ?? 0
    guard end == remaining else {
      let fault = end > remaining ? "truncated" : "too long"
      throw reader.invalid(
        "\(fault): the header promises \(end) bytes of tensors, the file holds \(remaining)")
    }
    self.entries = entries
  }

  /// The JSON of the header.
  private static func text(from reader: ByteReader) throws -> [UInt8] {
    let prefix = try reader.read(8, for: "the length of a safetensors header")
    let length = prefix.reversed().reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
    guard length <= longest else {
      throw reader.invalid("a safetensors header of \(length) bytes, expected at most \(longest)")
    }
    let json = try reader.read(Int(length), for: "the safetensors header")
    guard json.first == UInt8(ascii: "{"), !json.contains(0) else {
      throw reader.invalid("malformed safetensors header: it is not a JSON object")
    }
    return json
  }

  private static func reason(_ error: any Error) -> String {
    // The decoder does not tell the two apart.
    let notJSON = "it is not JSON, or it has a number that is not whole or too large"
    guard let error = error as? DecodingError else { return notJSON }
    func place(_ context: DecodingError.Context) -> String {
      context.codingPath.map { $0.intValue.map(String.init) ?? "'\($0.stringValue)'" }.joined(separator: " ")
    }
    switch error {
    case .keyNotFound(let key, let context): return "\(place(context)) has no '\(key.stringValue)'"
    case .typeMismatch(_, let context), .valueNotFound(_, let context):
      return context.codingPath.isEmpty ? "it is not a JSON object" : "\(place(context)) is of the wrong kind"
    default: return notJSON
    }
  }
}

/// How many members the object has that a JSON text is, and how many the objects directly in it have together;
/// equal keys are counted each time.
private struct JSONColons {
  private(set) var outer = 0
  private(set) var inner = 0

  init(_ json: [UInt8]) {
    var depth = 0
    var (isQuoted, isEscaped) = (false, false)
    for byte in json {
      if isQuoted {
        (isQuoted, isEscaped) = (
          isEscaped || byte != UInt8(ascii: "\""), !isEscaped && byte == UInt8(ascii: "\\")
        )
        continue
      }
      switch byte {
      case UInt8(ascii: "\""): isQuoted = true
      case UInt8(ascii: "{"), UInt8(ascii: "["): depth += 1
      case UInt8(ascii: "}"), UInt8(ascii: "]"): depth -= 1
      case UInt8(ascii: ":") where depth == 1: outer += 1
      case UInt8(ascii: ":") where depth == 2: inner += 1
      default: break
      }
    }
  }
}
