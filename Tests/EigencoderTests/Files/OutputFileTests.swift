import Eigencoder
import Foundation
import Testing

@Suite struct OutputFileTests {
  private struct Interruption: Error {}

  private func names(in directory: URL) throws -> [String] {
    try FileManager.default.contentsOfDirectory(atPath: directory.path).sorted()
  }

  @Test func replacesAndLeavesNothingElse() throws {
    try withTemporaryDirectory { directory in
      let url = directory.appendingPathComponent("out.txt")
      try OutputFile.write("first, and longer", to: url)
      try OutputFile.write("second", to: url)
      #expect(try String(contentsOf: url, encoding: .utf8) == "second")
      #expect(try names(in: directory) == ["out.txt"])
    }
  }

  @Test func failureKeepsWhatWasThere() throws {
    try withTemporaryDirectory { directory in
      let url = directory.appendingPathComponent("out.txt")
      try OutputFile.write("first", to: url)
      #expect(throws: Interruption.self) {
        try OutputFile.write(to: url) { file in
          try file.write(Array("half of the sec".utf8))
          throw Interruption()
        }
      }
      #expect(try String(contentsOf: url, encoding: .utf8) == "first")
      #expect(try names(in: directory) == ["out.txt"])
    }
  }

  @Test func keepsPermissionsAndLinks() throws {
    try withTemporaryDirectory { directory in
      let url = directory.appendingPathComponent("out.txt")
      let link = directory.appendingPathComponent("link.txt")
      try OutputFile.write("first", to: url)
      try FileManager.default.setAttributes([.posixPermissions: 0o640], ofItemAtPath: url.path)
      try FileManager.default.createSymbolicLink(at: link, withDestinationURL: url)
      try OutputFile.write("second", to: link)
      #expect(try String(contentsOf: url, encoding: .utf8) == "second")
      #expect(try FileManager.default.destinationOfSymbolicLink(atPath: link.path) == url.path)
      let mode = try FileManager.default.attributesOfItem(atPath: url.path)[.posixPermissions] as? Int
      #expect(mode == 0o640)
    }
  }

  @Test func longestNames() throws {
    try withTemporaryDirectory { directory in
      let url = directory.appendingPathComponent(String(repeating: "x", count: 255))
      try OutputFile.write("text", to: url)
      #expect(try String(contentsOf: url, encoding: .utf8) == "text")
      expectError(EigencoderError.unwritableOutput, containing: "name too long") {
        try OutputFile.write("text", to: directory.appendingPathComponent(String(repeating: "x", count: 256)))
      }
    }
  }

  @Test func refusals() throws {
    try withTemporaryDirectory { directory in
      expectError(EigencoderError.unwritableOutput, containing: "\(directory.path): is a directory") {
        try OutputFile.write("text", to: directory)
      }
      let nowhere = directory.appendingPathComponent("none/out.txt")
      expectError(EigencoderError.unwritableOutput, containing: "\(nowhere.path): No such file or directory")
      {
        try OutputFile.write("text", to: nowhere)
      }
      expectError(EigencoderError.unwritableOutput, containing: "/dev/full: No space left on device") {
        try Matrix<Float>([[1]]).write(npy: URL(fileURLWithPath: "/dev/full"))
      }
      try OutputFile.write("text", to: URL(fileURLWithPath: "/dev/null"))
      #expect(try names(in: directory) == [])
    }
  }
}
