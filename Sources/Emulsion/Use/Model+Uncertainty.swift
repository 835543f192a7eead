extension Model {
  /// How unsure it is which component each row belongs to: 1 less its largest posterior probability,
  /// 0 to 1 − 1/K; the noise is one of the components. O(nK).
  ///
  /// What others have is summed up, so that small ones keep their digits.
  ///
  /// - Throws: `invalid-data` where the columns don't fit or a value is not finite.
  public func uncertainty(
    _ data: any DataSource, threads: Int? = nil,
    isCancelled: @escaping @Sendable () -> Bool = { false }
  ) throws -> [Double] {
    let posterior = try posterior(data, threads: threads, isCancelled: isCancelled)
    return (0..<posterior.rows).map { i in
      let row = posterior.row(i)
      guard let largest = row.indices.max(by: { row[$0] < row[$1] }) else { return 0 }
      return row.indices.reduce(0) { $1 == largest ? $0 : $0 + row[$1] }
    }
  }
}
