import Eigencoder
import Foundation
import Testing

@Suite struct RowSinkTests {
  private static let x = Matrix<Float>.random(257, 3, seed: 4)
  static let formats = FileFormat.written.filter { $0.types.contains(.float32) && $0 != .pgvector }

  @Test(arguments: formats, [1, 100, 257])
  func blocksMakeUpTheWhole(_ format: FileFormat, _ rows: Int) throws {
    try withTemporaryDirectory { directory in
      let url = directory.appendingPathComponent("out")
      for promised in [nil, 257] {
        let file = try OutputFile(replacing: url)
        let sink = try format.sink(to: file, columns: 3, rows: promised, as: .float32)
        for first in stride(from: 0, to: 257, by: rows) {
          try sink.append(Self.x.rows(first..<min(first + rows, 257)))
        }
        try sink.finish()
        let options = RowReader.Options(columns: format == .raw ? 3 : nil)
        #expect(try Matrix<Float>(contentsOf: url, options: options) == Self.x)
      }
      #expect(try FileManager.default.contentsOfDirectory(atPath: directory.path) == ["out"])
    }
  }

  @Test(arguments: formats)
  func convertsWhatIsOfAnotherType(_ format: FileFormat) throws {
    try withTemporaryDirectory { directory in
      let url = directory.appendingPathComponent("out")
      let sink = try format.sink(to: OutputFile(replacing: url), columns: 3, rows: nil, as: .float32)
      try sink.append(Self.x.converted(to: Double.self))
      try sink.finish()
      let options = RowReader.Options(columns: format == .raw ? 3 : nil)
      #expect(try Matrix<Float>(contentsOf: url, options: options) == Self.x)
    }
  }

  @Test func formatsByName() {
    #expect(FileFormat.written(at: "a.csv") == .csv && FileFormat.written(at: "A.CSV") == .csv)
    #expect(FileFormat.written(at: "a.f32") == .raw && FileFormat.written(at: "a.raw") == .raw)
    #expect(
      FileFormat.written(at: "a.npy") == .npy && FileFormat.written(at: "a") == nil
        && FileFormat.written(at: "a.b") == nil)
  }

  @Test func anUnfinishedFileIsAbsent() throws {
    try withTemporaryDirectory { directory in
      let url = directory.appendingPathComponent("out")
      func begin() throws {
        let sink = try FileFormat.npy.sink(
          to: OutputFile(replacing: url), columns: 3, rows: nil, as: .float32)
        try sink.append(Self.x)
        #expect(try FileManager.default.contentsOfDirectory(atPath: directory.path).count == 1)
      }
      try begin()
      #expect(try FileManager.default.contentsOfDirectory(atPath: directory.path) == [])
    }
  }

  /// A pipe cannot be given the number of rows afterwards.
  @Test func npyIntoAPipe() throws {
    let pipe = Pipe()
    let url = URL(fileURLWithPath: "/dev/fd/\(pipe.fileHandleForWriting.fileDescriptor)")
    expectError(EigencoderError.invalidArgument, containing: "begins with its number of rows") {
      _ = try FileFormat.npy.sink(to: OutputFile(replacing: url), columns: 3, rows: nil, as: .float32)
    }
    let sink = try FileFormat.npy.sink(to: OutputFile(replacing: url), columns: 3, rows: 257, as: .float32)
    try sink.append(Self.x)
    try sink.finish()
    try pipe.fileHandleForWriting.close()
    let written = try pipe.fileHandleForReading.readToEnd() ?? Data()
    #expect(try Matrix<Float>(bytes: Array(written), name: "x") == Self.x)
  }
}
