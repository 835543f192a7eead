import Emulsion
import EmulsionData
import Testing

/// The tables of options: what stands in them is kept, checked and told.
@Suite struct OptionTableTests {
  private func faithful() throws -> MatrixSource {
    MatrixSource(try DataSets.table(named: "faithful").matrix())
  }

  @Test(arguments: FitOptions.table.map(\.name))
  func `a value out of bounds is refused by the option's name`(name: String) throws {
    let option = try #require(FitOptions.table.first { $0.name == name })
    func error(of change: (inout FitOptions) throws -> Void) -> String? {
      var options = FitOptions()
      do {
        try change(&options)
        _ = try Catalogue.standard.fit(faithful(), options)
        return nil
      } catch let error as EmulsionError { return error.message } catch { return "\(error)" }
    }
    switch option.kind {
    case .wholeNumber(let place, let least, let most):
      let text = error { try place.set(&$0, least - 1) }
      #expect(text == "\(name) must be a whole number ≥ \(least), not \(least - 1)")
      if most < .max {
        let text = error { try place.set(&$0, most + 1) }
        #expect(text == "\(name) must be at most \(most), not \(most + 1)")
      }
    case .number(let place, let range):
      for value in [-1, .nan] {
        let text = error { try place.set(&$0, value) }
        #expect(text?.hasPrefix("\(name) must be \(range)") == true)
      }
    case .named(let option):
      let text = error { try option.set(&$0, "nothing like it", .standard) }
      #expect(text?.hasPrefix("\(name): there is no") == true)
      #expect(option.names(.standard).count > 1)
    case .truth, .seed: break
    }
  }

  @Test func `a manifest tells what was changed, and always what others compare`() throws {
    var options = FitOptions()
    let plain = try Catalogue.standard.fit(faithful(), options).manifest.options
    #expect(
      Set(plain.keys) == [
        "components", "family", "covariance", "initializer", "restarts", "max_iterations",
        "tolerance", "covariance_floor", "regularization",
      ])
    #expect(plain["tolerance"] == "0.01" && plain["covariance_floor"] == "1e-08")
    options.equalWeights = true
    options.algorithm = ClassificationEM()
    options.threads = 1
    let changed = try Catalogue.standard.fit(faithful(), options).manifest.options
    #expect(changed["equal_weights"] == "true" && changed["algorithm"] == "cem")
    #expect(changed["threads"] == nil)
  }

  @Test func `names are given once`() {
    for names in [
      FitOptions.table.map(\.name), KMeansOptions.table.map(\.name),
      SelectionOptions.table.map(\.name),
    ] {
      #expect(Set(names).count == names.count)
    }
  }

  @Test func `k-means and searches check their tables`() throws {
    var clusters = KMeansOptions()
    clusters.tolerance = 1
    #expect(throws: EmulsionError.self) { try Catalogue.standard.kMeans(faithful(), clusters) }
    var grid = SelectionOptions()
    grid.folds = 1
    #expect(throws: EmulsionError(.invalidOption, "folds must be a whole number ≥ 2, not 1")) {
      try Catalogue.standard.select(faithful(), grid)
    }
  }
}
