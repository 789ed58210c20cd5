package import Foundation

/// A model file, read once: what it says of its input, the precision it needs, and the model in either precision.
package struct ModelFile {
  /// What the model was fitted to; nil where the file says nothing.
  package let input: ModelInput?
  /// The precision that the model needs to encode data of any: f64 for a network whose view of its data `Float` does not
  /// hold.
  ///
  /// All other numbers of models are f64, and reducers of `Float` keep of them what they need.
  package let precision: Precision
  private let file: SafeTensors
  private let name: String

  /// - Throws: `.missingInput` or `.invalidData` when there is no model file.
  package init(contentsOf url: URL) throws {
    let file = try SafeTensors(contentsOf: url)
    name = url.lastPathComponent
    _ = try file.modelMetadata(name: name)
    input = ModelInput(metadata: file.metadata)
    let views = ["input.mean", "input.scale"].filter { file[$0]?.type == .float64 }
    let areFloat = try views.allSatisfy { view in
      let numbers = try file.vector(view, as: Double.self)
      return Matrix(rows: 1, columns: numbers.count, numbers).withView { $0.isExactlyFloat }
    }
    precision = areFloat ? .f32 : .f64
    self.file = file
  }

  /// - Throws: as `Model(contentsOf:)`.
  package func model<T: Scalar>(as type: T.Type = T.self) throws -> Model<T> { try Model(file, name: name) }
}
