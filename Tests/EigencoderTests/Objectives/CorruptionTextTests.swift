import Eigencoder
import Testing

@Suite struct CorruptionTextTests {
  @Test(arguments: [
    "gaussian:0.1", "gaussian:0.0", "gaussian:1e+20", "gaussian:1e-05", "gaussian:0.1sd",
    "gaussian:1e+20sd+masking:0.5",
    "relative-gaussian:0.25",
    "masking:0.3", "mean-masking:0.3", "saltpepper:0.1", "saltpepper:0.1:-1.0:2.5", "blur:28x28:1.0",
    "gaussian:1e+20+masking:0.5", "blur:3x5:0.5+gaussian:0.1+saltpepper:0.2:0.0:16.0",
  ])
  func roundTrip(text: String) throws {
    #expect(try Corruption(parsing: text).name == text)
  }

  @Test func otherSpellings() throws {
    #expect(try Corruption(parsing: "gaussian:1").name == "gaussian:1.0")
    #expect(try Corruption(parsing: "saltpepper:.5:0:1").name == "saltpepper:0.5")
    #expect(try Corruption(parsing: "blur:8x8:1+masking:1e-1").name == "blur:8x8:1.0+masking:0.1")
  }

  @Test func namesOfWhatCannotBeParsed() {
    let nested = Corruption.sequence([
      .masking(0.5), .sequence([.custom("rotate") { _, _ in }, .gaussian(2, unit: .data), .gaussian(2)]),
    ])
    #expect(nested.name == "masking:0.5+rotate+gaussian:2.0+gaussian:2.0sd")
  }

  @Test(arguments: [
    ("", "unknown corruption ''; it is one of gaussian:SD, "),
    ("fog:1", "unknown corruption 'fog:1'"),
    ("gaussian", "unknown corruption 'gaussian'"),
    ("gaussian:1:2", "unknown corruption 'gaussian:1:2'"),
    ("saltpepper:0.1:3", "unknown corruption 'saltpepper:0.1:3'"),
    ("gaussian:", "corruption 'gaussian:': '' is not a number"),
    ("gaussian:sd", "'sd' is not a number"), ("gaussian:-1sd", "not negative, got -1.0"),
    ("masking:0.1sd", "'0.1sd' is not a number"),
    ("gaussian:lots", "'lots' is not a number"),
    ("gaussian:-1", "the standard deviation of noise is finite and not negative, got -1.0"),
    ("gaussian:nan", "not negative, got nan"),
    ("relative-gaussian:inf", "is finite and not negative, got inf"),
    ("masking:1", "the probability of masking lies in [0, 1), got 1.0"),
    ("mean-masking:-0.1", "the probability of masking lies in [0, 1), got -0.1"),
    ("masking:nan", "lies in [0, 1), got nan"),
    ("saltpepper:1.5", "the probability of salt and pepper lies in [0, 1), got 1.5"),
    ("saltpepper:0.5:2:1", "low <= high, got low 2.0, high 1.0"),
    ("saltpepper:0.5:nan:1", "finite values low <= high, got low nan"),
    ("blur:28:1", "'28' is not a size HEIGHTxWIDTH in pixels"),
    ("blur:28x:1", "'28x' is not a size"),
    ("blur:0x4:1", "at least 1 x 1 pixels, got 0 x 4"),
    ("blur:4x4:0", "the standard deviation of a blur is finite and positive, got 0.0"),
    ("blur:4x4:inf", "finite and positive, got inf"),
    ("masking:0.1+", "unknown corruption ''"),
    ("+masking:0.1", "unknown corruption ''"),
    ("masking:0.1++masking:0.1", "unknown corruption ''"),
    ("masking:0.1+gaussian:-2", "not negative, got -2.0"),
  ])
  func refused(text: String, message: String) {
    expectError(EigencoderError.invalidArgument, containing: message) { _ = try Corruption(parsing: text) }
  }

  @Test func columnsOfABlur() throws {
    let blur = Corruption.blur(height: 28, width: 27, deviation: 1)
    try blur.validate(columns: 756)
    try Corruption.masking(0.5).validate(columns: 3)
    for corruption in [blur, .sequence([.gaussian(1, unit: .data), blur])] {
      expectError(
        EigencoderError.invalidArgument,
        containing: "a blur of 28 x 27 images needs 756 columns, the data have 784"
      ) { try corruption.validate(columns: 784) }
    }
    expectError(EigencoderError.invalidArgument, containing: "needs more columns, the data have 4") {
      try Corruption.blur(height: .max, width: 2, deviation: 1).validate(columns: 4)
    }
    expectError(EigencoderError.invalidArgument, containing: "at least one, got none") {
      try Corruption.sequence([]).validate(columns: 4)
    }
    expectError(EigencoderError.invalidArgument, containing: "not negative, got -1.0") {
      try Corruption.sequence([.gaussian(-1, unit: .data)]).validate(columns: 4)
    }
  }
}
