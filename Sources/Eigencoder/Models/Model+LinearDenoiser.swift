internal import Foundation

extension FittedLinearDenoiser: ModelContent {
  private struct Description: Codable {
    var inputs: Int
    var latent: Int
    var samples: Int
    var corruption: String
    var ridge: Double
    var expectedError: Double

    enum CodingKeys: String, CodingKey {
      case inputs, latent, samples, corruption, ridge
      case expectedError = "expected_error"
    }
  }

  static var storedMethod: String? { "linear-denoising" }
  var model: Model<T> { .linearDenoiser(self) }
  var trainingMean: [Double] { mean }

  func store(in file: inout SafeTensors) throws {
    file.metadata["architecture"] = try jsonText(
      Description(
        inputs: inputs, latent: latent, samples: sampleCount, corruption: corruption,
        ridge: ridge, expectedError: expectedError), isPretty: false)
    file.append("mean", mean)
    file.append("encoder.weight", encoderWeight)
    file.append("encoder.bias", encoderBias)
    file.append("decoder.weight", decoderWeight)
    file.append("decoder.bias", decoderBias)
  }

  init(_ file: SafeTensors, _ architecture: String, _ method: String) throws {
    let description = try JSONDecoder().decode(Description.self, from: Data(architecture.utf8))
    let (d, k) = (description.inputs, description.latent)
    try file.requireSizes(inputs: d, latent: k, samples: description.samples)
    guard description.ridge >= 0, description.expectedError >= 0 else {
      throw EigencoderError.invalidData(
        "the architecture states a ridge of \(description.ridge), an error of \(description.expectedError)")
    }
    let mean: [Double] = try file.vector("mean", count: d)
    let encoderWeight: Matrix<Double> = try file.matrix("encoder.weight", rows: k, columns: d)
    let encoderBias: [Double] = try file.vector("encoder.bias", count: k)
    let decoderWeight: Matrix<Double> = try file.matrix("decoder.weight", rows: d, columns: k)
    let decoderBias: [Double] = try file.vector("decoder.bias", count: d)
    try file.requireOnly(
      ["mean", "encoder.weight", "encoder.bias", "decoder.weight", "decoder.bias"], of: "a linear denoiser's")
    self.init(
      corruption: description.corruption.oneLine, ridge: description.ridge, sampleCount: description.samples,
      mean: mean, encoderWeight: encoderWeight, encoderBias: encoderBias, decoderWeight: decoderWeight,
      decoderBias: decoderBias, expectedError: description.expectedError)
  }
}
