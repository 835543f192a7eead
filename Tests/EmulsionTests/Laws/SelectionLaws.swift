import Emulsion
import EmulsionData
import Testing

/// Selection over grids of counts and covariance models.
@Suite struct SelectionLaws {
  private func select(_ name: String, _ change: (inout SelectionOptions) -> Void = { _ in }) throws
    -> Selection
  {
    let table = try DataSets.table(named: name)
    var options = SelectionOptions()
    options.covariances = covarianceNames
    change(&options)
    return try Catalogue.standard.select(
      MatrixSource(table.matrix(table.numericNames), columnNames: table.numericNames), options)
  }

  /// mclust 6: EEE with 3 components, log-likelihood −1126.326, BIC −2314.316.
  @Test(arguments: [UInt64(0), 1])
  func oldFaithful(seed: UInt64) throws {
    let selection = try select("faithful") { $0.fit.seed = seed }
    let best = selection.best
    #expect(best.covariance == "tied" && best.components == 3 && best.freeParameters == 11)
    #expect(abs(best.logLikelihood - -1126.32) < 0.01)
    #expect(best.bic <= 2314.316)
  }

  @Test(arguments: ["faithful", "iris", "galaxies"])
  func largerModelsFitNoWorse(name: String) throws {
    let entries = try select(name).entries.filter { $0.status != "degenerate" && $0.model != nil }
    let nested = try Dictionary(
      uniqueKeysWithValues: covarianceNames.map { name in
        (name, Set(try Catalogue.standard.covarianceModel(named: name).special))
      })
    for small in entries {
      for large in entries {
        let isNested =
          small.covariance == large.covariance
          ? large.components == small.components + 1
          : small.components == large.components
            && nested[large.structure, default: []].contains(small.structure)
        guard isNested else { continue }
        #expect(large.logLikelihood >= small.logLikelihood - 1e-9 * abs(small.logLikelihood))
      }
    }
  }

  /// The audit compares all pairs, and what it says of them is so.
  @Test(arguments: ["faithful", "iris"])
  func theAuditTellsNestedPairs(name: String) throws {
    let selection = try select(name) { $0.components = [1, 2, 3] }
    #expect(selection.audit.isSound)
    let sound = selection.entries.filter { $0.model?.isDegenerate == false }
    var pairs: [SelectionAudit.Relation: Int] = [:]
    for large in sound {
      let special = try Catalogue.standard.covarianceModel(named: large.structure).special
      for small in sound {
        if small.structure == large.structure && small.components < large.components {
          pairs[.components, default: 0] += 1
        } else if small.components == large.components && special.contains(small.structure) {
          pairs[.structure, default: 0] += 1
        }
      }
    }
    #expect(selection.audit.pairs == pairs)
    #expect(selection.summary().contains("Audit: \(pairs.values.reduce(0, +)) nested pairs"))
  }

  /// What is mended is told, with how far it had fallen short.
  @Test func theAuditTellsWhatWasMended() throws {
    var mended = 0
    for seed in 1...12 as ClosedRange<UInt64> {
      let rows = clusters(25, columns: 2, components: 3, separation: 2, seed: seed)
      var options = SelectionOptions()
      (options.components, options.covariances) = ([1, 2, 3, 4, 5, 6], ["full", "diagonal"])
      (options.fit.restarts, options.fit.maximumIterations) = (1, 200)
      let audit = try Catalogue.standard.select(MatrixSource(rows), options).audit
      #expect(audit.isSound)
      for finding in audit.findings {
        #expect(finding.remaining == 0 && finding.shortfall ?? 1 > 0)
        mended += 1
      }
    }
    #expect(mended > 0)
  }

  /// Few rows, one start and gaps in the grid: sound fits still are no worse than smaller ones.
  @Test(arguments: 1...6 as ClosedRange<UInt64>, [[1, 2, 3, 4, 5, 6], [1, 3, 6]])
  func largerModelsFitNoWorseOnFewRows(seed: UInt64, components: [Int]) throws {
    let rows = clusters(25, columns: 2, components: 3, separation: 2, seed: seed)
    var options = SelectionOptions()
    (options.components, options.covariances) = (components, ["full", "diagonal"])
    (options.fit.restarts, options.fit.maximumIterations) = (1, 200)
    let sound = try Catalogue.standard.select(MatrixSource(rows), options).entries.filter {
      $0.model?.isDegenerate == false
    }
    for small in sound {
      for large in sound
      where large.components > small.components && large.covariance == small.covariance {
        #expect(large.logLikelihood >= small.logLikelihood - 1e-9 * abs(small.logLikelihood))
      }
    }
  }

  @Test(arguments: ["bic", "aic", "icl", "cv"])
  func bestComesFirst(criterion: String) throws {
    let criterion = try Catalogue.standard.criterion(named: criterion)
    let selection = try select("iris") {
      ($0.criterion, $0.components) = (criterion, Array(1...4))
    }
    let values = selection.entries.filter { $0.status == "ok" }.map(selection.value(of:))
    #expect(values == values.sorted())
    #expect(selection.entries.first?.model?.logLikelihood == selection.best.logLikelihood)
  }

  @Test func whatFailsIsListedAndNeverWins() throws {
    // Twelve rows: nine full components of two columns each are kept up by too few.
    let data = MatrixSource(clusters(12, columns: 2, components: 2, separation: 8))
    var options = SelectionOptions()
    options.components = [1, 2, 6, 20]
    let selection = try Catalogue.standard.select(data, options)
    #expect(selection.entries.count == 4)
    #expect(selection.best.components <= 2)
    #expect(selection.entries.last?.status.hasPrefix("failed: components = 20") == true)
    #expect(selection.entries.first { $0.components == 6 }?.status == "degenerate")
  }

  @Test func threadsDoNotChangeABit() throws {
    let runs = try [1, 2].map { threads in try select("faithful") { $0.fit.threads = threads } }
    #expect(runs[0].entries.map(\.logLikelihood) == runs[1].entries.map(\.logLikelihood))
  }

  @Test func aliasesName() throws {
    let selection = try select("faithful") {
      $0.covariances = ["EEE", "VVV"]
      $0.components = [2]
    }
    #expect(Set(selection.entries.map(\.covariance)) == ["tied", "full"])
    #expect(selection.model(components: 2, covariance: "EEE")?.covariance == "tied")
  }

  /// Weights that say how rows are shared, not how many they stand for.
  @Test func weightsThatSumToOneAreNamedWhereNothingMayWin() throws {
    let rows = clusters(100, columns: 2, components: 2)
    let data = MatrixSource(rows, weights: [Double](repeating: 0.01, count: 100))
    var options = SelectionOptions()
    options.components = [1, 2]
    let error = #expect(throws: EmulsionError.self) {
      try Catalogue.standard.select(data, options)
    }
    #expect(error?.code == .degenerate)
    #expect(error?.message.contains("multiply them by 100") == true)
  }

  @Test func theFitThatFailedIsNamed() throws {
    let data = MatrixSource(clusters(30, columns: 4, components: 2))
    var options = SelectionOptions()
    (options.components, options.covariances) = ([7, 8], ["full"])
    let error = #expect(throws: EmulsionError.self) {
      try Catalogue.standard.select(data, options)
    }
    #expect(error?.message.contains("full with components = 7: 7 components under full") == true)
  }
}
