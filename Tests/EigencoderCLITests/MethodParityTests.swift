import Eigencoder
import Testing

/// What `fit` does is one call of the library: the same parameters, bit for bit.
@Suite struct MethodParityTests {
  @Test(arguments: Method.names)
  func sameParameters(_ name: String) throws {
    let directory = try TemporaryDirectory()
    let x = samples(rows: 60, columns: 6)
    try x.write(npy: directory.file("x.npy"))
    try expectSuccess(["fit", name, "--data", "x.npy", "--latent", "2", "--model", "cli"], in: directory)
    let fitted = try Method(named: name, latent: .count(2)).fitted(to: x)
    try fitted.write(to: directory.file("library"), input: ModelInput(of: x))
    #expect(try directory.bytes("cli") == directory.bytes("library"))
  }
}
