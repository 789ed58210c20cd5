import Eigencoder
import Foundation

extension InfoCommand {
  /// `info --verify`: recomputes the PCA in f64 from the data; exit status 65 when the model is not that PCA.
  static func verify(_ model: String, _ data: DataSource, _ format: TextFormat) throws -> Int32 {
    let pca = try components(of: model)
    return try report(certificate(of: pca, on: data), of: model, data.name, "against f64 on", format)
  }

  /// The same against moments. Whether these are the moments of the rows, only the rows tell.
  static func verify(_ model: String, _ moments: MomentsSource, _ format: TextFormat) throws -> Int32 {
    let pca = try components(of: model)
    let (file, name) = try moments.load()
    try requireWidth(file.moments.mean.count, of: name, pca)
    let certificate: PCACertificate
    do { certificate = try PCACertificate(of: pca, on: file) } catch EigencoderError.invalidData(let text) {
      throw EigencoderError.invalidData("\(name): \(text)")
    }
    return try report(
      certificate, of: model, name, "against the sums, with products in \(file.products.rawValue), of", format
    )
  }

  private static func components(of model: String) throws -> PrincipalComponents<Double> {
    let fitted = try Model<Double>(contentsOf: URL(fileURLWithPath: model))
    guard case .pca(let pca) = fitted else {
      throw EigencoderError.invalidArgument(
        "--verify takes a model of pca, got one of \(fitted.reducer.method)")
    }
    return pca
  }

  private static func requireWidth(_ columns: Int, of name: String, _ pca: PrincipalComponents<Double>) throws
  {
    guard columns == pca.inputs else {
      throw EigencoderError.invalidData("the model takes \(pca.inputs) columns, \(name) has \(columns)")
    }
  }

  /// - Parameter basis: against what the model was compared, before the number of rows.
  private static func report(
    _ certificate: PCACertificate, of model: String, _ name: String, _ basis: String, _ format: TextFormat
  ) throws -> Int32 {
    switch format {
    case .json: try Output.print(jsonText(Summary(certificate)))
    case .text: try Output.print(text(certificate, name, basis))
    }
    if !certificate.passes {
      let failed = checks(certificate).filter { !$0.check.passes }.map(\.title)
      throw EigencoderError.invalidData(
        "\(URL(fileURLWithPath: model).lastPathComponent) is not the PCA of \(name): beyond rounding are \(failed.joined(separator: ", "))"
      )
    }
    return ExitStatus.success
  }

  private static func certificate(of pca: PrincipalComponents<Double>, on data: DataSource) throws
    -> PCACertificate
  {
    if try data.isLarge(), case let reader = try data.open(), let rows = reader.rows,
      PCACertificate.takesPasses(over: rows, of: pca)
    {
      try requireWidth(reader.columns, of: data.name, pca)
      Interrupt.endAtOnce()
      let progress = RowProgress("verify")
      return switch try data.precision(of: reader) {
      case .f32:
        try PCACertificate(
          of: pca, onRowsOf: { try data.open() }, as: Float.self, progress: { progress.report($0) })
      case .f64:
        try PCACertificate(
          of: pca, onRowsOf: { try data.open() }, as: Double.self, progress: { progress.report($0) })
      }
    }
    let x = try data.load()
    try requireWidth(x.columns, of: data.name, pca)
    return switch x {
    case .float(let x): try PCACertificate(of: pca, on: x)
    case .double(let x): try PCACertificate(of: pca, on: x)
    }
  }

  /// The certificate with its conclusion beside its keys.
  private struct Summary: Encodable {
    let certificate: PCACertificate

    init(_ certificate: PCACertificate) { self.certificate = certificate }

    private enum Key: String, CodingKey { case passes }

    func encode(to encoder: any Encoder) throws {
      try certificate.encode(to: encoder)
      var container = encoder.container(keyedBy: Key.self)
      try container.encode(certificate.passes, forKey: .passes)
    }
  }

