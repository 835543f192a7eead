extension Model {
  private func execution(_ threads: Int?, _ isCancelled: @escaping @Sendable () -> Bool)
    -> Execution
  {
    Execution(threads: threads ?? availableCores(), isCancelled: isCancelled)
  }

  /// The most probable component of each row, from 0.
  ///
  /// - Throws: `invalid-data` where the columns don't fit or a value is not finite.
  public func predict(
    _ data: any DataSource, threads: Int? = nil,
    isCancelled: @escaping @Sendable () -> Bool = { false }
  ) throws -> [Int] {
    let execution = execution(threads, isCancelled)
    try check(data, execution)
    return try mixture.labels(data, execution)
  }

  /// The posterior probabilities of the components, N × K.
  public func posterior(
    _ data: any DataSource, threads: Int? = nil,
    isCancelled: @escaping @Sendable () -> Bool = { false }
  ) throws -> Matrix {
    let execution = execution(threads, isCancelled)
    try check(data, execution)
    return try mixture.posterior(data, execution)
  }

  /// ln p(x) of each row, nats.
  public func logDensity(
    _ data: any DataSource, threads: Int? = nil,
    isCancelled: @escaping @Sendable () -> Bool = { false }
  ) throws -> [Double] {
    let execution = execution(threads, isCancelled)
    try check(data, execution)
    return try mixture.logDensity(data, execution)
  }

  /// The mean log-density, weighted where rows have weights.
  public func score(
    _ data: any DataSource, threads: Int? = nil,
    isCancelled: @escaping @Sendable () -> Bool = { false }
  ) throws -> Double {
    let execution = execution(threads, isCancelled)
    try check(data, execution)
    let score = try mixture.score(data, execution)
    guard score.totalWeight > 0 else {
      throw EmulsionError(.invalidData, "score: no data rows, or all of weight 0")
    }
    return score.logLikelihood / score.totalWeight
  }

  private func check(_ data: any DataSource, _ execution: Execution) throws {
    try checkColumns(of: data)
    try mixture.checkSupport(of: data, execution)
  }

  private func checkColumns(of data: any DataSource) throws {
    guard data.columns == dimension else {
      throw EmulsionError(
        .invalidData,
        "the model describes \(dimension) columns (\(columnNames.joined(separator: ", "))), but the "
          + "data have \(data.columns)")
    }
  }

  /// Draws rows and the components (from 0) that they come from.
  ///
  /// Row i is a function of `seed` and i alone.
  public func sample(
    _ count: Int, seed: UInt64, threads: Int? = nil,
    isCancelled: @escaping @Sendable () -> Bool = { false }
  ) throws -> (rows: Matrix, labels: [Int]) {
    guard count >= 0 else {
      throw EmulsionError(.invalidOption, "sample: the number of rows must be ≥ 0, not \(count)")
    }
    guard count <= physicalMemory() / (MemoryLayout<Double>.stride * (dimension + 1)) else {
      throw EmulsionError(
        .invalidOption, "sample: \(count) rows of \(dimension) columns don't fit into memory")
    }
    return try mixture.sample(count, seed: seed, execution(threads, isCancelled))
  }

  /// Goes on with EM from this model's parameters.
  public func resume(_ data: any DataSource, _ options: FitOptions) throws -> Model {
    try options.validate()
    let begin = monotonicSeconds()
    try checkColumns(of: data)
    let summary = try DataSummary(data, execution: options.execution)
    try mixture.checkSupport(of: data, options.execution)
    var options = options
    options.covariance = covariance ?? options.covariance
    options.components = components
    let outcome = try mixture.resume(data, options)
    return catalogue.model(
      outcome, data: data, summary: summary, options: options, covariance: covariance,
      seconds: monotonicSeconds() - begin)
  }
}
