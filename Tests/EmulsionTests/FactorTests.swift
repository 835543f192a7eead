import Emulsion
import EmulsionData
import EmulsionTestKit
import Foundation
import Testing

private let patterns = ["UUU", "UUC", "UCU", "UCC", "CUU", "CUC", "CCU", "CCC"]

/// Factor analysers against Gaussians with the same covariances, and against EM on d × d matrices.
@Suite struct FactorTests {
  /// Rows of three clusters, each about a plane of two factors of its own, in columns of different scale.
  static func rows(_ n: Int, columns d: Int = 7, seed: UInt64 = 3) -> Matrix {
    var random = CounterRandom(seed: seed)
    let loadings = (0..<3 * d * 2).map { _ in random.normal() }
    let centres = (0..<3 * d).map { _ in 3 * random.normal() }
    var values: [Double] = []
    for i in 0..<n {
      let (k, z) = (i % 3, [random.normal(), random.normal()])
      for j in 0..<d {
        let at = (k * d + j) * 2
        let signal = loadings[at] * z[0] + loadings[at + 1] * z[1]
        let noise = (0.3 + 0.1 * Double(j)) * random.normal()
        values.append(Double(j + 1) * (centres[k * d + j] + signal + noise) + Double(10 * j))
      }
    }
    return Matrix(rows: n, columns: d, values: values)
  }

  private static func fitted(
    _ rows: Matrix, _ pattern: String, factors: Int = 2, weights: [Double]? = nil,
    _ change: (inout FitOptions) -> Void = { _ in }
  ) throws -> Model {
    try fit(MatrixSource(rows, weights: weights)) {
      $0.covariance = "factors:\(factors):\(pattern)"
      $0.initializer = GivenLabels((0..<rows.rows).map { $0 % 3 })
      change(&$0)
    }
  }