  private static func checks(_ c: PCACertificate) -> [(
    title: String, check: PCACertificate.Check, unit: String
  )] {
    [
      ("mean", c.rows.meanDifference, "|difference of the means| / norm of the rows"),
      ("total variance", c.rows.varianceDifference, "|difference| / the larger"),
      ("orthonormality", c.orthonormality, "max |PP' - I|, " + multiples(c.orthonormality, of: .ulpOfOne)),
      (
        "residual", c.residual,
        "|CP' - P'L|_F / |C|, " + multiples(c.residual, of: .ulpOfOne) + " of f64, "
          + multiples(c.residual, of: 2 * c.roundoff) + " of the data"
      ),
      (
        "code covariance", c.codeCovariance,
        "max |PCP' - L| beside the variances themselves, each and every pair"
      ),
      ("subspace angle", c.subspaceAngle, "largest principal angle to the exact subspace, rad"),
      (
        "excess error", c.excessError,
        "(\(c.errorPerSample.significant(10)) a row, least \(c.leastErrorPerSample.significant(10))) / total"
      ),
    ]
  }

  private static func multiples(_ check: PCACertificate.Check, of epsilon: Double) -> String {
    "\((check.value / epsilon).significant(3)) eps"
  }

  private static func text(_ c: PCACertificate, _ name: String, _ basis: String) -> String {
    var lines = [
      "pca: \(c.dimension) -> \(c.latent), \(basis) \(counted(c.rows.samples, "row")) of \(name)"
    ]
    lines.append(rows(c.rows, name))
    lines.append("")
    lines += checks(c).map { title, check, unit in
      title.padded(to: 16) + check.value.scientific + (check.passes ? "  exact to rounding" : "  NOT EXACT")
        + (check.allowed < .pi / 2
          ? ", allowed \(check.allowed.scientific)" : ", no bound: the gap after k is too small")
        + ": \(unit)"
    }
    lines.append("")
    let undetermined = c.components.indices.filter { !c.isDetermined($0) }
    lines.append(
      "smallest gap".padded(to: 16) + c.smallestGap.scientific
        + "  of the largest variance, at component \(c.smallestGapIndex + 1): it may turn by "
        + "\(c.components[c.smallestGapIndex].angleBound.significant(3)) rad")
    lines.append(
      "determined".padded(to: 16)
        + (undetermined.isEmpty
          ? "all \(counted(c.latent, "component"))"
          : "\(c.latent - undetermined.count) of \(counted(c.latent, "component")); not "
            + ranges(undetermined, c.latent)))
    for group in c.inseparable {
      lines.append(
        "inseparable".padded(to: 16) + ranges(group, c.latent)
          + (group.last == c.latent
            ? ": the group goes on after k, and the subspace is not determined"
            : ": only their span is determined"))
    }
    if let rank = c.effectiveRank, let ratio = c.participationRatio {
      lines.append(
        "effective rank".padded(to: 16) + rank.significant(4)
          + " (exp of the spectrum's entropy), participation ratio \(ratio.significant(4))")
    }
    if let convergence = c.convergence {
      lines.append(
        "computed again".padded(to: 16) + "the leading \(c.latent + 1) pairs, by \(convergence.text)")
    }
    if let fit = c.fit { lines.append("fit".padded(to: 16) + "by \(fit.text)") }
    lines.append("")
    lines.append(
      c.passes
        ? "exact: this is the PCA of \(name), to rounding" : "not exact: this is not the PCA of \(name)")
    return lines.joined(separator: "\n")
  }

  private static func rows(_ rows: PCACertificate.Rows, _ name: String) -> String {
    if rows.areThoseFitted {
      return "\(name) has the rows that the model was fitted to, by number, mean and total variance"
    }
    let count =
      rows.samples == rows.modelSamples
      ? "as many rows" : "\(rows.samples) rows, the model was fitted to \(rows.modelSamples)"
    return "\(name) does NOT have the rows that the model was fitted to: \(count); the means differ by "
      + "\(rows.meanDifference.value.scientific) of the rows' norm, the total variances by "
      + rows.varianceDifference.value.scientific
  }

  /// "1-3, 5" from indices counted from 0; the first discarded component is named so.
  private static func ranges(_ indices: [Int], _ latent: Int) -> String {
    var parts: [(first: Int, last: Int)] = []
    for index in indices where index < latent {
      if let last = parts.last, last.last == index - 1 {
        parts[parts.count - 1].last = index
      } else {
        parts.append((index, index))
      }
    }
    return parts.map { $0.first == $0.last ? "\($0.first + 1)" : "\($0.first + 1)-\($0.last + 1)" }
      .joined(separator: ", ") + (indices.last == latent ? " and those discarded" : "")
  }
}

extension Double {
  fileprivate var scientific: String { String(format: "%.2e", self) }
}
