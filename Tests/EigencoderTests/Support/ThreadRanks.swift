import Eigencoder
import Foundation

/// Threads of this process as ranks.
final class ThreadRank: Communicator {
  let rank: Int
  var size: Int { meeting.size }
  private let meeting: Meeting

  private init(_ rank: Int, _ meeting: Meeting) { (self.rank, self.meeting) = (rank, meeting) }

  func sum<T: Scalar>(_ x: VectorView<T>) {
    let sums = meeting.sum(x.copied().map { Double($0) }, rank)
    for i in 0..<x.count { x[i] = T(sums[i]) }
  }

  /// What `body` returns at each of so many ranks.
  static func run<R: Sendable>(_ count: Int, _ body: @escaping @Sendable (ThreadRank) throws -> R) throws
    -> [R]
  {
    let meeting = Meeting(count)
    let results = Results<R>(count)
    let done = DispatchGroup()
    for rank in 0..<count {
      done.enter()
      Thread.detachNewThread {
        results.set(rank, Result { try body(ThreadRank(rank, meeting)) })
        done.leave()
      }
    }
    done.wait()
    return try results.all()
  }

  /// Where all ranks wait for one another.
  private final class Meeting: @unchecked Sendable {
    let size: Int
    private let condition = NSCondition()
    private var parts: [[Double]]
    private var arrived = 0
    private var round = 0
    private var sums: [Double] = []

    init(_ size: Int) { (self.size, parts) = (size, [[Double]](repeating: [], count: size)) }

    func sum(_ x: [Double], _ rank: Int) -> [Double] {
      condition.lock()
      defer { condition.unlock() }
      parts[rank] = x
      arrived += 1
      if arrived == size {
        // In the order of the ranks, whoever came last.
        sums = x.indices.map { i in parts.reduce(0) { $0 + $1[i] } }
        (arrived, round) = (0, round + 1)
        condition.broadcast()
      } else {
        let own = round
        while round == own { condition.wait() }
      }
      return sums
    }
  }

  private final class Results<R: Sendable>: @unchecked Sendable {
    private let lock = NSLock()
    private var results: [Result<R, any Error>?]

    init(_ count: Int) { results = .init(repeating: nil, count: count) }
    func set(_ rank: Int, _ result: Result<R, any Error>) { lock.withLock { results[rank] = result } }
    func all() throws -> [R] { try results.map { try $0!.get() } }
  }
}
