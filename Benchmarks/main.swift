import Eigencoder

let limit = gemmLimit()
print("\(BLAS.configuration), kernels \(BLAS.kernels), \(BLAS.threads) threads")
print("GEMM 1536 f32: \((limit / 1e9).fixed(0)) GFLOP/s\n")
printTable([StepBenchmark.titles] + (try StepBenchmark.all.map { try $0.run(limit: limit) }))
print()
printTable([PCABenchmark.titles] + (try PCABenchmark.all.map { try $0.run() }))