  @Test(arguments: patterns)
  func itIsTheGaussianOfItsCovariances(pattern: String) throws {
    let rows = Self.rows(300)
    let model = try Self.fitted(rows, pattern) { $0.tolerance = 1e-4 }
    #expect(model.firstFall == nil && !model.isDegenerate)
    let plain = try PlainFactors(of: model)
    let own = plain.logDensities(rows)
    #expect(areClose(own.reduce(0, +), model.logLikelihood, 1e-10))
    for (a, b) in zip(own, try model.logDensity(MatrixSource(rows))) { #expect(areClose(a, b)) }
    for (k, covariance) in try #require(model.covariances).enumerated() {
      for (a, b) in zip(plain.covariance(k).values, covariance.values) {
        #expect(abs(a - b) <= 1e-12 * (covariance.values.max() ?? 0))
      }
    }
    // Whoever shares does share, and factors are in their order.
    let letters = Array(pattern)
    if letters[0] == "C" { #expect(plain.loadings[0] == plain.loadings[2]) }
    if letters[1] == "C" { #expect(plain.uniquenesses[0] == plain.uniquenesses[2]) }
    if letters[2] == "C" { #expect(Set(plain.uniquenesses[0]).count == 1) }
    if letters[0] == "U" {
      for (loadings, uniquenesses) in zip(plain.loadings, plain.uniquenesses) {
        let square = plain.square(loadings, uniquenesses)
        #expect(square[0, 0] >= square[1, 1] && abs(square[0, 1]) <= 1e-9 * square[0, 0])
      }
    }
  }

  /// McNicholas & Murphy (2008), table 1, with means and weights.
  @Test func parametersAreCounted() throws {
    let (d, q, k) = (7, 2, 3)
    let loadings = d * q - 1
    let counts = [
      "CCC": loadings + 1, "CCU": loadings + d, "CUC": loadings + k, "CUU": loadings + k * d,
      "UCC": k * loadings + 1, "UCU": k * loadings + d, "UUC": k * loadings + k,
      "UUU": k * loadings + k * d,
    ]
    for (pattern, count) in counts {
      let model = try Self.fitted(Self.rows(120), pattern) { $0.maximumIterations = 1 }
      #expect(model.freeParameters == count + k * d + k - 1, "\(pattern)")
    }
  }

  @Test(arguments: patterns)
  func optimaAreThoseOfPlainEM(pattern: String) throws {
    let rows = Self.rows(150, columns: 5)
    let start = try Self.fitted(rows, pattern, factors: 1) { $0.maximumIterations = 0 }
    let model = try Self.fitted(rows, pattern, factors: 1) {
      ($0.tolerance, $0.maximumIterations) = (1e-7, 20_000)
    }
    var plain = try PlainFactors(of: start)
    var (last, height) = (-Double.infinity, plain.logDensities(rows).reduce(0, +))
    #expect(areClose(height, start.logLikelihood, 1e-10))
    for _ in 0..<5000 where height - last > 1e-9 {
      plain.iterate(rows, pattern)
      (last, height) = (height, plain.logDensities(rows).reduce(0, +))
    }
    // Both are near the end of a flat way to it.
    #expect(abs(height - model.logLikelihood) < 0.02, "\(height) \(model.logLikelihood)")
  }

  @Test(arguments: ["UUU", "CUC", "CCU"])
  func weightsThreadsAndFilesAreAsWithout(pattern: String) throws {
    let rows = Self.rows(180)
    func model(_ rows: Matrix, _ weights: [Double]?, _ labels: [Int], threads: Int) throws -> Model
    {
      try Self.fitted(rows, pattern, weights: weights) {
        $0.initializer = GivenLabels(labels)
        ($0.maximumIterations, $0.tolerance, $0.threads) = (15, 0, threads)
      }
    }
    let (labels, order) = ((0..<180).map { $0 % 3 }, (0..<180).flatMap { [$0, $0, $0] })
    let copies = try model(rows.rows(order), nil, order.map { labels[$0] }, threads: 1)
    let weights = [Double](repeating: 3, count: 180)
    let weighted = try model(rows, weights, labels, threads: 1)
    #expect(areClose(copies.logLikelihood, weighted.logLikelihood))
    let others = try model(rows, weights, labels, threads: 2)
    #expect(others.trace == weighted.trace && others.parameters == weighted.parameters)
    let path = URL.temporaryDirectory.appending(path: "factors-\(pattern).json").path
    try weighted.save(to: path)
    let loaded = try Catalogue.standard.load(path: path)
    #expect(
      try loaded.logDensity(MatrixSource(rows)) == weighted.logDensity(MatrixSource(rows)))
    #expect(loaded.parameters == weighted.parameters)
    var options = FitOptions()
    (options.maximumIterations, options.tolerance) = (1, 0)
    let resumed = try loaded.resume(MatrixSource(rows, weights: weights), options)
    #expect(areClose(resumed.trace[0], weighted.logLikelihood, 1e-13))
    #expect(resumed.trace[1] >= resumed.trace[0])
  }

  /// Units don't matter where uniquenesses of columns are free.
  @Test(arguments: ["UUU", "UCU", "CUU", "CCU"])
  func unitsDoNotMatter(pattern: String) throws {
    let rows = Self.rows(150)
    let other = rows.mapped { value, j in value * (j % 2 == 0 ? 1e6 : 1e-3) - 1e4 }
    func model(_ rows: Matrix) throws -> Model {
      try Self.fitted(rows, pattern) { ($0.maximumIterations, $0.tolerance) = (20, 0) }
    }
    let shift = 150 * (4 * logarithm(1e6) - 3 * logarithm(1e3))
    let (a, b) = (try model(rows), try model(other))
    #expect(areClose(a.logLikelihood - shift, b.logLikelihood, 1e-8))
  }

  @Test(arguments: ["UUU", "CUC"])
  func missingCellsAreThoseOfTheGaussian(pattern: String) throws {
    var random = CounterRandom(seed: 8)
    let rows = Self.rows(150).mapped { value, _ in random.uniform() < 0.2 ? .nan : value }
    let model = try Self.fitted(rows, pattern) {
      $0.takesMissing = true
      $0.tolerance = 1e-3
    }
    #expect(model.firstFall == nil)
    let gaussians = try GivenGaussians(
      weights: model.weights, means: #require(model.means),
      covariances: #require(model.covariances)
    ).model()
    for i in 0..<20 {
      let seen = (0..<7).filter { !rows[i, $0].isNaN }
      let marginal = try gaussians.marginal(seen.map { "x\($0 + 1)" })
      let values = Matrix(rows: 1, columns: seen.count, values: seen.map { rows[i, $0] })
      let direct = try marginal.logDensity(MatrixSource(values))[0]
      #expect(areClose(direct, try model.logDensity(MatrixSource(rows))[i], 1e-9))
    }
  }

  @Test(arguments: ["UUU", "UCC", "CUU"])
  func itKeepsTheLawsOfFamilies(pattern: String) {
    var random = CounterRandom(seed: 6)
    let loadings = Matrix(rows: 4, columns: 1, values: (0..<4).map { _ in random.normal() })
    let example = FamilyExample(
      GaussianDefinition(), data: MatrixSource(Self.rows(300, columns: 4)),
      components: [0.0, 30].map {
        [
          "mean": .vector([$0, $0, $0, $0]), "loadings": .matrix(loadings),
          "uniquenesses": .vector([1, 1, 1, 1]),
        ]
      },
      // One M step is a conditional one: it rises, but does not reach the top.
      covariance: "factors:1:\(pattern)", exempt: [.optimum], outside: [0: [.nan, .infinity]])
    let found = example.violations()
    #expect(found.isEmpty, "\(found)")
  }

  @Test func directionsOfClustersAreFound() throws {
    let rows = Self.rows(600)
    let model = try fit(MatrixSource(rows)) { $0.covariance = "factors:2" }
    let given = try Self.fitted(rows, "UUU")
    #expect(abs(model.logLikelihood - given.logLikelihood) < 0.1)
    let wide = try fit(MatrixSource(rows)) { $0.covariance = "full" }
    #expect(model.bic < wide.bic && model.logLikelihood < wide.logLikelihood)
  }

  @Test func selectionChoosesTheNumberOfFactors() throws {
    var options = SelectionOptions()
    options.components = [3]
    options.covariances = ["factors:1", "factors:2", "factors:3", "VVV"]
    let selection = try Catalogue.standard.select(MatrixSource(Self.rows(600)), options)
    #expect(selection.best.covariance == "factors:2")
    #expect(selection.entries.map(\.covariance).contains("factors:3"))
  }

  /// A pattern with fewer factors, or more that components share, is a special case, as diagonal covariances are, and
  /// each is one of full ones.
  @Test(arguments: [1, 2, 3] as [UInt64])
  func noPatternStandsBelowItsSpecialCases(seed: UInt64) throws {
    var options = SelectionOptions()
    options.components = [1, 3]
    options.covariances =
      patterns.flatMap { ["factors:1:\($0)", "factors:2:\($0)"] } + ["EII", "VVI", "EEE", "VVV"]
    let selection = try Catalogue.standard.select(
      MatrixSource(Self.rows(160, columns: 5, seed: seed)), options)
    #expect(selection.audit.isSound && selection.audit.pairs[.structure, default: 0] > 200)
    func height(_ name: String) -> Double? {
      let model = selection.entries.first { $0.components == 3 && $0.covariance == name }?.model
      return model.flatMap { $0.isDegenerate ? nil : $0.logLikelihood }
    }
    for (small, large) in [
      ("factors:1:UCU", "factors:1"), ("factors:1:CCC", "factors:2:CUC"), ("factors:2", "full"),
      ("factors:2:CCU", "tied"), ("diagonal", "factors:1"),
    ] {
      guard let low = height(small), let high = height(large) else { continue }
      #expect(high >= low - 1e-9 * abs(low), "\(small) in \(large)")
    }
  }

  @Test(arguments: [
    ("factors:7", "more columns than factors"), ("factors:0", "number of factors"),
    ("factors:2:UXU", "three letters"), ("factors:two", "factors:3"),
  ])
  func nonsenseIsRefused(covariance: String, told: String) throws {
    let error = #expect(throws: EmulsionError.self) {
      try fit(MatrixSource(Self.rows(90))) { $0.covariance = covariance }
    }
    #expect(error?.code == .invalidOption && error?.message.contains(told) == true)
  }

  /// What the rank of the derivatives of all covariances by their parameters says.
  @Test(arguments: [
    // Pattern, factors, components, columns, whether all parameters are told.
    ("UUU", 2, 2, 4, false), ("CUU", 2, 2, 4, false), ("CCU", 2, 2, 4, false),
    ("UCU", 2, 2, 4, true), ("UCU", 2, 1, 4, false), ("UCU", 3, 2, 4, false),
    ("UUC", 3, 2, 4, true), ("CCC", 2, 1, 3, true), ("UUU", 1, 3, 3, true),
    ("UUU", 1, 1, 2, false), ("UUU", 3, 1, 6, true),
  ])
  func factorsThatColumnsIdentify(
    letters: String, factors: Int, components: Int, columns: Int, isIdentified: Bool
  ) throws {
    let pattern = try FactorPattern(factors: factors, letters: letters)
    #expect(pattern.isIdentified(components: components, dimension: columns) == isIdentified)
  }

  @Test func moreFactorsThanCovariancesTellAreNoted() throws {
    let model = try Self.fitted(Self.rows(150, columns: 5), "UUU", factors: 3)
    #expect(
      model.warnings.contains { $0.contains("5 columns identify 2 factors at most, not 3") })
    let isotropic = try Self.fitted(Self.rows(150, columns: 5), "UUC", factors: 3)
    #expect(!isotropic.warnings.contains { $0.contains("identify") })
  }

