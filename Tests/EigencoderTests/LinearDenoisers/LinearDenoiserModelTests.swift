import Eigencoder
import Foundation
import Testing

@Suite struct LinearDenoiserModelTests {
  private func withFile(_ body: (URL) throws -> Void) throws {
    let url = FileManager.default.temporaryDirectory
      .appendingPathComponent("denoiser-\(UUID().uuidString).safetensors")
    defer { try? FileManager.default.removeItem(at: url) }
    try body(url)
  }

  @Test func roundTrip() throws {
    let x = LinearDenoiserTests.samples()
    let fitted = try LinearDenoiser(.masking(0.3), latent: 2).fitted(to: x)
    try withFile { url in
      try Model.linearDenoiser(fitted).write(to: url)
      let model = try Model<Double>(contentsOf: url)
      guard case .linearDenoiser(let read) = model else {
        Issue.record("another kind of model")
        return
      }
      #expect(read.encode(x) == fitted.encode(x))
      #expect(read.reconstruct(x) == fitted.reconstruct(x))
      #expect(read.expectedError == fitted.expectedError)
      #expect(read.corruption == "masking:0.3")
      #expect(read.sampleCount == 60)
      #expect(model.trainingMean == fitted.mean)
      #expect(model.reducer.method == "linear-denoising")
      let file = try SafeTensors(contentsOf: url)
      #expect(
        file.tensors.map(\.name) == [
          "mean", "encoder.weight", "encoder.bias", "decoder.weight", "decoder.bias",
        ])
      #expect(file.tensors.map(\.shape) == [[5], [2, 5], [2], [5, 2], [5]])
    }
  }

  @Test func refusesWhatDoesNotFit() throws {
    let fitted = try LinearDenoiser(.masking(0.3), latent: 2)
      .fitted(to: LinearDenoiserTests.samples())
    try withFile { url in
      try Model.linearDenoiser(fitted).write(to: url)
      let good = try SafeTensors(contentsOf: url)
      func refused(_ fragment: String, _ change: (inout SafeTensors) -> Void) throws {
        var bad = good
        change(&bad)
        try bad.write(to: url)
        expectError(EigencoderError.invalidData, containing: fragment) {
          _ = try Model<Float>(contentsOf: url)
        }
      }
      func replaced(_ from: String, _ to: String) -> (inout SafeTensors) -> Void {
        {
          $0.metadata["architecture"] = $0.metadata["architecture"]!.replacingOccurrences(of: from, with: to)
        }
      }
      try refused("'stray' is none of a linear denoiser's") { $0.append("stray", [1.0]) }
      try refused("expected the shape", replaced("\"latent\":2", "\"latent\":3"))
      try refused("a code of 0", replaced("\"latent\":2", "\"latent\":0"))
      try refused("a ridge of -1.0", replaced("\"ridge\":0", "\"ridge\":-1"))
      try refused("architecture cannot be read", replaced("corruption", "corrupted"))
    }
  }
}
