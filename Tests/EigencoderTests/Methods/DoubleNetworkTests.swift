import Eigencoder
import Foundation
import Testing

/// Networks for data that only `Double` holds.
@Suite struct DoubleNetworkTests {
  /// Rows near 1e9, on a circle of radius 1 with a little noise.
  private func rows(_ offset: Double) -> Matrix<Double> {
    Matrix(
      rows: 200, columns: 3,
      (0..<200).flatMap { i in
        let t = Double(i) * 0.7
        return [cos(t), sin(t), 0.5 * cos(2 * t)].map { offset + ($0 * 64).rounded() / 64 }
      })
  }

  private func method(_ corruption: Corruption? = nil) throws -> Eigencoder.Method {
    var method: Eigencoder.Method = corruption == nil ? .autoencoder(latent: 2) : .denoising(latent: 2)
    method.settings.corruption = corruption
    method.settings.epochs = 3
    method.settings.hidden = [8]
    return method
  }

  /// The mean is subtracted in f64, so that a network learns the same of rows that are far from the origin.
  @Test func farFromTheOrigin() throws {
    let (near, far) = (rows(0), rows(0x1p30))
    let (a, b) = (try method().fitted(to: near), try method().fitted(to: far))
    expectClose(
      try b.squaredErrors(on: far).reduce(0, +), try a.squaredErrors(on: near).reduce(0, +), within: 1e-2)
    #expect(a.history?.epochs.count == 4)
    try withTemporaryDirectory { directory in
      let url = directory.appendingPathComponent("m")
      try b.write(to: url)
      #expect(try ModelFile(contentsOf: url).precision == .f64)
      let model = try Model<Double>(contentsOf: url)
      #expect(model.reducer.encode(far) == b.encode(far))
      let file = try SafeTensors(contentsOf: url)
      #expect(file["encoder.0.weight"]?.dtype == "F32" && file["input.mean"]?.dtype == "F64")
    }
  }

  /// Of numbers that `Float` holds nothing is lost, and nothing is said; of others it is.
  @Test func note() throws {
    func isSaid(_ note: String?) -> Bool { note?.contains("f32") == true }
    #expect(isSaid(try method().fitted(to: Matrix<Double>.random(60, 3, seed: 1)).note))
    let whole = Matrix<Double>(rows: 64, columns: 3, (0..<192).map { Double(($0 * 37) % 64) })
    #expect(!isSaid(try method().fitted(to: whole).note))
    #expect(!isSaid(try method().fitted(to: whole.converted(to: Float.self)).note))
  }

  /// What masks to 0 depends on the origin, and data in extreme units have no squares in `Float`: both train in f64.
  @Test func inDouble() throws {
    let x = rows(3)
    let masked = try method(.masking(0.2)).fitted(to: x)
    #expect(masked.note == nil)
    let tiny = Matrix(rows: x.rows, columns: 3, x.elements.map { $0 * 1e-60 })
    let (a, b) = (try method().fitted(to: x), try method().fitted(to: tiny))
    let ratio = try b.squaredErrors(on: tiny).reduce(0, +) * 1e120 / a.squaredErrors(on: x).reduce(0, +)
    #expect(ratio > 0.5 && ratio < 2)
  }
}
