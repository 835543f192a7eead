import Emulsion
import EmulsionData
import Testing

/// A few rows that happen to lie close to a line or a point must not win by an exploding density.
@Suite struct SpuriousLaws {
  /// Noise, and rows nearly on a line (or a point) in its midst.
  private func planted(_ count: Int, width: Double, onLine: Bool, units: [Double]) -> Matrix {
    var random = CounterRandom(seed: 11)
    var rows = (0..<200).map { _ in [random.normal(), random.normal()] }
    for i in 0..<count {
      let along = onLine ? 3 * (Double(i) / Double(count) - 0.5) : 0
      rows.append([
        along + width * random.normal(), 0.3 + 0.5 * along + width * random.normal(),
      ])
    }
    return Matrix(
      rows: rows.count, columns: 2, values: rows.flatMap { [$0[0] * units[0], $0[1] * units[1]] })
  }

  private func labels(_ count: Int) -> GivenLabels {
    GivenLabels(Array(repeating: 0, count: 200) + Array(repeating: 1, count: count))
  }

  @Test(arguments: [5, 8, 11], [1e-3, 1e-6])
  func aFewRowsOnALineDoNotWin(count: Int, width: Double) throws {
    for units in [[1.0, 1], [1e-6, 1e5], [1e100, 1e100]] {
      for onLine in [true, false] {
        let data = MatrixSource(planted(count, width: width, onLine: onLine, units: units))
        let spurious = try fit(data) {
          $0.components = 2
          $0.initializer = labels(count)
        }
        #expect(spurious.isDegenerate)
        var options = SelectionOptions()
        (options.components, options.covariances) = ([1, 2, 3], ["all"])
        let best = try Catalogue.standard.select(data, options).best
        #expect(best.weights.allSatisfy { $0 * Double(data.rows) > 12 })
      }
    }
  }

  @Test func theWarningSaysWhatItIs() throws {
    let data = MatrixSource(planted(6, width: 1e-3, onLine: true, units: [1, 1]))
    let model = try fit(data) {
      $0.components = 2
      $0.initializer = labels(6)
    }
    #expect(model.warnings.contains { $0.contains("is spurious: its") && $0.contains("of a line") })
  }

  /// Narrow is not spurious when rows enough are narrow.
  @Test(arguments: [1e-2, 1e-3])
  func aNarrowClusterOfManyRowsIsSound(width: Double) throws {
    let data = MatrixSource(planted(60, width: width, onLine: true, units: [1, 1]))
    let model = try fit(data) {
      $0.components = 2
      $0.initializer = labels(60)
    }
    #expect(model.hasConverged && !model.isDegenerate)
  }

  @Test func tightnessIsTheSameAfterALinearMap() throws {
    let map = Matrix(rows: 2, columns: 2, values: [3, -1, 0.2, 1e-3])
    let covariances = [[2.0, 0.3, 0.3, 1], [0.01, 0.002, 0.002, 0.5]].map {
      Matrix(rows: 2, columns: 2, values: $0)
    }
    let model = try Catalogue.standard.covarianceModel(named: "full")
    func ratios(_ matrices: [Matrix]) -> [Double] {
      Tightness(of: matrices.map { Scatter(.full, of: $0) }, counts: [30, 10], model: model)
        .smallestRatios
    }
    let (a, b) = (ratios(covariances), ratios(covariances.map { Small.turned($0, by: map) }))
    for (x, y) in zip(a, b) { #expect(areClose(x, y, 1e-9)) }
  }

  /// Best BIC of mclust 6.0.0 over 1 to 9 components and all structures from its own starts.
  @Test(arguments: [
    ("iris", 561.728462), ("faithful", 2314.295679), ("diabetes", 4751.308965),
    ("galaxies", 446.982904), ("acidity", 392.072230),
  ])
  func reachesTheBestOfMclust(name: String, bic: Double) throws {
    let table = try DataSets.table(named: name)
    var options = SelectionOptions()
    options.covariances = ["all"]
    let best = try Catalogue.standard.select(
      MatrixSource(table.matrix(table.numericNames), columnNames: table.numericNames), options
    ).best
    #expect(best.bic <= bic + 1e-5 && best.warnings.isEmpty)
  }

  /// mclust 6.0.0 over 1 to 4 components: VVE with 3, −6849.387.
  @Test func reachesTheBestOfMclustOnWine() throws {
    let table = try DataSets.table(named: "wine")
    var options = SelectionOptions()
    (options.components, options.covariances) = ([3], ["VVE", "EVE"])
    let best = try Catalogue.standard.select(
      MatrixSource(table.matrix(table.numericNames), columnNames: table.numericNames), options
    ).best
    #expect(best.bic <= 6849.387 && best.warnings.isEmpty)
  }
}
