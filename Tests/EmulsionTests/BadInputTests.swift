import Emulsion
import EmulsionData
import Testing

/// Wrong options and data: one clear line each, of the right kind.
@Suite struct BadInputTests {
  struct Wrong: Sendable, CustomTestStringConvertible {
    var name: String
    var code: EmulsionError.Code
    var pieces: [String]
    var data: Matrix = clusters(60, columns: 2, components: 2)
    var weights: [Double]?
    var change: @Sendable (inout FitOptions) -> Void = { _ in }
    var testDescription: String { name }
  }

  static func matrix(_ rows: [[Double]]) -> Matrix {
    Matrix(rows: rows) ?? Matrix(rows: 0, columns: 0)
  }

  static let cases: [Wrong] = [
    Wrong(name: "K = 0", code: .invalidOption, pieces: ["components", "0"]) { $0.components = 0 },
    Wrong(name: "K < 0", code: .invalidOption, pieces: ["components"]) { $0.components = -2 },
    Wrong(name: "K > n", code: .invalidData, pieces: ["components = 61", "60 rows"]) {
      $0.components = 61
    },
    Wrong(
      name: "K > distinct rows", code: .degenerate,
      pieces: ["components = 3", "2 rows are distinct"],
      data: matrix(Array(repeating: [1, 2], count: 9) + Array(repeating: [2, 1], count: 9))),
    Wrong(name: "covariance", code: .invalidOption, pieces: ["\"fulll\"", "\"full\""]) {
      $0.covariance = "fulll"
    },
    Wrong(name: "tied", code: .invalidOption, pieces: ["tied", "\"gaussian\"", "\"rate\""]) {
      $0.constraints.tied = ["rate"]
    },
    Wrong(name: "restarts", code: .invalidOption, pieces: ["restarts"]) { $0.restarts = 0 },
    Wrong(name: "tolerance", code: .invalidOption, pieces: ["tolerance", "-1"]) {
      $0.tolerance = -1
    },
    Wrong(name: "NaN tolerance", code: .invalidOption, pieces: ["tolerance", "nan"]) {
      $0.tolerance = .nan
    },
    Wrong(name: "iterations", code: .invalidOption, pieces: ["max_iterations"]) {
      $0.maximumIterations = -1
    },
    Wrong(name: "floor", code: .invalidOption, pieces: ["covariance_floor"]) {
      $0.covarianceFloor = 1
    },
    Wrong(name: "regularization", code: .invalidOption, pieces: ["regularization"]) {
      $0.regularization = -.infinity
    },
    Wrong(name: "threads", code: .invalidOption, pieces: ["threads"]) { $0.threads = 0 },
    Wrong(
      name: "no rows", code: .invalidData, pieces: ["no data rows"],
      data: Matrix(rows: 0, columns: 2)),
    Wrong(
      name: "no columns", code: .invalidData, pieces: ["no columns"],
      data: Matrix(rows: 3, columns: 0)),
    Wrong(
      name: "NaN", code: .invalidData, pieces: ["row 2", "\"x2\"", "missing"],
      data: matrix([[1, 2], [3, .nan], [5, 7]])),
    Wrong(
      name: "infinity", code: .invalidData, pieces: ["row 3", "\"x1\"", "-infinity"],
      data: matrix([[1, 2], [3, 4], [-.infinity, 7]])),
    Wrong(
      name: "one row", code: .invalidData, pieces: ["1 row"], data: matrix([[1, 2]])),
    Wrong(
      name: "one row, one component", code: .degenerate, pieces: ["one row"],
      data: matrix([[1, 2]])
    ) { $0.components = 1 },
    Wrong(
      name: "a constant column", code: .degenerate, pieces: ["\"x2\"", "constant"],
      data: clusters(60, columns: 2, components: 2).mapped { $1 == 1 ? 7 : $0 }),
    Wrong(
      name: "collinear columns", code: .degenerate,
      pieces: ["\"x3\"", "linear combination", "\"x1\"", "\"x2\""],
      data: matrix(
        clusters(60, columns: 2, components: 2).rowList.map { [$0[0], $0[1], $0[0] - 2 * $0[1]] })),
    Wrong(
      name: "scales too far apart", code: .degenerate, pieces: ["scales", "VVE", "rescale"],
      data: clusters(60, columns: 3, components: 2).mapped { $0 * ($1 == 0 ? 0x1p498 : 0x1p-498) }
    ) { ($0.components, $0.covariance) = (2, "VVE") },
    Wrong(
      name: "fewer rows than columns", code: .degenerate, pieces: ["3 rows", "4 columns"],
      data: matrix([[1, 2, 3, 4], [2, 4, 1, 3], [5, 1, 2, 2]])
    ) { $0.components = 1 },
    Wrong(
      name: "beyond the doubles", code: .invalidData, pieces: ["\"x1\"", "rescale"],
      data: clusters(60, columns: 2, components: 2).mapped { $1 == 0 ? $0 * 1e200 : $0 }),
    Wrong(
      name: "below the doubles", code: .invalidData, pieces: ["\"x1\"", "rescale"],
      data: clusters(60, columns: 2, components: 2).mapped { $1 == 0 ? $0 * 1e-200 : $0 }),
    Wrong(
      name: "an infinite range", code: .invalidData, pieces: ["\"x1\""],
      data: matrix([[1.7e308, 1], [-1.7e308, 2], [0, 3]])),
    Wrong(
      name: "a negative weight", code: .invalidData, pieces: ["row 1", "-1"],
      weights: [-1] + Array(repeating: 1, count: 59)),
    Wrong(
      name: "no weight at all", code: .invalidData, pieces: ["weights are 0"],
      weights: Array(repeating: 0, count: 60)),
    Wrong(
      name: "weights beyond the doubles", code: .invalidData, pieces: ["weights sum", "rescale"],
      weights: Array(repeating: 1e307, count: 60)),
    Wrong(name: "too few labels", code: .invalidOption, pieces: ["59 labels", "60 rows"]) {
      $0.initializer = GivenLabels(Array(repeating: 0, count: 59))
    },
    Wrong(name: "a label too large", code: .invalidOption, pieces: ["row 60", "4", "3 components"])
    {
      $0.initializer = GivenLabels(Array(repeating: 0, count: 59) + [3])
    },
    Wrong(name: "no responsibilities", code: .invalidOption, pieces: ["60 × 3"]) {
      $0.initializer = GivenResponsibilities(Matrix(rows: 60, columns: 2))
    },
    Wrong(name: "sums of responsibilities", code: .invalidOption, pieces: ["row 1", "sum to 1"]) {
      $0.initializer = GivenResponsibilities(Matrix(rows: 60, columns: 3, repeating: 0.5))
    },
    Wrong(name: "means of another dimension", code: .invalidOption, pieces: ["3 × 2"]) {
      $0.initializer = GivenMeans(means: Matrix(rows: 3, columns: 1))
    },
    Wrong(name: "weights of a start", code: .invalidOption, pieces: ["sum to 1"]) {
      $0.initializer = GivenMeans(
        means: Matrix(rows: 3, columns: 2, values: [1, 2, 3, 4, 5, 6]), weights: [1, 1, 1])
    },
    Wrong(name: "an indefinite covariance", code: .invalidOption, pieces: ["positive definite"]) {
      $0.initializer = GivenMeans(
        means: Matrix(rows: 3, columns: 2, values: [1, 2, 3, 4, 5, 6]),
        covariances: Array(
          repeating: Matrix(rows: 2, columns: 2, values: [1, 2, 2, 1]), count: 3))
    },
    Wrong(name: "an unknown parameter", code: .invalidOption, pieces: ["\"maen\"", "\"mean\""]) {
      $0.initializer = GivenParameters(
        Array(repeating: ["maen": .vector([1, 2])], count: 3))
    },
    Wrong(name: "an empty class", code: .degenerate, pieces: ["component 3"]) {
      $0.initializer = GivenLabels((0..<60).map { $0 % 2 })
      $0.covarianceFloor = 0
    },
  ]

