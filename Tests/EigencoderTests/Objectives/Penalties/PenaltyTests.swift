import Eigencoder
import Testing

/// What all kinds of penalties have in common: names, their texts, equality, units.
@Suite struct PenaltyTests {
  @Test func names() {
    #expect(
      Penalty.kinds.map { $0.name } == [
        "contraction", "hessian", "sparsity", "activity", "orthogonality", "strain", "neighbourhood",
      ])
    for kind in Penalty.kinds { #expect(!kind.form.isEmpty && !kind.help.isEmpty) }
  }

  /// A text is read as it is written, by each kind.
  @Test func textsAreReadAsTheyAreWritten() throws {
    for kind in Penalty.kinds {
      let text = kind.form.contains(":") ? "0.25:0.125" : "0.25"
      let term = try kind.init(parsing: text)
      #expect(term.text == text && term.weight == 0.25)
      let penalty = try Penalty(kind, parsing: text)
      #expect(penalty.text == text && penalty.unit == kind.textUnit)
      for (mark, unit) in [("var", StrengthUnit.relative), ("data", .data)] {
        let marked = try Penalty(kind, parsing: text + mark)
        #expect(marked.unit == unit && marked.weight == 0.25)
        #expect(marked.text == (unit == kind.textUnit ? text : text + mark))
        #expect((marked == penalty) == (unit == kind.textUnit))
      }
    }
  }

  @Test func textsThatAreRefused() {
    for kind in Penalty.kinds {
      let isPair = kind.form.contains(":")
      let message =
        "--\(kind.name) takes " + (isPair ? "two numbers as \(kind.form)" : "a number of at least 0")
      for text in ["", "-1", "nan", "x", "1:2:3", "inf", isPair ? "1" : "1:2"] {
        expectError(EigencoderError.invalidArgument, containing: "\(message), got '\(text)'") {
          _ = try kind.init(parsing: text)
        }
      }
    }
  }

  @Test func equality() {
    #expect(Penalty.sparsity(1) == .sparsity(1) && Penalty.sparsity(1) != .sparsity(2))
    #expect(Penalty.sparsity(1) != .orthogonality(1))
    #expect(Penalty.contraction(1) != .contraction(1, route: .gram))
    #expect(Penalty.strain(1) != .strain(1, of: .product))
  }

  /// What a neighbourhood leaves open is chosen from rows and codes, what is given stays.
  @Test func temperatureOfTheCodes() {
    let x = Matrix<Double>.random(50, 9, seed: 1, mean: 2)
    let z = Matrix<Double>.random(50, 3, seed: 2)
    let given = Penalty.neighbourhood(1, temperature: 0.1, codeTemperature: 0.2)
    #expect(given.fitted(to: x, codes: z) == given)
    let chosen = Penalty.neighbourhood(1, temperature: 0.1).fitted(to: x, codes: z)
    #expect(chosen != .neighbourhood(1, temperature: 0.1))
    // Of the same spread: the same temperature.
    #expect(
      Penalty.neighbourhood(1, temperature: 0.1).fitted(to: x, codes: x)
        == .neighbourhood(1, temperature: 0.1, codeTemperature: 0.1))
    #expect(Penalty.sparsity(1).fitted(to: x, codes: z) == .sparsity(1))
  }
}
