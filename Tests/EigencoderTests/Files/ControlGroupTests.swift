import Eigencoder
import Foundation
import Testing

/// What is left under the limits of control groups, of both versions, from files like the system's.
@Suite struct ControlGroupTests {
  private func group(_ files: [String: String]) throws -> String {
    let root = FileManager.default.temporaryDirectory.appendingPathComponent(UUID().uuidString)
    for (path, text) in files {
      let file = root.appendingPathComponent(path)
      try FileManager.default.createDirectory(
        at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
      try Data(text.utf8).write(to: file)
    }
    return root.path
  }

  @Test func versionTwo() throws {
    let root = try group([
      "a/memory.max": "1000000\n", "a/memory.current": "400000\n",
      "a/memory.stat": "anon 5\ninactive_file 90000\nactive_file 10000\n",
      "a/b/memory.max": "max\n", "a/b/memory.current": "5\n",
    ])
    defer { try? FileManager.default.removeItem(atPath: root) }
    // The group above holds; 100,000 of what it uses are files.
    #expect(ControlGroup.left(membership: "0::/a/b\n", root: root) == 700_000)
    #expect(ControlGroup.left(membership: "0::/c\n", root: root) == nil)
  }

  @Test func versionOne() throws {
    let root = try group([
      "memory/memory.limit_in_bytes": "9223372036854771712\n", "memory/memory.usage_in_bytes": "7\n",
      "memory/x/memory.limit_in_bytes": "500\n", "memory/x/memory.usage_in_bytes": "600\n",
      "memory/x/memory.stat": "total_inactive_file 300\n",
    ])
    defer { try? FileManager.default.removeItem(atPath: root) }
    #expect(ControlGroup.left(membership: "5:cpu:/\n4:memory:/x\n0::/\n", root: root) == 200)
    #expect(ControlGroup.left(membership: "4:memory:/elsewhere\n", root: root) == nil)
    #expect(ControlGroup.left(membership: "", root: root) == nil)
  }
}
