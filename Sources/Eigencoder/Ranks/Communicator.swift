// One fit by several processes (MPI's ranks), each with its share of the rows.
//
// Everything that is learned from rows is a sum over them: of products for principal components, of gradients for a network,
// of errors for a report. So one operation is enough, a sum over the ranks that leaves the same bits at each of them; all
// further computing is done by every rank from the same numbers, and takes the same decisions,
// where all run the same kernels.

/// Ranks that compute one thing together: every one of them makes the same calls in the same order.
package protocol Communicator: AnyObject, Sendable {
  /// Which one this is, from 0.
  var rank: Int { get }
  /// How many there are.
  var size: Int { get }
  /// Replaces each number by its sum over the ranks.
  func sum<T: Scalar>(_ x: VectorView<T>)
}

extension Communicator {
  package func sum(_ x: inout [Double]) { x.withMutableView { sum($0) } }

  /// The sum of the ranks' numbers.
  func sum(_ x: Double) -> Double {
    var sums = [x]
    sum(&sums)
    return sums[0]
  }

  /// Replaces the numbers by those of rank 0.
  func broadcast<T: Scalar>(_ x: VectorView<T>) {
    if rank > 0 { x.clear() }
    sum(x)
  }

  /// The numbers of every rank, size x count.
  func gather(_ x: [Double]) -> Matrix<Double> {
    var all = Matrix<Double>(rows: size, columns: x.count)
    all.withMutableView { all in
      x.withView { $0.copy(into: all.row(rank)) }
      sum(all.numbers)
    }
    return all
  }

  /// Rows that are spread over the ranks, in the order of these.
  func gather<T: Scalar>(rows x: Matrix<T>) -> Matrix<T> {
    let counts = gather([Double(x.rows)]).elements.map { Int($0) }
    let first = counts[..<rank].reduce(0, +)
    var all = Matrix<T>(rows: counts.reduce(0, +), columns: x.columns)
    all.withMutableView { all in
      x.withView { $0.copy(into: all.rows(first..<first + x.rows)) }
      sum(all.numbers)
    }
    return all
  }

  /// The largest of the ranks' numbers.
  func largest(_ x: Double) -> Double { gather([x]).elements.max() ?? x }

  /// Whether it holds at all ranks.
  package func all(_ condition: Bool) -> Bool { gather([condition ? 1 : 0]).elements.allSatisfy { $0 == 1 } }

  /// Whether all ranks have the same numbers, as many at each.
  package func haveEqual<T: Scalar>(_ x: [T]) -> Bool {
    var first = x
    first.withMutableView { broadcast($0) }
    return all(first == x)
  }

  /// Which part of `range` is this rank's: as many as the others have, or one more.
  func share(of range: Range<Int>) -> Range<Int> {
    let (start, count) = (range.lowerBound, range.count)
    return start + rank * count / size..<start + (rank + 1) * count / size
  }
}
