extension Model {
  func execution(_ threads: Int?, _ isCancelled: @escaping @Sendable () -> Bool)
    -> Execution
  {
    Execution(threads: threads ?? availableCores(), isCancelled: isCancelled)
  }

  /// The most probable component of each row, from 0; ``Noise/label`` where that is the noise.
  ///
  /// - Throws: `invalid-data` where the columns don't fit, a value is not finite, or a row has no density under
  ///   any component.
  public func predict(
    _ data: any DataSource, threads: Int? = nil,
    isCancelled: @escaping @Sendable () -> Bool = { false }
  ) throws -> [Int] {
    let execution = execution(threads, isCancelled)
    let data = try checked(data, execution)
    guard let grouped = try rearrangedRows(of: data) else {
      return try mixture.labels(data, execution)
    }
    return grouped.restored(try mixture.labels(grouped, execution))
  }

  /// The posterior probabilities of the components, N × K; with noise N × (K + 1), its own last.
  ///
  /// Rows so far away that log-densities leave the doubles get the limit along the way out.
  ///
  /// - Throws: `invalid-data` as ``predict(_:threads:isCancelled:)``.
  public func posterior(
    _ data: any DataSource, threads: Int? = nil,
    isCancelled: @escaping @Sendable () -> Bool = { false }
  ) throws -> Matrix {
    let execution = execution(threads, isCancelled)
    let data = try checked(data, execution)
    guard let grouped = try rearrangedRows(of: data) else {
      return try mixture.posterior(data, execution)
    }
    let posterior = try mixture.posterior(grouped, execution)
    return Matrix(
      rows: data.rows, columns: posterior.columns,
      values: grouped.restored(posterior.values, width: posterior.columns))
  }

  /// ln p(x) of each row, nats; where rows share a component, the first of them has the log-density
  /// of all and the others 0, as that of rows without any value is.
  public func logDensity(
    _ data: any DataSource, threads: Int? = nil,
    isCancelled: @escaping @Sendable () -> Bool = { false }
  ) throws -> [Double] {
    let execution = execution(threads, isCancelled)
    let data = try checked(data, execution)
    guard let grouped = try rearrangedRows(of: data) else {
      return try mixture.logDensity(data, execution)
    }
    var values = grouped.restored(try mixture.logDensity(grouped, execution))
    // Weights sum to 1 but for rounding.
    if let missing = data.missing {
      for n in values.indices where missing.isEmpty(record: n) { values[n] = 0 }
    }
    return values
  }

  /// The numbers that have a density in column `j`, from 0.
  public func support(ofColumn j: Int) -> Support { mixture.support(ofColumn: j) }

  /// ln p(x|k) of each row under component `k` (from 0), nats: −∞ where it has no density.
  ///
  /// - Parameter data: Rows of the model's columns. Those with a value outside of a column's support are
  ///   no rows of the model, and get −∞.
  /// - Throws: `invalid-data` where the columns don't fit or a value is not finite.
  public func logDensity(
    _ data: Matrix, under k: Int, isCancelled: @escaping @Sendable () -> Bool = { false }
  ) throws -> [Double] {
    precondition((0..<components).contains(k), "component")
    let own = try columns(of: MatrixSource(data))
    let supports = (0..<dimension).map(mixture.support)
    let inside = (0..<data.rows).filter { i in
      (0..<dimension).allSatisfy { supports[$0].contains(data[i, $0]) }
    }
    var result = [Double](repeating: -.infinity, count: own.rows)
    guard !inside.isEmpty else { return result }
    let rows = MatrixSource(
      Matrix(
        rows: inside.count, columns: dimension, values: inside.flatMap { Array(data.row($0)) }))
    let values = try mixture.logDensity(
      rows.grouped(by: mixture.groupColumn), under: k, execution(1, isCancelled))
    for (place, i) in inside.enumerated() where place < values.count { result[i] = values[place] }
    return result
  }

  /// The mean log-density, weighted where rows have weights.
  public func score(
    _ data: any DataSource, threads: Int? = nil,
    isCancelled: @escaping @Sendable () -> Bool = { false }
  ) throws -> Double {
    let execution = execution(threads, isCancelled)
    let data = try checked(data, execution)
    let score = try mixture.score(data.grouped(by: mixture.groupColumn), execution)
    guard score.totalWeight > 0 else {
      throw EmulsionError(.invalidData, "score: no data rows, or all of weight 0")
    }
    return score.logLikelihood / score.totalWeight
  }

  /// All rows, those that share a component side by side, where the family has such.
  private func rearrangedRows(of data: any DataSource) throws -> (any RearrangedSource)? {
    if let data = data as? IncompleteSource { return data }
    return try mixture.groupColumn.map { try GroupedSource(data, column: $0, countsAll: true) }
  }