  /// A product's columns are not those of its Gaussian.
  @Test func factorsOfAProductAreNoted() throws {
    let names = (1...5).map { "x\($0)" }
    let product = try ProductDefinition([
      GaussianDefinition(covariance: "factors:2").on(columns: Array(names.prefix(4))),
      GaussianDefinition(covariance: "full").on(columns: [names[4]]),
    ])
    let model = try fit(MatrixSource(Self.rows(150, columns: 5), columnNames: names)) {
      ($0.family, $0.components) = (product, 1)
    }
    #expect(model.warnings.contains { $0.contains("4 columns identify 1 factor at most") })
  }

  /// A column that repeats two others has no variance beside them.
  @Test func collapseIsNamedOrFlagged() throws {
    var rows = Self.rows(90, columns: 5)
    for i in 0..<90 {
      rows[i, 4] = rows[i, 0] + rows[i, 1]
      rows[i, 3] = rows[i, 0] - rows[i, 1]
    }
    let error = #expect(throws: EmulsionError.self) {
      try Self.fitted(rows, "UUU") { ($0.covarianceFloor, $0.maximumIterations) = (0, 100_000) }
    }
    #expect(error?.code == .degenerate)
    let model = try Self.fitted(rows, "UUU")
    #expect(model.firstFall == nil)
    #expect(try model.predict(MatrixSource(rows)).count == 90)
  }
}

