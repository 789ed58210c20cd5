import Eigencoder
import Testing

// begin InAProgram
func train(_ x: Matrix<Float>, to latent: Int) throws -> FittedMethod<Float> {
  var method = Method.denoising(latent: latent)
  method.settings.patience = 5  // end after 5 epochs without a better objective on the rows held out
  return try method.fitted(
    to: x,
    progress: { now in
      if now.batch == now.batches {
        print("epoch \(now.epoch) of \(now.epochs): \(now.loss), held out \(now.validation ?? .nan)")
      }
      return !Task.isCancelled  // false ends training; the best so far is kept
    },
    shouldStop: { Task.isCancelled })  // asked where there is no batch to report: in evaluations
}
// end

private enum Program {
  static func start(_ x: Matrix<Float>) async throws -> FittedMethod<Float> {
    // begin InAProgram
    let task = Task.detached { try train(x, to: 8) }
    task.cancel()  // when the user asks for it
    let network = try await task.value
    print(network.history?.ending ?? .completed)  // completed, stoppedEarly or interrupted
    // end
    return network
  }

  static func objective(_ train: Matrix<Float>, _ test: Matrix<Float>) throws -> Autoencoder<Float> {
    // begin InAProgram
    // Strengths are relative to the data's spread: the same for data of any units.
    let objective = Objective.denoising(.gaussian(0.1)) + .contractive(1e-4)
    let pca = try PCA(latent: 8).fitted(to: train)
    let shape = Architecture.suggested(inputs: train.columns, latent: 8, rows: train.rows)
    var network = try Autoencoder<Float>(shape, initializer: .pca(pca), seed: 1)
    var trainer = Trainer.suggested(for: shape, rows: train.rows, objective: objective, seed: 1)
    trainer.patience = 5
    let history = try trainer.fit(&network, to: train, validation: test)
    print(history.bestEpoch, history.epochs.map(\.train))
    // end
    return network
  }
}

@Suite struct TrainingExample {
  /// Cancelled at once: what is left is the start, principal components.
  @Test func cancelled() async throws {
    let x = try Example.digits().rows(0..<300)
    let network = try await Program.start(x)
    #expect(network.history?.ending == .interrupted)
    #expect(network.latent == 8)
  }

  /// Trains for seconds, and is compiled at least.
  @Test func compiles() { _ = Program.objective }
}
