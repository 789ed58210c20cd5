internal import Foundation

/// The limit of memory that a container or a service manager sets to a group of processes.
///
/// Version 2 has `memory.max` beside `memory.current`, version 1 `memory.limit_in_bytes` beside
/// `memory.usage_in_bytes`; the limits of all groups above hold too. Pages of files count as used and are given
/// back when they are needed: `memory.stat` says how many.
package enum ControlGroup {
  /// Bytes that are left by the narrowest limit; nil without any.
  ///
  /// - Parameters:
  ///   - membership: the content of /proc/self/cgroup, lines "4:memory:/path" and "0::/path".
  ///   - root: where groups are mounted.
  package static func left(membership: String? = nil, root: String = "/sys/fs/cgroup") -> Int? {
    guard let membership = membership ?? text("/proc/self/cgroup") else { return nil }
    var found: [Int] = []
    for line in membership.split(separator: "\n") {
      let fields = line.split(separator: ":", maxSplits: 2, omittingEmptySubsequences: false).map(String.init)
      guard fields.count == 3 else { continue }
      if fields[1].isEmpty {
        found += paths(fields[2]).compactMap {
          left(
            in: root + $0, limit: "memory.max", used: "memory.current",
            cached: ["inactive_file", "active_file"])
        }
      } else if fields[1].split(separator: ",").contains("memory") {
        found += paths(fields[2]).compactMap {
          left(
            in: root + "/memory" + $0, limit: "memory.limit_in_bytes", used: "memory.usage_in_bytes",
            cached: ["total_inactive_file", "total_active_file"])
        }
      }
    }
    return found.min()
  }

  /// The path itself and all above it, down to the root: in a container only the root may be there.
  private static func paths(_ path: String) -> [String] {
    let parts = path.split(separator: "/").map(String.init)
    return (0...parts.count).map { parts.prefix($0).map { "/" + $0 }.joined() }
  }

  private static func left(in directory: String, limit: String, used: String, cached: [String]) -> Int? {
    // "max", or a number above all memory, is no limit.
    guard let limit = number(directory + "/" + limit), limit < 1 << 60,
      let used = number(directory + "/" + used)
    else { return nil }
    let cache = (text(directory + "/memory.stat") ?? "").split(separator: "\n").reduce(0) { sum, line in
      let words = line.split(separator: " ")
      return words.count == 2 && cached.contains(String(words[0])) ? sum + (Int(words[1]) ?? 0) : sum
    }
    return max(0, limit - max(0, used - cache))
  }

  private static func number(_ path: String) -> Int? {
    text(path).flatMap { Int($0.trimmingCharacters(in: .whitespacesAndNewlines)) }
  }

  private static func text(_ path: String) -> String? { try? String(contentsOfFile: path, encoding: .utf8) }
}
