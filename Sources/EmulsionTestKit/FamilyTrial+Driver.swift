import Emulsion
import Foundation

/// The family in the hands of the driver: whole fits from the example's components.
extension FamilyTrial {
  func source(_ rows: Matrix, weights: [Double]? = nil) -> MatrixSource {
    MatrixSource(rows, columnNames: example.data.columnNames, weights: weights)
  }

  func fit(
    _ data: MatrixSource, _ ranks: LocalRanks? = nil,
    _ change: (inout FitOptions) -> Void = { _ in }
  ) throws -> Model {
    var options = example.options
    options.initializer = GivenParameters(example.components)
    options.maximumIterations = 200
    options.tolerance = 1e-6
    change(&options)
    var catalogue = example.catalogue
    catalogue.ranks = ranks
    return try catalogue.fit(data, options)
  }

  /// A few iterations, all of them done.
  private func shortFit(_ data: MatrixSource, threads: Int = 1, ranks: LocalRanks? = nil) throws
    -> Model
  {
    try fit(data, ranks) { ($0.maximumIterations, $0.tolerance, $0.threads) = (5, 0, threads) }
  }

  /// A trace of up to 200 iterations.
  func monotoneProblems() throws -> [String] {
    try fit(source(draw(600))).firstFall.map { ["the log-likelihood \($0)"] } ?? []
  }

  /// A model's log-densities of rows one by one.
  func modelBatchProblems() throws -> [String] {
    let rows = try draw(600)
    let model = try shortFit(source(rows))
    let whole = try model.logDensity(source(rows))
    for row in stride(from: 0, to: rows.rows, by: 30) {
      let alone = try model.logDensity(source(rows.rows([row])))[0]
      guard !areClose(alone, whole[row], 1e-12) else { continue }
      return ["the log-density of row \(row + 1) is \(whole[row]) in a block, but \(alone) alone"]
    }
    return []
  }

  /// Row weights against copies of the rows.
  func rowWeightProblems() throws -> [String] {
    let rows = try draw(600)
    let counts = (0..<rows.rows).map { [1, 3, 2][$0 % 3] }
    let copies = counts.enumerated().flatMap { Array(repeating: $0.offset, count: $0.element) }
    return try differences(
      shortFit(source(rows, weights: counts.map(Double.init))),
      shortFit(source(rows.rows(copies))), "weights and copies")
  }

  /// Rows of weight 0, whatever stands in them.
  func weightlessRowProblems() throws -> [String] {
    let rows = try draw(600)
    var matrix = rows.rows(Array(0..<rows.rows) + [0, 0])
    for j in 0..<rows.columns {
      matrix[rows.rows, j] = example.outside[j]?.first { $0.isFinite } ?? 1e9
      matrix[rows.rows + 1, j] = -1e9
    }
    let weights = Array(repeating: 1.0, count: rows.rows) + [0, 0]
    return try differences(
      shortFit(source(matrix, weights: weights)), shortFit(source(rows)),
      "data with and without rows of weight 0")
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

  /// The density of the mixture over the example's grid.
  func gridProblems(_ grid: (points: Matrix, volumes: [Double])) throws -> [String] {
    let densities = try shortFit(source(draw(600))).logDensity(source(grid.points))
    let sum = zip(densities, grid.volumes).reduce(0) { $0 + Elementary.exp($1.0) * $1.1 }
    return areClose(sum, 1, 1e-6) ? [] : ["the density sums to \(sum) over the grid, not to 1"]
  }

  /// A model file, and what is told before and after.
  func storageProblems() throws -> [String] {
    let rows = try source(draw(600))
    let model = try shortFit(rows)
    let name = "emulsion-test-kit-\(UUID().uuidString).json"
    let path = FileManager.default.temporaryDirectory.appending(path: name).path
    defer { try? FileManager.default.removeItem(atPath: path) }
    try model.save(to: path)
    let loaded = try example.catalogue.load(path: path)
    for (a, b) in zip(try model.logDensity(rows), try loaded.logDensity(rows))
    where a.bitPattern != b.bitPattern {
      return ["a log-density is \(a) before saving and \(b) after loading"]
    }
    var found: [String] = []
    if loaded.numbers != model.numbers { found.append("a model read back has other parameters") }
    if loaded.freeParameters != model.freeParameters {
      found.append("a model read back has another number of free parameters")
    }
    return found
  }

  /// A fit of four chunks of rows.
  func threadProblems() throws -> [String] {
    let rows = try source(draw(13_000))
    let (one, two) = (try shortFit(rows), try shortFit(rows, threads: 2))
    for (a, b) in zip(one.trace, two.trace) where a.bitPattern != b.bitPattern {
      return ["the log-likelihood is \(a) with one thread and \(b) with two"]
    }
    return []
  }

  /// A fit of four chunks of rows, shared by ranks.
  func rankProblems() throws -> [String] {
    guard family.traits.maximumConcurrency > 3 else {
      throw NotChecked("the family works on few threads alone")
    }
    let rows = try source(draw(13_000))
    let alone = try shortFit(rows)
    for count in 2...3 {
      let models = try LocalRanks.run(count) { ranks in
        try shortFit(rows, ranks: ranks)
      }
      for (rank, model) in models.enumerated() {
        for (a, b) in zip(alone.trace + alone.numbers, model.trace + model.numbers)
        where a.bitPattern != b.bitPattern {
          return ["a number is \(a) in one process, but \(b) on rank \(rank) of \(count)"]
        }
      }
    }
    return []
  }

  /// Fits to drawn rows gain over the truth what they should: ½χ² with as many degrees of freedom as
  /// there are free parameters (Wilks 1938), up to five deviations.
  func mixtureRecoveryProblems() throws -> [String] {
    let model = try fit(source(draw(600)))
    let rows = try source(model.sample(example.drawnRows, seed: 1).rows)
    let truth = try model.score(rows) * Double(rows.rows)
    let fitted = try fit(rows) {
      $0.initializer = GivenParameters(model.parameters.map(\.byName), weights: model.weights)
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
  /// Where the log-likelihood falls from one iteration to the next by more than rounding (1e-9 of it); `nil`
  /// where it never does.
  public var firstFall: String? {
    for (i, (before, after)) in zip(trace, trace.dropFirst()).enumerated()
    where !(after >= before - 1e-9 * abs(before)) {
      return "falls from \(before) to \(after) in iteration \(i + 1)"
    }
    return nil
  }

  /// Weights and all parameters, one after the other.
  fileprivate var numbers: [Double] { weights + parameters.flatMap { $0.flatMap(\.value.numbers) } }
}

extension Matrix {
  /// Rows in the given order, repeats allowed.
  func rows(_ order: [Int]) -> Matrix {
    Matrix(rows: order.count, columns: columns, values: order.flatMap { Array(row($0)) })
  }
}

/// Whether two numbers agree relative to their size.
func areClose(_ a: Double, _ b: Double, _ tolerance: Double) -> Bool {
  a == b || abs(a - b) <= tolerance * max(1, max(abs(a), abs(b)))
}
