import Eigencoder
import Foundation
import Testing

// begin InAProgram
/// Encodes rows of requests. A model is a value that any number of tasks may use at once.
struct CodeService: Sendable {
  private let reducer: any Reducer<Float>

  init(model: Data) throws { reducer = try Model<Float>(bytes: model).reducer }

  /// Throws for a row of another width, and for numbers that are not finite.
  func code(of row: [Float]) throws -> [Float] { try reducer.code(of: row) }

  /// A row of known width into memory that is there already: principal components take no other.
  func write(code: inout [Float], of row: [Float]) {
    var span = code.mutableSpan
    reducer.encode(row: row.span, into: &span)
  }
}
// end

private enum Program {
  static func serve(_ requests: [[Float]], _ model: Data) async throws -> [Int: [Float]] {
    // begin InAProgram
    let service = try CodeService(model: model)
    let answers = try await withThrowingTaskGroup(of: (Int, [Float]).self) { group in
      for (id, row) in requests.enumerated() {
        group.addTask { (id, try service.code(of: row)) }
      }
      return try await group.reduce(into: [:]) { $0[$1.0] = $1.1 }
    }
    // end
    return answers
  }
}

@Suite struct ServerExample {
  @Test func manyTasksShareOneModel() async throws {
    let x = try Example.digits()
    let pca = try PCA(latent: 8).fitted(to: x)
    let model = Data(try Model.pca(pca).bytes())
    let answers = try await Program.serve((0..<500).map(x.row), model)
    let service = try CodeService(model: model)
    for id in 0..<500 {
      var code = [Float](repeating: 0, count: 8)
      service.write(code: &code, of: x.row(id))
      #expect(answers[id] == code)
    }
  }

  @Test func requestsThatAreRefused() throws {
    let x = try Example.digits()
    let service = try CodeService(model: Data(Model.pca(PCA(latent: 8).fitted(to: x)).bytes()))
    func refused(_ row: [Float], _ text: String) {
      do {
        _ = try service.code(of: row)
        Issue.record("no error for \(row.count) numbers")
      } catch {
        #expect("\(error)".contains(text), "\(error)")
      }
    }
    refused([1, 2], "samples of 2 numbers, expected 64")
    refused([Float](repeating: .nan, count: 64), "row 1, column 1")
    refused([Float](repeating: .greatestFiniteMagnitude, count: 64), "the codes")
  }
}