  @Test(arguments: cases)
  func isRefused(wrong: Wrong) {
    do {
      let model = try fit(MatrixSource(wrong.data, weights: wrong.weights), wrong.change)
      Issue.record("taken: \(model)")
    } catch let error as EmulsionError {
      #expect(error.code == wrong.code, "\(error.message)")
      #expect(!error.message.contains("\n"))
      for piece in wrong.pieces {
        #expect(error.message.contains(piece), "\(error.message)")
      }
    } catch {
      Issue.record(error)
    }
  }

  @Test func collapseIsKeptAndFlaggedUnderTheFloor() throws {
    let rows =
      clusters(40, columns: 2, components: 1).rowList + Array(repeating: [50, 50], count: 5)
    let model = try fit(MatrixSource(Self.matrix(rows))) {
      $0.components = 2
      $0.initializer = GivenLabels((0..<45).map { $0 < 40 ? 0 : 1 })
    }
    #expect(model.isDegenerate)
    #expect(model.warnings.contains { $0.hasPrefix("component 2 has collapsed") })
    #expect(model.logLikelihood.isFinite)
  }

  @Test func cancellingBeforeAnythingIsAnErrorAndLaterKeepsWhatWasReached() throws {
    let data = MatrixSource(clusters(5_000, columns: 3, components: 4, separation: 1))
    #expect(throws: EmulsionError.self) { try fit(data) { $0.isCancelled = { true } } }
    let start = GivenLabels((0..<5_000).map { $0 % 3 })
    let flag = Flag()
    let model = try fit(data) {
      $0.initializer = start
      $0.tolerance = 0
      $0.progress = ProgressHandler(isConcurrent: false) {
        if $0.iteration == 7 { flag.raise() }
      }
      $0.isCancelled = { flag.isRaised }
    }
    #expect(model.isCancelled && !model.hasConverged && model.iterations == 7)
    let seven = try fit(data) {
      $0.initializer = start
      $0.tolerance = 0
      $0.maximumIterations = 7
    }
    #expect(seven.logLikelihood == model.logLikelihood)
  }

