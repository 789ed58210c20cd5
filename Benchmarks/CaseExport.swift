import Eigencoder
import Foundation

/// Writes what the peers are to compute: the data of the PCA benchmarks as npy, and for each plain and contractive step
/// its network, its batch, and the loss and the norm of the gradient that they have to find.
func exportCases(to directory: URL) throws {
  let steps = directory.appendingPathComponent("steps", isDirectory: true)
  try FileManager.default.createDirectory(at: steps, withIntermediateDirectories: true)
  for (rows, columns, _) in PCABenchmark.sizes {
    try imageLikeData(rows: rows, columns: columns).write(
      npy: directory.appendingPathComponent("\(rows)x\(columns).npy"))
  }
  for benchmark in StepBenchmark.all where benchmark.kind != .denoising {
    let stepper = try Stepper(benchmark)
    let (loss, gradient) = stepper.evaluate()
    let norm = gradient.reduce(0) { $0 + Double($1) * Double($1) }.squareRoot()
    let architecture = benchmark.architecture
    let activations = architecture.encoderActivations + architecture.decoderActivations
    var file = SafeTensors(metadata: [
      "name": benchmark.name, "activations": activations.map(\.rawValue).joined(separator: ","),
      "contraction": "\(benchmark.contraction)", "loss": "\(loss)", "gradientNorm": "\(norm)",
    ])
    for tensor in stepper.network.layout.tensors {
      file.append(tensor.name, stepper.network.tensor(named: tensor.name)!, shape: tensor.shape)
    }
    file.append("batch", stepper.data)
    let name = benchmark.name.replacingOccurrences(of: "step/", with: "").replacingOccurrences(
      of: " ", with: "_")
    try file.write(to: steps.appendingPathComponent(name + ".safetensors"))
  }
}