/// EM for mixtures of factor analysers on d × d matrices, as the paper has it.
private struct PlainFactors {
  var weights: [Double]
  var means: [[Double]]
  var loadings: [Matrix]
  var uniquenesses: [[Double]]

  init(of model: Model) throws {
    weights = model.weights
    (means, loadings, uniquenesses) = ([], [], [])
    for parameters in model.parameters.map(\.byName) {
      means.append(try #require(parameters["mean"]).numbers)
      loadings.append(try #require(parameters["loadings"]?.matrix))
      uniquenesses.append(try #require(parameters["uniquenesses"]).numbers)
    }
  }

  func covariance(_ k: Int) -> Matrix {
    var sum = Small.product(loadings[k], loadings[k].transposed())
    for (j, value) in uniquenesses[k].enumerated() { sum[j, j] += value }
    return sum
  }

  /// ΛᵀΨ⁻¹Λ.
  func square(_ loadings: Matrix, _ uniquenesses: [Double]) -> Matrix {
    var scaled = loadings
    for j in 0..<loadings.rows {
      for f in 0..<loadings.columns { scaled[j, f] /= uniquenesses[j] }
    }
    return Small.product(loadings.transposed(), scaled)
  }

  private func posteriors(_ rows: Matrix) -> [(total: Double, shares: [Double])] {
    let parts = weights.indices.map { inverse(covariance($0)) }
    return (0..<rows.rows).map { i in
      let joint = weights.indices.map { k -> Double in
        let y = zip(rows.row(i), means[k]).map { $0 - $1 }
        var quadratic = 0.0
        for a in y.indices { for b in y.indices { quadratic += y[a] * parts[k].0[a, b] * y[b] } }
        let constant = parts[k].logDeterminant + Double(y.count) * logarithm(2 * .pi)
        return logarithm(weights[k]) - 0.5 * (quadratic + constant)
      }
      let top = joint.max() ?? 0
      let total = top + logarithm(joint.reduce(0) { $0 + power($1 - top) })
      return (total, joint.map { power($0 - total) })
    }
  }

  func logDensities(_ rows: Matrix) -> [Double] { posteriors(rows).map(\.total) }

  mutating func iterate(_ rows: Matrix, _ pattern: String) {
    let (n, d, letters) = (rows.rows, rows.columns, Array(pattern))
    let first = posteriors(rows).map(\.shares)
    for k in weights.indices {
      let count = first.reduce(0) { $0 + $1[k] }
      weights[k] = count / Double(n)
      means[k] = (0..<d).map { j in
        (0..<n).reduce(0) { $0 + first[$1][k] * rows[$1, j] } / count
      }
    }
    let shares = posteriors(rows).map(\.shares)
    let counts = weights.indices.map { k in shares.reduce(0) { $0 + $1[k] } }
    let scatters = weights.indices.map { k -> Matrix in
      var sum = Matrix(rows: d, columns: d)
      for i in 0..<n {
        for a in 0..<d {
          for b in 0..<d {
            sum[a, b] +=
              shares[i][k] * (rows[i, a] - means[k][a]) * (rows[i, b] - means[k][b]) / counts[k]
          }
        }
      }
      return sum
    }
    // One factor: β is a row, and Θ a number.
    let regressions = weights.indices.map { k in
      Small.product(loadings[k].transposed(), inverse(covariance(k)).0)
    }
    let products = weights.indices.map {
      Small.product(scatters[$0], regressions[$0].transposed())
    }
    let spreads = weights.indices.map { k in
      1 - Small.product(regressions[k], loadings[k])[0, 0]
        + Small.product(regressions[k], products[k])[0, 0]
    }
    if letters[0] == "U" {
      loadings = weights.indices.map { k in products[k].mapped { value, _ in value / spreads[k] } }
    } else {
      var shared = loadings[0]
      for j in 0..<d {
        var (upper, lower) = (0.0, 0.0)
        for k in weights.indices {
          upper += counts[k] / uniquenesses[k][j] * products[k][j, 0]
          lower += counts[k] / uniquenesses[k][j] * spreads[k]
        }
        shared[j, 0] = upper / lower
      }
      loadings = weights.map { _ in shared }
    }
    var rests = weights.indices.map { k in
      (0..<d).map { j in
        let loading = loadings[k][j, 0]
        return scatters[k][j, j] - 2 * loading * products[k][j, 0] + loading * loading * spreads[k]
      }
    }
    if letters[1] == "C" {
      let mean = (0..<d).map { j in
        rests.indices.reduce(0) { $0 + counts[$1] * rests[$1][j] } / Double(n)
      }
      rests = rests.map { _ in mean }
    }
    if letters[2] == "C" {
      rests = rests.map { rest in rest.map { _ in rest.reduce(0, +) / Double(d) } }
    }
    uniquenesses = rests
  }

  /// By Gauss and Jordan.
  private func inverse(_ matrix: Matrix) -> (Matrix, logDeterminant: Double) {
    var (left, logDeterminant) = (matrix, 0.0)
    for p in 0..<matrix.rows {
      let pivot = left[p, p]
      logDeterminant += logarithm(pivot)
      let old = left
      for i in 0..<matrix.rows {
        for j in 0..<matrix.rows where i != p && j != p {
          left[i, j] = old[i, j] - old[i, p] * old[p, j] / pivot
        }
      }
      for i in 0..<matrix.rows where i != p {
        left[i, p] = -old[i, p] / pivot
        left[p, i] = old[p, i] / pivot
      }
      left[p, p] = 1 / pivot
    }
    return (left, logDeterminant)
  }
}
