import Eigencoder
import Foundation
import Testing

@Suite struct BlurTests {
  private struct Size: CustomTestStringConvertible {
    let height: Int
    let width: Int
    let deviation: Double
    var testDescription: String { "\(height)x\(width), \(deviation)" }
    var corruption: Corruption { .blur(height: height, width: width, deviation: deviation) }
    var count: Int { height * width }
  }

  private static let sizes = [
    Size(height: 1, width: 1, deviation: 1), Size(height: 1, width: 9, deviation: 0.8),
    Size(height: 7, width: 1, deviation: 2), Size(height: 5, width: 8, deviation: 0.01),
    Size(height: 8, width: 8, deviation: 1), Size(height: 3, width: 11, deviation: 6),
  ]

  private func plain<T: Scalar>(_ columns: Int) -> ColumnStatistics<T> {
    ColumnStatistics(mean: [T](repeating: 0, count: columns), deviation: [T](repeating: 0, count: columns))
  }

  /// The two-dimensional sum with the border written out: d c b a | a b c d | d c b a.
  private func naive(_ image: [Double], _ size: Size) -> [Double] {
    let radius = Int((4 * size.deviation).rounded(.up))
    func pixel(_ i: Int, _ count: Int) -> Int {
      var i = i
      while i < 0 || i >= count { i = i < 0 ? -1 - i : 2 * count - 1 - i }
      return i
    }
    func weight(_ i: Int, _ j: Int) -> Double {
      exp(-Double(i * i + j * j) / (2 * size.deviation * size.deviation))
    }
    var result = [Double](repeating: 0, count: image.count)
    var total = 0.0
    for i in -radius...radius { for j in -radius...radius { total += weight(i, j) } }
    for y in 0..<size.height {
      for x in 0..<size.width {
        for i in -radius...radius {
          for j in -radius...radius {
            let source = pixel(y + i, size.height) * size.width + pixel(x + j, size.width)
            result[y * size.width + x] += weight(i, j) / total * image[source]
          }
        }
      }
    }
    return result
  }

  @Test(arguments: sizes) private func equalsTheConvolutionAndTheMatrix(size: Size) throws {
    let x = Matrix<Double>.random(5, size.count, seed: 1)
    let y = size.corruption.applied(to: x, statistics: plain(size.count), seed: 0)
    expectClose(y, Matrix((0..<5).map { naive(x.row($0), size) }), within: 1e-14, "convolution")
    let matrix = try #require(size.corruption.blurMatrix())
    expectClose(y, x * matrix, within: 1e-14, "matrix")
    let single = size.corruption.applied(
      to: x.converted(to: Float.self), statistics: plain(size.count), seed: 0)
    expectClose(single.converted(to: Double.self), y, within: 1e-6, "Float")
  }

  /// Constants stay, and the sum of the pixels too, since the border gives back what leaves.
  @Test(arguments: sizes) private func keepsConstantsAndSums(size: Size) {
    let constant = Matrix<Double>(rows: 2, columns: size.count, repeating: 3)
    expectClose(
      size.corruption.applied(to: constant, statistics: plain(size.count), seed: 0), constant, within: 1e-14)
    let x = Matrix<Double>.random(4, size.count, seed: 2)
    let y = size.corruption.applied(to: x, statistics: plain(size.count), seed: 0)
    for i in 0..<4 {
      #expect(abs(x.row(i).reduce(0, +) - y.row(i).reduce(0, +)) < 1e-12)
    }
  }

  /// By hand: three pixels, the impulse at the left end; weights w0, w1, ... of offsets 0, 1, ...
  @Test func reflectsWithThePixelOfTheBorder() {
    let w = (0...4).map { exp(-Double($0 * $0) / 2) }
    let sum = w[0] + 2 * w[1...].reduce(0, +)
    let x = Matrix<Double>([[1, 0, 0]])
    let y = Corruption.blur(height: 1, width: 3, deviation: 1).applied(to: x, statistics: plain(3), seed: 0)
    // ... a | a b c | c b a | a ...: a stands at -1, 0, 5, 6 and -7, -6.
    let expected = [w[0] + w[1], w[1] + w[2] + w[4], w[2] + w[3] + w[3] + w[4]].map { $0 / sum }
    expectClose(y.elements, expected, within: 1e-15)
  }

  @Test func aHugeBlurAverages() {
    let x = Matrix<Double>.random(3, 20, seed: 2)
    let y = Corruption.blur(height: 4, width: 5, deviation: 1e300)
      .applied(to: x, statistics: plain(20), seed: 0)
    for i in 0..<3 {
      let mean = x.row(i).reduce(0, +) / 20
      expectClose(y.row(i), [Double](repeating: mean, count: 20), within: 1e-3, scale: 1)
    }
  }

  @Test func isTheOnlyOneWithAMatrix() {
    #expect(Corruption.gaussian(1).blurMatrix() == nil)
    #expect(Corruption.sequence([.blur(height: 2, width: 2, deviation: 1)]).blurMatrix() == nil)
    #expect(
      BlurTests.sizes[4].corruption.blurMatrix() == BlurTests.sizes[4].corruption.blurMatrix()?.transposed())
  }
}
