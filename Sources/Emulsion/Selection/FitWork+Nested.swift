extension FitWork {
  /// A fit, and one with more components that is no worse: beside its own starts it has those that split a component of
  /// the smaller one, and that one as it is.
  ///
  /// A start that the user fixed is the only one.
  func nestedFits(_ smaller: FitOptions, _ larger: FitOptions, execution: Execution) throws -> (
    smaller: Model, larger: Model
  ) {
    let first = try settledFit(smaller, execution: execution)
    var larger = larger
    if !larger.initializer.isGiven {
      let (base, k) = (StartingPoint(first), larger.components)
      larger.besides = (base.splits(to: k, like: first.mixture) + [base.grown(to: k)]).map(\.start)
    }
    return (first, try settledFit(larger, execution: execution))
  }
}

extension Catalogue {
  /// The same of data that are checked first.
  func nestedFits(_ data: any DataSource, _ smaller: FitOptions, _ larger: FitOptions) throws -> (
    smaller: Model, larger: Model
  ) {
    let data = try data.prepared(for: [smaller.family]).observed(smaller)
    let (smaller, larger) = (smaller.sharing(data, ranks), larger.sharing(data, ranks))
    let work = try FitWork(data, larger, catalogue: self, largest: larger.components)
    return try work.nestedFits(smaller, larger, execution: smaller.execution)
  }
}