  /// An interrupt among the restarts, in one of the first or of the last, keeps the best so far.
  @Test(arguments: [0, 3, 9], [400, 30_000])
  func cancellingAmongRestartsKeepsTheBestSoFar(restart: Int, rows: Int) throws {
    let data = MatrixSource(clusters(rows, columns: 2, components: 3, separation: 1))
    for isConcurrent in [false, true] {
      let flag = Flag()
      let model = try fit(data) {
        $0.progress = ProgressHandler(isConcurrent: isConcurrent) {
          if $0.restart == restart && $0.iteration == 2 { flag.raise() }
        }
        $0.isCancelled = { flag.isRaised }
      }
      #expect(model.isCancelled && model.warnings.contains { $0.hasPrefix("interrupted") })
      #expect(model.evidence.starts <= 10 && model.trace.last == model.logLikelihood)
      #expect(areClose(try model.logDensity(data).reduce(0, +), model.logLikelihood))
      if !isConcurrent { #expect(model.evidence.starts == restart + 1) }
    }
  }

  /// Of many rows, which races go over in samples, too: once anything was reached it is what comes out.
  @Test(arguments: [3000, 40_000])
  func aLaterInterruptLosesNothing(rows: Int) throws {
    let data = MatrixSource(clusters(rows, columns: 2, components: 3, separation: 2))
    func ended(after limit: Int) throws -> (model: Model?, polls: Int) {
      let counter = Counter()
      do {
        let model = try fit(data) {
          ($0.components, $0.threads, $0.maximumIterations) = (3, 1, 200)
          $0.isCancelled = { counter.next() > limit }
        }
        return (model, counter.value)
      } catch let error as EmulsionError where error.code == .cancelled {
        return (nil, counter.value)
      }
    }
    let whole = try ended(after: .max).polls
    var isReached = false
    for limit in stride(from: 0, to: whole, by: max(1, whole / 60)) {
      let model = try ended(after: limit).model
      #expect(model != nil || !isReached, "after \(limit) of \(whole) polls")
      isReached = isReached || model != nil
    }
    #expect(isReached)
  }

  @Test func aTimeLimitThatLeavesNothingIsNamed() throws {
    let data = MatrixSource(clusters(3000, columns: 2, components: 3, separation: 2))
    let error = #expect(throws: EmulsionError.self) {
      var options = FitOptions(components: 3)
      try options.end(after: 1e-9)
      return try Catalogue.standard.fit(data, options)
    }
    #expect(error?.code == .cancelled && error?.message.hasPrefix("time_limit: ") == true)
  }

  /// Wherever an interrupt meets a selection, what was fitted before it is kept.
  @Test func cancellingASelectionKeepsWhatWasFitted() throws {
    let data = MatrixSource(clusters(100, columns: 2, components: 2, separation: 1))
    let fitted = Flag()
    let whole = Counter()
    func select(until limit: Int, _ counter: Counter) throws -> Selection {
      var options = SelectionOptions()
      (options.components, options.covariances) = ([1, 2, 3], ["full", "diagonal"])
      (options.fit.restarts, options.fit.threads, options.fit.maximumIterations) = (1, 1, 3)
      options.fit.isCancelled = { counter.next() > limit }
      return try Catalogue.standard.select(data, options)
    }
    _ = try select(until: .max, whole)
    for limit in stride(from: whole.value, to: 0, by: -max(1, whole.value / 200)) {
      do {
        _ = try select(until: limit, Counter())
        fitted.raise()
      } catch let error as EmulsionError {
        #expect(error.code == .cancelled && limit < whole.value / 2, "\(error.message)")
      }
    }
    #expect(fitted.isRaised)
  }

  @Test func anErrorOfTheProgressHandlerEndsTheFit() {
    struct Stop: Error {}
    #expect(throws: Stop.self) {
      try fit(MatrixSource(clusters(100, columns: 2, components: 3))) {
        $0.progress = ProgressHandler(isConcurrent: false) { _ in throw Stop() }
      }
    }
  }

  @Test func newDataMustFit() throws {
    let data = MatrixSource(clusters(90, columns: 2, components: 3))
    let model = try fit(data)
    #expect(throws: EmulsionError.self) {
      try model.predict(MatrixSource(Matrix(rows: 3, columns: 3)))
    }
    #expect(throws: EmulsionError.self) {
      try model.posterior(MatrixSource(Self.matrix([[1, .nan]])))
    }
    #expect(try model.predict(MatrixSource(Matrix(rows: 0, columns: 2))).isEmpty)
    #expect(throws: EmulsionError.self) {
      try model.score(MatrixSource(Matrix(rows: 0, columns: 2)))
    }
  }

  @Test func samplesMustFitIntoMemory() throws {
    let model = try fit(MatrixSource(clusters(90, columns: 2, components: 3)))
    for count in [-1, .max, .max / 3] {
      #expect(throws: EmulsionError.self) { try model.sample(count, seed: 0) }
    }
    #expect(try model.sample(0, seed: 0).labels.isEmpty)
  }
}
