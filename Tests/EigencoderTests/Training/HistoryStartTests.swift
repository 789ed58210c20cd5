import Eigencoder
import Testing

/// A network that stays what it was as initialised says so, with the likely reason.
@Suite struct HistoryStartTests {
  private func note(_ x: Matrix<Float>, _ set: (inout Method.Settings) -> Void) throws -> (String?, Int?) {
    var method = Method.autoencoder(latent: 2)
    (method.settings.hidden, method.settings.dropout, method.settings.schedule) = ([8], 0, .constant)
    method.settings.hasSkip = true
    set(&method.settings)
    let fitted = try method.fitted(to: x)
    return (fitted.note, fitted.history?.bestEpoch)
  }

  private let stays = "no epoch was better than the start as PCA, so it still is PCA; likely because "
  private let digits: Matrix<Float>

  init() throws { digits = try Fixture.digits(Float.self).rows(0..<300) }

  @Test func nothingIsSaidOfANetworkThatLearns() throws {
    let (text, best) = try note(digits) { $0.epochs = 8 }
    #expect(text == nil && best ?? 0 > 0)
    // Nor of one that was not to learn.
    #expect(try note(digits) { $0.epochs = 0 }.0 == nil)
  }

  @Test func rateTooHigh() throws {
    let (text, best) = try note(digits) { ($0.epochs, $0.learningRate) = (6, 3) }
    #expect(best == 0)
    #expect(text == stays + "the training loss did not fall either: try a lower learning rate than 3.00")
    let few = try note(digits) { ($0.epochs, $0.learningRate) = (1, 3) }.0
    #expect(few == stays + "1 epoch is few")
    let noisy = try note(digits) { ($0.epochs, $0.learningRate, $0.dropout) = (6, 3, 0.5) }.0
    #expect(
      noisy
        == stays
        + "the loss with dropout or corrupted input did not fall below that of the start: try less of it")
  }

  /// Noise without structure: the rows are learned by heart.
  @Test func overfitting() throws {
    let noise = Matrix<Float>.random(60, 12, seed: 5)
    let (text, best) = try note(noise) { ($0.epochs, $0.hidden, $0.learningRate) = (60, [128], 0.02) }
    #expect(best == 0)
    let start = stays + "it learns the 60 rows and not the held-out ones: too few rows for "
    #expect(
      text?.hasPrefix(start) == true && text?.hasSuffix(" weights, or what PCA leaves is noise") == true)
  }

  /// Data of rank 2 leave nothing to learn.
  @Test func nothingLeft() throws {
    let plane = Matrix<Float>.random(80, 2, seed: 6) * Matrix<Float>.random(2, 9, seed: 7)
    let (text, best) = try note(plane) { ($0.epochs, $0.learningRate) = (6, 0.05) }
    #expect(best == 0 && text == stays + "PCA loses next to nothing here")
  }

  @Test func randomStart() throws {
    let (text, best) = try note(digits) { ($0.epochs, $0.learningRate, $0.initializer) = (6, 30, .random) }
    #expect(best == 0)
    #expect(
      text?.hasPrefix("no epoch was better than the random start, which is kept; likely because ") == true)
  }
}
