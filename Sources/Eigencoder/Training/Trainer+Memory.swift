extension Trainer {
  /// An upper bound of the bytes that training a network of this shape on `rows` rows takes, without the data.
  ///
  /// The network, its start and its best, the gradient and two moments; for each row of a step and each neuron a value, a
  /// derivative and an adjoint, and for each row of an evaluation a value; and what the penalties keep. The contraction is
  /// counted in any case: reports measure it.
  public func memoryEstimate(for architecture: Architecture, rows: Int, bytesPerNumber: Int) -> Double {
    let widths = architecture.encoderWidths
    let parameters = zip(widths, widths.dropFirst()).reduce(0.0) { $0 + 2 * Double($1.0) * Double($1.1) }
    let neurons = 2 * widths.reduce(0.0) { $0 + Double($1) }
    let batches = [min(batchSize, rows), min(512, rows)]
    var terms: [any PenaltyTerm] = objective.penalties.map(\.term)
    if !objective.penalties.contains(where: { $0.name == Contraction.name }) {
      terms.append(Contraction(weight: 0))
    }
    var numbers = 7 * parameters + Double(3 * batches[0] + 2 * batches[1]) * neurons
    for batch in batches {
      for term in terms { numbers += term.memoryCount(architecture, batch: batch) }
    }
    return Double(bytesPerNumber) * numbers
  }
}
