import Eigencoder

/// One timed operation: how long, how much work it is, and how right.
struct Measurement: Encodable {
  /// "pca/60000x784 k32 f32 fit"
  let name: String
  /// The median.
  let seconds: Double
  /// Products, counted as in the documentation's cost model; 0 where there are none.
  var flops = 0.0
  /// What has to be read and written at least.
  var bytes = 0.0
  /// Elements, of an operation on each.
  var elements = 0
  var isDouble = false
  /// Errors by name, measured before timing; empty without checks.
  var quality: [String: Double] = [:]
  /// Of principal components, for a comparison with others'.
  var variances: [Double] = []
  /// The route of a contraction, or the like.
  var note = ""
}

/// Columns of equal width, those without a number in any row left out.
func printTable(_ measurements: [Measurement], _ limits: Limits) {
  typealias Column = (title: String, value: (Measurement) -> String?)
  func rate(_ work: Double, _ m: Measurement, _ unit: Double, _ digits: Int) -> String? {
    work > 0 ? (work / m.seconds / unit).fixed(digits) : nil
  }
  let columns: [Column] = [
    ("", { $0.name.drop { $0 != "/" }.dropFirst().description }),
    ("ms", { ($0.seconds * 1e3).significant(3) }),
    ("GFLOP/s", { rate($0.flops, $0, 1e9, 0) }),
    ("% GEMM", { rate($0.flops, $0, 0.01 * limits.gemm(isDouble: $0.isDouble), 0) }),
    ("GB/s", { rate($0.bytes, $0, 1e9, 1) }),
    ("% memory", { rate($0.bytes, $0, 0.01 * limits.memory, 0) }),
    ("ns/element", { $0.elements > 0 ? ($0.seconds * 1e9 / Double($0.elements)).significant(3) : nil }),
    ("note", { $0.note.isEmpty ? nil : $0.note }),
    (
      "checked",
      { m in
        m.quality.isEmpty
          ? nil
          : m.quality.sorted { $0.key < $1.key }.map { "\($0) \($1.significant(2))" }.joined(separator: ", ")
      }
    ),
  ]
  let filled = columns.filter { column in measurements.contains { column.value($0) != nil } }
  let rows = [filled.map(\.title)] + measurements.map { m in filled.map { $0.value(m) ?? "-" } }
  let widths = filled.indices.map { column in rows.map { $0[column].count }.max()! }
  for row in rows {
    let cells = row.indices.map { column in
      let space = String(repeating: " ", count: widths[column] - row[column].count)
      let isText = column == 0 || ["note", "checked"].contains(filled[column].title)
      return isText ? row[column] + space : space + row[column]
    }
    print(cells.joined(separator: "  "))
  }
}
