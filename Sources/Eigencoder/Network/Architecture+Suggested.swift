extension Architecture {
  /// The shape of network that did best over digits (1,797 x 64), Fashion-MNIST (70,000 x 784), sentence embeddings
  /// (5,000 x 384) and images of curves (30,000 x 784), for `rows` samples to train on.
  ///
  /// One hidden layer of eight times the inputs, at least 64 and at most 1024 wide; where the code has less than a
  /// sixteenth of the inputs, a second one of a quarter of that. SiLU, and linear branches beside both sides, so that
  /// training starts as PCA. Dropout grows with k d / n, the parameters of a linear code for each row, since what
  /// overfits is then the reconstruction itself: k d / 6n, none below 0.1 and at most 0.5.
  public static func suggested(inputs: Int, latent: Int, rows: Int) -> Architecture {
    let width = min(1024, max(64, 8 * inputs))
    return Architecture(
      inputs: inputs, hidden: inputs >= 16 * latent ? [width, width / 4] : [width], latent: latent,
      activation: .silu, hasSkip: true,
      dropout: suggestedDropout(inputs: inputs, latent: latent, rows: rows))
  }

  /// The dropout of `suggested`.
  public static func suggestedDropout(inputs: Int, latent: Int, rows: Int) -> Double {
    let share = Double(inputs) * Double(latent) / (6 * Double(max(1, rows)))
    return share < 0.1 ? 0 : min(0.5, share)
  }
}
