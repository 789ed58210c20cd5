import Eigencoder
import Foundation
import Testing

@Suite struct SafeTensorsTests {
  @Test func readsBytesMadeByHand() throws {
    let json = """
      {"b":{"dtype":"F16","shape":[3],"data_offsets":[16,22]},"__metadata__":{"k":"v:\\"{é"},\
      "a":{"shape":[2,2],"dtype":"F32","data_offsets":[0,16]},"s":{"dtype":"BF16","shape":[],"data_offsets":[22,24]},\
      "n":{"dtype":"I64","shape":[2],"data_offsets":[24,40]},"z":{"dtype":"F64","shape":[0,3],"data_offsets":[40,40]}}
      """
    let payload =
      bytes([1, 2, 3, 4] as [Float]) + bytes([0x3c00, 0xc000, 0x0000, 0x3fc0] as [UInt16])
      + bytes([-5, 6] as [Int64])
    let file = try SafeTensors(bytes: safetensors(json, payload), name: "m")
    #expect(file.tensors.map(\.name) == ["a", "b", "s", "n", "z"])
    #expect(file.tensors.map(\.count) == [4, 3, 1, 2, 0])
    #expect(file.metadata == ["k": "v:\"{é"])
    #expect(try file.matrix("a", rows: 2) == Matrix<Float>([[1, 2], [3, 4]]))
    #expect(try file.matrix("a", columns: 2) == Matrix<Double>([[1, 2], [3, 4]]))
    #expect(try file.vector("b", count: 3) == [1, -2, 0] as [Double])
    #expect(try file.vector("n") == [-5, 6] as [Float])
    #expect(try file.integers("n") == [-5, 6])
    #expect(try file.matrix("z", as: Float.self) == Matrix<Float>(rows: 0, columns: 3))
    #expect(file["s"]?.shape == [] && file["s"]?.type == .bfloat16 && file["t"] == nil)
  }

  @Test func roundTrip() throws {
    try withTemporaryDirectory { directory in
      let url = directory.appendingPathComponent("m.safetensors")
      var file = SafeTensors(metadata: ["format": "eigencoder", "architecture": "{\"layers\":[\"a/b\"]}"])
      let weight = Matrix<Float>.random(7, 5, seed: 1)
      let precise = Matrix<Double>.random(3, 2, seed: 2)
      file.append("encoder.0.weight", weight)
      file.append("a \"quoted\"\nname/é", precise)
      file.append("bias", [1, 2, 3] as [Float])
      file.append("step", [12, -3])
      file.append("single", [2.5] as [Double], shape: [])
      file.append("none", [] as [Float])
      try file.write(to: url)
      let back = try SafeTensors(contentsOf: url)
      #expect(back.metadata == file.metadata)
      // Tensors without bytes share their place with the next one, so their order is not the file's to keep.
      #expect(Set(back.tensors.map(\.name)) == Set(file.tensors.map(\.name)))
      #expect(try back.matrix("encoder.0.weight", rows: 7, columns: 5) == weight)
      #expect(try back.matrix("a \"quoted\"\nname/é") == precise)
      #expect(try back.vector("bias") == [1, 2, 3] as [Float])
      #expect(try back.integers("step") == [12, -3])
      #expect(back["single"]?.shape == [])
      let written = try Data(contentsOf: url)
      #expect(written[0] % 8 == 0)
      try back.write(to: url)
      #expect(try Data(contentsOf: url) == written)
      expectError(EigencoderError.missingInput, containing: "No such file") {
        _ = try SafeTensors(contentsOf: directory.appendingPathComponent("none"))
      }
    }
  }

  @Test func writtenBytes() throws {
    try withTemporaryDirectory { directory in
      let url = directory.appendingPathComponent("m.safetensors")
      var file = SafeTensors()
      file.append("w", [1, 2] as [Float])
      try file.write(to: url)
      let json = #"{"w":{"data_offsets":[0,8],"dtype":"F32","shape":[2]}}"#
      let padded = json + String(repeating: " ", count: (8 - json.utf8.count % 8) % 8)
      #expect(try Array(Data(contentsOf: url)) == safetensors(padded, bytes([1, 2] as [Float])))
    }
  }

  @Test func refusesWhatIsNotThere() throws {
    var file = SafeTensors()
    file.append("w", Matrix<Float>([[1, 2]]))
    file.append("bad", [1, .nan] as [Float])
    expectError(EigencoderError.invalidData, containing: "no tensor 'x', found w, bad") {
      _ = try file.vector("x", as: Float.self)
    }
    expectError(
      EigencoderError.invalidData, containing: "tensor 'w': expected the shape 2 x any, found 1 x 2"
    ) {
      _ = try file.matrix("w", rows: 2, as: Float.self)
    }
    expectError(EigencoderError.invalidData, containing: "expected the shape any, found 1 x 2") {
      _ = try file.vector("w", as: Float.self)
    }
    expectError(EigencoderError.invalidData, containing: "expected integers, found float32") {
      _ = try file.integers("w")
    }
    expectError(
      EigencoderError.invalidData, containing: "tensor 'bad': row 2, column 1 (counted from 1) is nan"
    ) {
      _ = try file.vector("bad", as: Double.self)
    }
  }

  private static func one(_ fields: String, _ count: Int = 8) -> [UInt8] {
    safetensors("{\"w\":{\(fields)}}", [UInt8](repeating: 0, count: count))
  }

