import Eigencoder
import Foundation

/// The fixed data and golden values of Fixtures/.
enum Fixture {
  static let directory = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    .appendingPathComponent("../../../Fixtures").standardized

  static func url(_ name: String) -> URL { directory.appendingPathComponent(name) }

  static func golden(_ name: String) throws -> SafeTensors {
    try SafeTensors(contentsOf: url(name + "_golden.safetensors"))
  }

  /// 1,797 x 64, in [0, 1].
  static func digits<T: Scalar>(_ type: T.Type = T.self) throws -> Matrix<T> {
    try Matrix(contentsOf: url("digits.npy"), scale: 1.0 / 16)
  }
}

extension SafeTensors {
  func number(_ name: String) throws -> Double { try vector(name, count: 1)[0] }
}
