import Eigencoder
import Foundation
import Testing

private enum Program {
  static func shorten(_ file: URL) throws -> (model: [UInt8], database: [ArraySlice<UInt8>]) {
    // begin InAProgram
    // One tensor of a file by its name; `array:` names one of an npz archive.
    let x = try Matrix<Float>(contentsOf: file, tensor: "embeddings")
    let pca = try PCA(latent: 8, keepsMean: true).fitted(to: x)
    var pipeline = EmbeddingPipeline(.pca(pca), codesOf: x, normalizesCode: true)
    pipeline.type = .int8

    let stored = try pipeline.storedCodes(of: x)
    let database = (0..<stored.count).map { stored[$0] }  // 8 bytes a row
    let model = try Model.pipeline(pipeline).bytes()
    // end
    return (model, database)
  }

  static func read(_ model: Data, _ database: [ArraySlice<UInt8>]) throws -> Matrix<Float> {
    // begin InAProgram
    guard case .pipeline(let pipeline) = try Model<Float>(bytes: model) else {
      throw EigencoderError.invalidData("a model of another kind than a pipeline")
    }
    let codes = try pipeline.storedCodes(bytes: database.joined())
    let searched = codes.searched  // n x 8 whole numbers, to be compared by cosine
    let back = pipeline.decode(codes.codes)  // n x d
    // end
    #expect(searched.rows == back.rows)
    return back
  }
}

@Suite struct EmbeddingExample {
  @Test func toADatabaseAndBack() throws {
    let x = try Example.digits()
    try Example.withFile { file in
      var tensors = SafeTensors()
      tensors.append("embeddings", x)
      tensors.append("other", x.rows(0..<3))
      try tensors.write(to: file)
      let (model, database) = try Program.shorten(file)
      #expect(database.count == x.rows && database[0].count == 8)
      let back = try Program.read(Data(model), database)
      let error = (x - back).elements.reduce(0) { $0 + $1 * $1 } / Float(x.rows)
      #expect(error < 4, "\(error)")
    }
  }
}