  private static func two(_ first: String, _ second: String, _ count: Int) -> [UInt8] {
    let fields = [("a", first), ("b", second)].map {
      "\"\($0)\":{\"dtype\":\"U8\",\"shape\":[4],\"data_offsets\":\($1)}"
    }
    return safetensors("{\(fields.joined(separator: ","))}", [UInt8](repeating: 0, count: count))
  }

  static let malformed = [
    Malformed("nothing", [], "the length of a safetensors header takes 8 bytes, the file holds 0"),
    Malformed("seven bytes", [1, 0, 0, 0, 0, 0, 0], "takes 8 bytes, the file holds 7"),
    Malformed(
      "length beyond the file", bytes([UInt64(99)]) + [123],
      "the safetensors header takes 99 bytes, the file holds 1"),
    Malformed(
      "length beyond the limit", bytes([UInt64(100_000_001)]), "a safetensors header of 100000001 bytes"),
    Malformed("length beyond Int", bytes([UInt64.max]), "a safetensors header of 18446744073709551615 bytes"),
    Malformed("no header", safetensors(""), "it is not a JSON object"),
    Malformed("not JSON", safetensors("{hello}"), "it is not JSON"),
    Malformed("open", safetensors("{\"w\":"), "it is not JSON"),
    Malformed("an array", safetensors("[1]"), "it is not a JSON object"),
    Malformed("UTF-16", safetensors("{\0}\0"), "it is not a JSON object"),
    Malformed("deep", safetensors("{\"w\":" + String(repeating: "[", count: 100_000)), "it is not JSON"),
    Malformed("two objects", safetensors("{}{}"), "it is not JSON"),
    Malformed("not UTF-8", bytes([UInt64(5)]) + [123, 34, 255, 34, 125], "it is not JSON"),
    Malformed("a tensor of text", safetensors("{\"w\":\"x\"}"), "'w' is of the wrong kind"),
    Malformed("no dtype", one("\"shape\":[2],\"data_offsets\":[0,8]"), "'w' has no 'dtype'"),
    Malformed("no shape", one("\"dtype\":\"F32\",\"data_offsets\":[0,8]"), "'w' has no 'shape'"),
    Malformed("no offsets", one("\"dtype\":\"F32\",\"shape\":[2]"), "'w' has no 'data_offsets'"),
    Malformed(
      "dtype", one("\"dtype\":\"F24\",\"shape\":[2],\"data_offsets\":[0,8]"),
      "of type 'F24', expected one of BOOL"),
    Malformed(
      "size of text", one("\"dtype\":\"F32\",\"shape\":[\"2\"],\"data_offsets\":[0,8]"), "wrong kind"),
    Malformed(
      "half a size", one("\"dtype\":\"F32\",\"shape\":[2.5],\"data_offsets\":[0,8]"),
      "it has a number that is not whole or too large"),
    Malformed(
      "negative size", one("\"dtype\":\"F32\",\"shape\":[-2],\"data_offsets\":[0,8]"),
      "the impossible shape [-2]"),
    Malformed(
      "overflow", one("\"dtype\":\"F64\",\"shape\":[4294967296,4294967296],\"data_offsets\":[0,8]"),
      "impossible shape"),
    Malformed(
      "size beyond Int", one("\"dtype\":\"F32\",\"shape\":[99999999999999999999],\"data_offsets\":[0,8]"),
      "it has a number that is not whole or too large"),
    Malformed("one offset", one("\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[8]"), "lies at [8]"),
    Malformed(
      "negative offset", one("\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[-8,0]"), "lies at [-8, 0]"),
    Malformed(
      "offsets reversed", one("\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[8,0]"), "lies at [8, 0]"),
    Malformed(
      "offsets and shape differ", one("\"dtype\":\"F32\",\"shape\":[3],\"data_offsets\":[0,8]"),
      "of 3 float32 takes 12 bytes, its offsets span 8"),
    Malformed(
      "beyond the file", one("\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,8]", 7),
      "truncated: the header promises 8 bytes"),
    Malformed("bytes left", one("\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,8]", 9), "too long"),
    Malformed(
      "does not start at 0", one("\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[4,12]", 12),
      "'w' leaves a gap before it"),
    Malformed("overlap", two("[0,4]", "[2,6]", 6), "'b' overlaps the tensor before it"),
    Malformed("same place", two("[0,4]", "[0,4]", 4), "'b' overlaps the tensor before it"),
    Malformed("gap", two("[0,4]", "[5,9]", 9), "'b' leaves a gap before it: it starts at 5, expected 4"),
    Malformed(
      "the same name twice",
      safetensors(
        "{\"a\":{\"dtype\":\"U8\",\"shape\":[0],\"data_offsets\":[0,0]},\"a\":{\"dtype\":\"U8\",\"shape\":[0],\"data_offsets\":[0,0]}}"
      ),
      "a key appears twice"),
    Malformed(
      "the same field twice", one("\"dtype\":\"F32\",\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,8]"),
      "a key appears twice"),
    Malformed(
      "the same text twice", safetensors("{\"__metadata__\":{\"a\":\"1\",\"a\":\"2\"}}"),
      "a key appears twice"),
    Malformed("a number in the metadata", safetensors("{\"__metadata__\":{\"a\":1}}"), "wrong kind"),
  ]

  @Test(arguments: malformed)
  func refuses(_ file: Malformed) {
    expectError(EigencoderError.invalidData, containing: file.fragment) {
      _ = try SafeTensors(bytes: file.bytes, name: "model.safetensors")
    }
  }
}
