// swift-tools-version: 6.2
import PackageDescription

let package = Package(
  name: "Eigencoder",
  products: [
    .library(name: "Eigencoder", targets: ["Eigencoder"]),
    .executable(name: "eigencoder", targets: ["EigencoderCLI"]),
  ],
  traits: [
    .trait(
      name: "MPI",
      description: "eigencoder fit by the processes of one mpirun (OpenMPI: apt's libopenmpi-dev)")
  ],
  targets: [
    // System libraries, installed with apt.
    .systemLibrary(
      name: "CLAPACK", pkgConfig: "lapacke",
      providers: [.apt(["liblapacke-dev", "libopenblas-dev"])]),
    .systemLibrary(name: "CZlib", pkgConfig: "zlib", providers: [.apt(["zlib1g-dev"])]),
    .systemLibrary(name: "CMPI", pkgConfig: "ompi-c", providers: [.apt(["libopenmpi-dev"])]),

    // Loops over elements, compiled once per instruction set and chosen at run time, and the threads that share them.
    .target(name: "CKernels", dependencies: ["CLAPACK"]),
    // The digits of Fixtures/, compiled into the program so that it has data wherever it is copied.
    .target(name: "CDigits"),

    .target(name: "Eigencoder", dependencies: ["CLAPACK", "CZlib", "CKernels"]),
    .executableTarget(
      name: "EigencoderCLI",
      dependencies: ["Eigencoder", "CDigits", .target(name: "CMPI", condition: .when(traits: ["MPI"]))]),

    .executableTarget(
      name: "eigencoder-benchmarks", dependencies: ["Eigencoder"], path: "Benchmarks",
      exclude: ["README.md", "peers", "results.json", "run"]),

    .testTarget(name: "EigencoderTests", dependencies: ["Eigencoder"]),
    .testTarget(name: "EigencoderCLITests", dependencies: ["EigencoderCLI", "Eigencoder"]),
    // The programs of the documentation, with what is public alone.
    .testTarget(name: "ExamplesTests", dependencies: ["Eigencoder"], packageAccess: false),
  ],
  swiftLanguageModes: [.v6]
)