  /// The model's columns of the data, after checking their values.
  func checked(_ data: any DataSource, _ execution: Execution) throws -> any DataSource {
    var own = try columns(of: data)
    try checkLevels(of: own)
    if missing != nil, let incomplete = try IncompleteSource(own, fitting: false) {
      own = incomplete
    }
    try mixture.checkSupport(of: own, execution)
    return own
  }

  /// The model's columns: all there are, or among others those of its names, unless these are the
  /// ones that matrices get.
  func columns(of data: any DataSource) throws -> any DataSource {
    let names = data.columnNames
    let isNamed = columnNames.enumerated().contains { $0.element != "x\($0.offset + 1)" }
    guard isNamed, data.columns > dimension, columnNames.allSatisfy(names.contains) else {
      try checkColumns(of: data)
      return data
    }
    return ColumnSelection(
      base: data, positions: try names.positions(of: columnNames), columnNames: columnNames)
  }

  /// The rows of the fit where these are they, since they have its weights; else the rows as they are.
  ///
  /// - Parameter fitted: The rows that it was fitted to, where they are at hand.
  package func weighed(_ rows: any DataSource, like fitted: (any DataSource)?) throws
    -> any DataSource
  {
    guard let fitted, let own = try? columns(of: fitted), try own.hasRows(of: rows) else {
      return rows
    }
    return own
  }

  /// Codes of texts must be those that the model knows; numbers are taken for them.
  func checkLevels(of data: any DataSource) throws {
    let given = data.columnLevels
    let differs = zip(data.columnNames, columnNames).first {
      given[$0] != nil && given[$0] != levels[$1]
    }
    guard let name = differs?.0 else { return }
    throw EmulsionError(
      .invalidData,
      "the texts of column \(quoted(name)) were not coded by the levels of the model")
  }

  private func checkColumns(of data: any DataSource) throws {
    guard data.columns == dimension else {
      throw EmulsionError(
        .invalidData,
        "the model describes \(dimension.counted("column")) (\(columnNames.joined(separator: ", "))), but the "
          + "data have \(data.columns)")
    }
  }

  /// Draws rows and the components (from 0, or ``Noise/label``) that they come from.
  ///
  /// Row i is a function of `seed` and i alone.
  public func sample(
    _ count: Int, seed: UInt64, threads: Int? = nil,
    isCancelled: @escaping @Sendable () -> Bool = { false }
  ) throws -> (rows: Matrix, labels: [Int]) {
    guard count >= 0 else {
      throw EmulsionError(.invalidOption, "sample: the number of rows must be ≥ 0, not \(count)")
    }
    // Rows and labels are held twice while they become a table.
    let rowSize = 2 * MemoryLayout<Double>.stride * (dimension + 1)
    guard count <= machineMemory() / rowSize else {
      throw EmulsionError(
        .invalidOption,
        "sample: \(count.counted("row")) of \(dimension.counted("column")) don't fit into memory")
    }
    return try mixture.sample(count, seed: seed, execution(threads, isCancelled))
  }

  /// Goes on with EM from this model's parameters.
  public func resume(_ data: any DataSource, _ options: FitOptions) throws -> Model {
    try options.validate()
    guard options.checkpoint == nil else {
      throw EmulsionError(.invalidOption, "checkpoint: resume keeps none; leave it out")
    }
    let begin = monotonicSeconds()
    let own = try columns(of: data)
    try checkLevels(of: own)
    var options = options
    options.takesMissing = options.takesMissing || missing != nil
    let data = try own.grouped(by: mixture.groupColumn).observed(options)
    guard data.errors != nil || manifest.options["errors"] == nil else {
      throw EmulsionError(
        .invalidOption, "errors: the model was fitted to data with errors; give these to resume it")
    }
    let given = options
    options = options.sharing(data, catalogue.ranks)
    let summary = try DataSummary(data, execution: options.execution)
    try mixture.checkSupport(of: data, options.execution)
    options.covariance = covariance ?? options.covariance
    options.components = components
    options.noise = noise != nil
    try options.labels?.check(
      options, rows: data.missing == nil ? data.rows : data.recordCount)
    var model: Model
    if let initializer = options.algorithm.initializer(
      resuming: (0..<components).map { parameters(ofComponent: $0).byName }, weights: weights,
      posterior: variational)
    {
      var again = options
      again.ranks = nil
      again.isCancelled = given.isCancelled
      again.initializer = initializer
      again.family = try catalogue.family(named: family)
      model = try catalogue.fit(data, again)
    } else {
      let outcome = try mixture.resume(data, options)
      model = catalogue.model(
        outcome, data: data, summary: summary, options: options, covariance: covariance,
        seconds: monotonicSeconds() - begin)
    }
    model.manifest = manifest.continued(by: model.manifest)
    if model.classes.isEmpty { model.classes = classes }
    return model
  }
}
