import Eigencoder
import Foundation
import Testing

/// The README's library example: the text below, between the marks, compiles and is the README's word for word.
private func example() throws {
  // begin
  let x = try Matrix<Float>(contentsOf: URL(fileURLWithPath: "embeddings.npy"))  // one row a sample
  let (train, test) = try x.split(holdOut: 0.2, seed: 1)

  let pca = try PCA(latent: 8).fitted(to: train)  // exact
  let codes = pca.encode(test)  // n x 8
  let back = pca.decode(codes)  // n x d

  var method = Method.contractive(latent: 8)  // starts as PCA; what is not set is chosen from the data
  method.settings.epochs = 50
  let network = try method.fitted(to: train)  // network.resolved shows every choice
  try network.write(to: URL(fileURLWithPath: "network.safetensors"))

  print(try ReconstructionReport(of: [pca, network], train: train, test: test))
  // end
  _ = back
}

@Test func readmeExampleIsTheOneThatCompiles() throws {
  _ = example
  let source = try String(contentsOfFile: #filePath, encoding: .utf8).components(separatedBy: "\n")
  let begin = try #require(source.firstIndex(of: "  // begin"))
  let end = try #require(source.firstIndex(of: "  // end"))
  let code = source[begin + 1..<end].map { String($0.dropFirst(2)) }.joined(separator: "\n")
  let readme = try String(
    contentsOf: Fixture.directory.appendingPathComponent("../README.md"), encoding: .utf8)
  #expect(readme.contains("```swift\nimport Eigencoder\nimport Foundation\n\n\(code)\n```"))
}
