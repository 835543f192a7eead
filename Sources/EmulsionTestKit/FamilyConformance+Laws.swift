import Emulsion

extension FamilyConformance {
  /// The log-likelihood never falls.
  func checkMonotone(_ model: Model) -> [String] {
    for (i, pair) in zip(model.trace, model.trace.dropFirst()).enumerated() {
      guard pair.1 < pair.0 - 1e-9 * abs(pair.0) else { continue }
      return ["the log-likelihood falls from \(pair.0) to \(pair.1) in iteration \(i + 1)"]
    }
    return []
  }

  /// A block's log-densities are those of its rows.
  func checkRowByRow(_ model: Model) throws -> [String] {
    let whole = try model.logDensity(data)
    for row in stride(from: 0, to: data.rows, by: max(1, data.rows / 20)) {
      let single = MatrixSource(
        data.matrix.rows([row]), columnNames: data.columnNames)
      let alone = try model.logDensity(single)[0]
      guard !areClose(alone, whole[row], 1e-12) else { continue }
      return ["the log-density of row \(row) is \(whole[row]) in a block, but \(alone) alone"]
    }
    return []
  }

  /// Threads change no bit.
  func checkThreads(_ start: GivenParameters) throws -> [String] {
    let values = try [1, 2].map { threads in
      try fit(data) {
        ($0.initializer, $0.threads, $0.maximumIterations) = (start, threads, 5)
      }.logLikelihood
    }
    return values[0] == values[1]
      ? [] : ["the log-likelihood is \(values[0]) with one thread, \(values[1]) with two"]
  }

  /// A weight of 3 equals three copies.
  func checkWeights(_ start: GivenParameters) throws -> [String] {
    let counts = (0..<data.rows).map { [1, 3, 2][$0 % 3] }
    let copies = counts.enumerated().flatMap { Array(repeating: $0.offset, count: $0.element) }
    let weighted = try run(
      MatrixSource(
        data.matrix, columnNames: data.columnNames, weights: counts.map(Double.init)), start)
    let copied = try run(
      MatrixSource(data.matrix.rows(copies), columnNames: data.columnNames), start)
    return differences(weighted, copied, "weights and copies")
  }

  /// Rows of weight 0 do nothing, whatever stands in them.
  func checkWeightlessRows(_ start: GivenParameters) throws -> [String] {
    var matrix = data.matrix.rows(Array(0..<data.rows) + [0, 0])
    for j in 0..<data.columns {
      matrix[data.rows, j] = outside[j]?.first { $0.isFinite } ?? 1e9
      matrix[data.rows + 1, j] = -1e9
    }
    let weights = (0..<data.rows).map { _ in 1.0 } + [0, 0]
    let with = try run(
      MatrixSource(matrix, columnNames: data.columnNames, weights: weights), start)
    return differences(with, try run(data, start), "data with and without rows of weight 0")
  }

  private func run(_ data: MatrixSource, _ start: GivenParameters) throws -> Model {
    try fit(data) { ($0.initializer, $0.maximumIterations, $0.tolerance) = (start, 5, 0) }
  }

  private func differences(_ a: Model, _ b: Model, _ what: String) -> [String] {
    guard areClose(a.logLikelihood, b.logLikelihood, 1e-9) else {
      return ["\(what) differ: log-likelihoods \(a.logLikelihood) and \(b.logLikelihood)"]
    }
    for (x, y) in zip(a.numbers, b.numbers) where !areClose(x, y, 1e-6) {
      return ["\(what) differ: parameters \(x) and \(y)"]
    }
    return []
  }

  /// A model read back gives the same bits.
  func checkSaving(_ model: Model) throws -> [String] {
    try model.save(to: temporaryPath)
    let loaded = try catalogue.load(path: temporaryPath)
    var found: [String] = []
    if try loaded.logDensity(data) != model.logDensity(data) {
      found.append("a model read back has other log-densities")
    }
    if loaded.numbers != model.numbers { found.append("a model read back has other parameters") }
    if loaded.freeParameters != model.freeParameters {
      found.append("a model read back has another number of free parameters")
    }
    return found
  }

  /// Values out of the support are refused, in fits and in predictions.
  func checkOutside() throws -> [String] {
    let model = try fit(data) { $0.maximumIterations = 1 }
    var found: [String] = []
    for (column, values) in outside.sorted(by: { $0.key < $1.key }) {
      for value in values {
        var matrix = data.matrix
        matrix[1, column] = value
        let wrong = MatrixSource(matrix, columnNames: data.columnNames)
        for (name, attempt) in [
          ("a fit", { _ = try fit(wrong) }), ("a prediction", { _ = try model.predict(wrong) }),
        ] {
          do {
            try attempt()
            found.append("\(name) takes \(value) in column \(column)")
          } catch let error as EmulsionError where error.code == .invalidData {
            let names = [data.location(ofRow: 1), "\"\(data.columnNames[column])\""]
            for part in names where !error.message.contains(part) {
              found.append("the error of \(name) does not name \(part): \(error.message)")
            }
          }
        }
      }
    }
    return found
  }

  /// The density sums or integrates to 1.
  func checkGrid(_ model: Model) throws -> [String] {
    guard let grid else { return [] }
    let densities = try model.logDensity(
      MatrixSource(grid.points, columnNames: data.columnNames))
    let sum = zip(densities, grid.volumes).reduce(0) { $0 + Elementary.exp($1.0) * $1.1 }
    return areClose(sum, 1, 1e-6) ? [] : ["the density sums to \(sum) over the grid, not to 1"]
  }

  /// Fits to drawn rows gain over the truth what they should: ½χ² with as many degrees of freedom as
  /// there are free parameters (Wilks 1938), up to five deviations.
  func checkSampling(_ model: Model) throws -> [String] {
    let rows = try model.sample(20_000, seed: 1).rows
    let source = MatrixSource(rows, columnNames: data.columnNames)
    let truth = try model.score(source) * Double(rows.rows)
    let fitted = try fit(source) {
      $0.initializer = GivenParameters(given(model).parameters, weights: model.weights)
    }
    let gain = fitted.logLikelihood - truth
    let count = Double(model.freeParameters)
    guard gain > -1e-6 * abs(truth), gain < 0.5 * count + 5 * (0.5 * count).squareRoot() + 1 else {
      return ["a fit to drawn rows gains \(gain) nats over the truth, with \(count) parameters"]
    }
    return []
  }
}

extension Model {
  /// Weights and all parameters, one after the other.
  var numbers: [Double] {
    weights
      + parameters.flatMap { list in
        list.flatMap { parameter -> [Double] in
          switch parameter.value {
          case .scalar(let value): [value]
          case .vector(let values): values
          case .matrix(let matrix): matrix.values
          }
        }
      }
  }
}

extension Matrix {
  /// Rows in the given order, repeats allowed.
  func rows(_ order: [Int]) -> Matrix {
    Matrix(rows: order.count, columns: columns, values: order.flatMap { Array(row($0)) })
  }
}
