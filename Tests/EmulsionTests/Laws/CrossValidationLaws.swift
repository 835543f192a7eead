import Emulsion
import Synchronization
import Testing

/// Selection by the likelihood of rows that fits have not seen.
@Suite struct CrossValidationLaws {
  private let rows = clusters(40, columns: 2, components: 2, separation: 4)

  private func select(_ data: MatrixSource, _ change: (inout SelectionOptions) -> Void) throws
    -> Selection
  {
    var options = SelectionOptions()
    (options.criterion, options.components) = (CrossValidatedLikelihood(), [1])
    change(&options)
    return try Catalogue.standard.select(data, options)
  }

  /// ln p of each row under the mean and the variances of the others, written out.
  @Test func leavingOutOneRowIsTheFormula() throws {
    var expected = 0.0
    for row in 0..<rows.rows {
      for j in 0..<2 {
        let others = (0..<rows.rows).filter { $0 != row }.map { rows[$0, j] }
        let mean = others.reduce(0, +) / 39
        let variance = others.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / 39
        let t = rows[row, j] - mean
        expected -= 0.5 * (t * t / variance + Elementary.log(2 * .pi * variance, atLeast: -700))
      }
    }
    let selection = try select(MatrixSource(rows)) {
      ($0.folds, $0.covariances) = (40, ["diagonal"])
    }
    let entry = try #require(selection.entries.first)
    #expect(areClose(try #require(entry.heldOutLogLikelihood), expected, 1e-10))
    #expect(selection.value(of: entry) == -2 * (entry.heldOutLogLikelihood ?? 0))
  }

  @Test(arguments: [false, true])
  func partsAreLeftOutByTheirWeights(noise: Bool) throws {
    let weights = (0..<40).map { 1 + Double($0 % 3) }
    let selection = try select(MatrixSource(rows, weights: weights)) {
      ($0.components, $0.folds, $0.fit.noise) = ([2], 40, noise)
    }
    var expected = 0.0
    for row in 0..<40 {
      var others = weights
      others[row] = 0
      var options = FitOptions()
      (options.components, options.noise) = (2, noise)
      let model = try Catalogue.standard.fit(MatrixSource(rows, weights: others), options)
      expected += try weights[row] * model.logDensity(MatrixSource(rows))[row]
    }
    let found = try #require(selection.entries.first?.heldOutLogLikelihood)
    #expect(abs(found - expected) < 0.01)
  }

  @Test func threadsDoNotMatter() throws {
    let values = try [1, 2].map { threads in
      try select(MatrixSource(rows)) {
        ($0.components, $0.covariances, $0.fit.threads) = ([1, 2, 3], ["all"], threads)
      }.entries.map(\.crossValidation)
    }
    #expect(values[0] == values[1])
  }

  @Test func theTrueNumberOfComponentsWins() throws {
    let data = MatrixSource(clusters(400, columns: 2, components: 3, separation: 6))
    let selection = try select(data) {
      ($0.components, $0.covariances) = (Array(1...6), ["spherical", "full"])
    }
    #expect(selection.best.components == 3 && selection.best.covariance == "spherical")
    #expect(selection.entries.allSatisfy { $0.bic < .infinity })
  }

  @Test(arguments: [-1, 0, 1, 70000])
  func foldsHaveLimits(folds: Int) throws {
    let error = try #require(
      #expect(throws: EmulsionError.self) {
        try select(MatrixSource(rows)) { $0.folds = folds }
      })
    #expect(error.code == .invalidOption && error.message.contains("folds"))
  }

  /// Wherever an interrupt falls among the parts, the fits to all rows are still there.
  @Test func interruptsKeepTheFits() throws {
    func run(stoppingAfter limit: Int) throws -> (selection: Selection, polls: Int) {
      let polls = Atomic<Int>(0)
      let selection = try select(MatrixSource(rows)) {
        ($0.components, $0.fit.threads) = ([1, 2], 1)
        $0.fit.isCancelled = { polls.add(1, ordering: .relaxed).newValue > limit }
      }
      return (selection, polls.load(ordering: .relaxed))
    }
    let whole = try run(stoppingAfter: .max)
    var kept = 0
    for share in [0.3, 0.5, 0.7, 0.9] {
      let cut = try run(stoppingAfter: Int(share * Double(whole.polls))).selection
      #expect(cut.entries.count == 2 && cut.best.bic == cut.entries.map(\.bic).min())
      kept += cut.entries.count { $0.heldOutLogLikelihood == nil }
    }
    #expect(kept == 8 && whole.selection.entries.allSatisfy { $0.heldOutLogLikelihood != nil })
  }

  @Test func oneRowCanNotBeParted() throws {
    #expect(throws: EmulsionError.self) {
      try select(MatrixSource(Matrix(rows: 1, columns: 1, values: [1]))) { _ in }
    }
  }
}
