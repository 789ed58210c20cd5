package import Foundation

extension Precision {
  /// The precision that a model needs to encode data of any: f64 for a network whose view of its data `Float` does not hold.
  ///
  /// All other numbers of models are f64, and reducers of `Float` keep of them what they need.
  /// - Throws: `.missingInput` or `.invalidData` when there is no model file.
  package init(ofModelAt url: URL) throws {
    let file = try SafeTensors(contentsOf: url)
    _ = try file.modelMetadata(name: url.lastPathComponent)
    let names = ["input.mean", "input.scale"].filter { file[$0]?.type == .float64 }
    let areFloat = try names.allSatisfy { name in
      let numbers = try file.vector(name, as: Double.self)
      return Matrix(rows: 1, columns: numbers.count, numbers).withView { $0.isExactlyFloat }
    }
    self = areFloat ? .f32 : .f64
  }
}
