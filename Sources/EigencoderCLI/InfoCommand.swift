import Eigencoder
import Foundation

struct InfoCommand: Command {
  static let name = "info"
  static let summary = "describe this installation, or a saved model"
  static let usage = "[--model M]"
  static let options = [Option("model", "FILE", "a model saved by 'eigencoder fit'")]
  static let examples = [
    ("eigencoder info", "the version, and which linear algebra kernels run"),
    ("eigencoder info --model pca.safetensors", "its shape and its spectrum"),
  ]

  private let model: String?

  init(_ arguments: Arguments) throws { model = arguments.string("model") }

  func run() throws -> Int32 {
    guard let model else {
      print("eigencoder \(Eigencoder.version)")
      print("BLAS: \(BLAS.configuration)")
      print("BLAS kernels: \(BLAS.kernels), \(BLAS.threads) thread\(BLAS.threads == 1 ? "" : "s")")
      return ExitStatus.success
    }
    switch try Model<Float>(contentsOf: URL(fileURLWithPath: model)) {
    case .pca(let pca): describe(pca)
    case .autoencoder(let network): describe(network)
    case .linearDenoiser(let denoiser): describe(denoiser)
    }
    return ExitStatus.success
  }

  private func describe(_ pca: PrincipalComponents<Float>) {
    print(
      "pca: \(pca.inputDimension) -> \(pca.latentDimension), fitted to \(pca.sampleCount) samples"
        + (pca.whitens ? ", whitening" : ""))
    print("parameters: \(pca.parameterCount)")
    print(
      "total variance: \(pca.totalVariance.significant(6)), noise variance: \(pca.noiseVariance.significant(6))"
    )
    print("component  variance      share    cumulative")
    var sum = 0.0
    for (index, variance) in pca.explainedVariance.enumerated() {
      let share = pca.explainedVarianceRatio[index]
      sum += share
      print(
        String(format: "%9d  ", index + 1)
          + variance.significant(6).padding(toLength: 12, withPad: " ", startingAt: 0)
          + String(format: "  %.5f  %.5f", share, sum))
    }
  }

  private func describe(_ denoiser: FittedLinearDenoiser<Float>) {
    print(
      "\(denoiser.method): \(denoiser.inputDimension) -> \(denoiser.latentDimension), "
        + "fitted to \(denoiser.sampleCount) samples")
    print("corruption: \(denoiser.corruption), ridge: \(denoiser.ridge.significant(6))")
    print("expected squared error per sample: \(denoiser.expectedError.significant(6))")
    print("parameters: \(denoiser.parameterCount)")
  }

  private func describe(_ network: Autoencoder<Float>) {
    let architecture = network.architecture
    print("\(network.method): \(architecture.widthsDescription)")
    print(
      "activations: \(architecture.activation.rawValue) in hidden layers, "
        + "\(architecture.latentActivation.rawValue) code, \(architecture.outputActivation.rawValue) output")
    print(
      "input: centred"
        + (network.standardization.scale == nil ? "" : " and divided by each column's standard deviation"))
    print("parameters: \(network.parameterCount)")
    for tensor in network.layout.tensors {
      print("  \(tensor.name) [\(tensor.shape.map(String.init).joined(separator: ", "))]")
    }
  }
}
