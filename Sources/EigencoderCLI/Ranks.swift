import Eigencoder
import Foundation

#if MPI
  import CMPI

  /// The processes of one `mpirun`, by OpenMPI.
  final class MPIWorld: Communicator {
    let rank = Int(ek_mpi_rank())
    let size = Int(ek_mpi_size())

    func sum<T: Scalar>(_ x: VectorView<T>) {
      // MPI counts in 32 bits.
      let most = 1 << 28
      for first in stride(from: 0, to: x.count, by: most) {
        let part = x.slice(first..<min(first + most, x.count))
        if let part = part as? VectorView<Float> {
          ek_mpi_sum_f32(part.pointer, Int32(part.count))
        } else if let part = part as? VectorView<Double> {
          ek_mpi_sum_f64(part.pointer, Int32(part.count))
        }
      }
    }
  }
#endif

/// The processes that were started together with this one by `mpirun`. The first of them speaks, and writes files.
enum Ranks {
  /// Set once, before a command runs.
  nonisolated(unsafe) private(set) static var world: (any Communicator)?

  /// Whether this process writes what all have computed.
  static var isFirst: Bool { world.map { $0.rank == 0 } ?? true }

  /// What OpenMPI, PMIx and Slurm set for a process that they start.
  private static let isStartedByMPI =
    ["OMPI_COMM_WORLD_SIZE", "PMIX_RANK", "PMI_SIZE"].contains {
      ProcessInfo.processInfo.environment[$0] != nil
    }

  /// Joins them, where there are any.
  /// - Throws: `.invalidArgument` where `mpirun` has started several of a build that does not know of it.
  static func join() throws {
    guard isStartedByMPI else { return }
    #if MPI
      _ = ek_mpi_start()
      let world = MPIWorld()
      self.world = world
      guard world.haveEqual([Double(CRC32(of: Array(BLAS.kernels.utf8)).value)]) else {
        throw EigencoderError.invalidArgument(
          "the processes run different kernels of the BLAS, here \(BLAS.kernels), which round differently: "
            + "mpirun -x OPENBLAS_CORETYPE=Haswell, for example, lets all run the same")
      }
      // Processes that may use the same processors share them.
      let own = ProcessInfo.processInfo.activeProcessorCount
      BLAS.threads = max(1, own / Int(ek_mpi_sharing()))
    #else
      guard let size = ProcessInfo.processInfo.environment["OMPI_COMM_WORLD_SIZE"], size != "1" else {
        return
      }
      throw EigencoderError.invalidArgument(
        "this eigencoder was built without MPI, and each of \(size) processes would do the same: "
          + "swift build -c release --traits MPI")
    #endif
  }

  /// Ends together with the others.
  static func leave() {
    #if MPI
      if world != nil { MPI_Finalize() }
    #endif
  }

  /// Before an error is told: what is wrong for all ranks, the first of them tells, and ends the others meanwhile.
  static func letLowerRanksSpeak() {
    guard let rank = rankOfEnvironment, rank > 0 else { return }
    Thread.sleep(forTimeInterval: 1 + 0.05 * Double(min(rank, 40)))
  }

  /// Ends all of them, after an error has been told.
  static func abort(_ status: Int32) {
    #if MPI
      if world != nil { ek_mpi_abort(status) }
    #endif
  }

  private static var rankOfEnvironment: Int? {
    world?.rank ?? ProcessInfo.processInfo.environment["OMPI_COMM_WORLD_RANK"].flatMap { Int($0) }
  }
}
