extension EmbeddingPipeline {
  /// The scores of stored codes for queries that are not rounded, q x n: of the numbers that the bytes stand for (of bits 1 and
  /// -1), <e(q), z> / |z|. O(q n k).
  ///
  /// - Parameters:
  ///   - queries: q x d, as they are embedded.
  ///   - codes: of this pipeline.
  public func scores(queries: Matrix<T>, codes: StoredCodes<T>) -> Matrix<T> {
    CosineSearch(codes.searched).scores(queries: unroundedCodes(of: queries))
  }

  /// The nearest `limit` stored codes of each query, the nearest first: see `scores`.
  public func nearest(_ limit: Int, to queries: Matrix<T>, codes: StoredCodes<T>) -> [[CosineSearch<T>.Hit]] {
    CosineSearch(codes.searched).nearest(limit, to: unroundedCodes(of: queries))
  }
}
