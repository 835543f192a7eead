extension Int {
  /// The product, or the largest number where it does not fit.
  package func multipliedOrMax(by other: Int) -> Int {
    let (result, overflow) = multipliedReportingOverflow(by: other)
    return overflow ? .max : result
  }
}
