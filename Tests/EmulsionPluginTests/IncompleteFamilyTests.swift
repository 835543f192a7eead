import Emulsion
import EmulsionCategorical
import EmulsionData
import EmulsionLaplace
import EmulsionLogNormal
import EmulsionNegativeBinomial
import EmulsionPlugins
import EmulsionStudentT
import EmulsionUniform
import Foundation
import Testing

/// Missing cells beside families that are not the Gaussian, and beside noise, against direct evaluations.
@Suite struct IncompleteFamilyTests {
  /// Iris without a fifth of its cells.
  private static func iris(rounded: Bool = false) throws -> Matrix {
    let whole = try DataSets.table(named: "iris").drop(["label"]).matrix()
    var random = CounterRandom(seed: 5)
    var rows = whole
    for i in 0..<rows.rows {
      for j in 0..<rows.columns {
        if rounded { rows[i, j] = rows[i, j].rounded() }
        if random.uniform() < 0.2 { rows[i, j] = .nan }
      }
    }
    return rows
  }

  private static func fit(
    _ rows: Matrix, _ family: any FamilyDefinition = GaussianDefinition(),
    weights: [Double]? = nil, labels: [Int]? = nil, _ change: (inout FitOptions) -> Void = { _ in }
  ) throws -> Model {
    var options = FitOptions()
    options.family = family
    options.takesMissing = true
    options.components = 3
    options.initializer = GivenLabels(labels ?? (0..<rows.rows).map { $0 * 3 / rows.rows })
    change(&options)
    return try Catalogue.withPlugins.fit(MatrixSource(rows, weights: weights), options)
  }

  private func expectClose(_ a: Double, _ b: Double, _ tolerance: Double = 1e-9) {
    #expect(abs(a - b) <= tolerance * max(1, abs(a)), "\(a) is not \(b)")
  }

  /// No iteration falls, and rows have the densities that `direct` has of them under each component.
  private func expectExact(
    _ model: Model, _ rows: Matrix, noise: ([Double]) -> Double = { _ in 0 },
    _ direct: (_ row: [Double], _ k: Int) -> Double
  ) throws {
    for (a, b) in zip(model.report.trace, model.report.trace.dropFirst()) {
      #expect(b >= a - 1e-9 * abs(a))
    }
    let densities = try model.logDensity(MatrixSource(rows))
    for i in 0..<rows.rows {
      let row = Array(rows.row(i))
      var sum = noise(row)
      for k in 0..<model.components { sum += model.weights[k] * exp(direct(row, k)) }
      expectClose(densities[i], log(sum))
    }
    let known = (0..<rows.rows).filter { i in !rows.row(i).allSatisfy { $0.isNaN } }
    expectClose(known.reduce(0) { $0 + densities[$1] }, model.logLikelihood)
  }

  @Test(arguments: ["full", "VEV", "tied", "diagonal", "spherical"])
  func studentTIsExact(covariance: String) throws {
    let rows = try Self.iris()
    let model = try Self.fit(rows, StudentT()) { $0.covariance = covariance }
    let own = try (0..<3).map { try PlainT(model, $0) }
    try expectExact(model, rows) { row, k in own[k].given(row).logDensity }
    #expect(model.missing?.patterns ?? 0 > 10)
  }

  /// Forty iterations of ECM row by row, as the literature has them.
  @Test func studentTEstimatesAreThoseOfPlainECM() throws {
    let rows = try Self.iris()
    let kept = rows.rows(
      (0..<150).filter { i in !rows.row(i).allSatisfy { $0.isNaN } })
    let family = StudentT(degreesOfFreedom: .fixed(4))
    let start = try Self.fit(rows, family) { $0.maximumIterations = 0 }
    let model = try Self.fit(rows, family) {
      ($0.maximumIterations, $0.tolerance) = (40, 0)
      $0.initializer = GivenParameters(start.parameters.map(\.byName), weights: start.weights)
    }
    var own = try (0..<3).map { try PlainT(start, $0) }
    var weights = start.weights
    for _ in 0..<40 { PlainT.iterate(&own, &weights, kept) }
    let joint = (0..<kept.rows).reduce(0.0) { sum, i in
      sum
        + log(
          (0..<3).reduce(0) { $0 + weights[$1] * exp(own[$1].given(Array(kept.row(i))).logDensity) }
        )
    }
    // Extrapolated sums are ahead of plain iterations until both have come to the same place.
    expectClose(joint, model.logLikelihood, 1e-6)
    let last = try Self.fit(rows, family) {
      ($0.maximumIterations, $0.tolerance) = (1, 0)
      $0.initializer = GivenParameters(start.parameters.map(\.byName), weights: start.weights)
    }
    var once = try (0..<3).map { try PlainT(start, $0) }
    weights = start.weights
    PlainT.iterate(&once, &weights, kept)
    for k in 0..<3 {
      let told = try PlainT(last, k)
      expectClose(weights[k], last.weights[k])
      for i in 0..<4 {
        expectClose(once[k].mean[i], told.mean[i])
        for j in 0..<4 { expectClose(once[k].scale[i, j], told.scale[i, j]) }
      }
    }
  }

  /// No other degrees of freedom are better, by the direct likelihood.
  @Test func degreesOfFreedomAreAtTheTop() throws {
    var random = CounterRandom(seed: 3)
    var values: [Double] = []
    for _ in 0..<600 {
      let stretch = (2 / random.gamma(shape: 2)).squareRoot()
      let x = stretch * random.normal()
      let y = 0.7 * x + stretch * random.normal()
      values += [x, random.uniform() < 0.3 ? .nan : y, stretch * random.normal()]
    }
    let rows = Matrix(rows: 600, columns: 3, values: values)
    let model = try Self.fit(rows, StudentT(), labels: (0..<600).map { _ in 0 }) {
      ($0.components, $0.tolerance) = (1, 1e-9)
    }
    let own = try PlainT(model, 0)
    func height(_ degrees: Double) -> Double {
      var other = own
      other.degrees = degrees
      return (0..<600).reduce(0) { $0 + other.given(Array(rows.row($1))).logDensity }
    }
    expectClose(height(own.degrees), model.logLikelihood)
    #expect(own.degrees > 2.5 && own.degrees < 7)
    #expect(height(own.degrees) >= height(1.02 * own.degrees))
    #expect(height(own.degrees) >= height(own.degrees / 1.02))
  }

  @Test func noiseIsEvenInTheColumnsWithValues() throws {
    var rows = try Self.iris()
    for i in stride(from: 0, to: 150, by: 9) where !rows[i, 0].isNaN { rows[i, 0] += 6 }
    let model = try Self.fit(rows) { $0.noise = true }
    let noise = try #require(model.noise)
    let lengths = (0..<4).map { j in
      let column = (0..<150).map { rows[$0, j] }.filter { !$0.isNaN }
      return (column.max() ?? 0) - (column.min() ?? 0)
    }
    let own = try (0..<3).map { try PlainT(model, $0, parameter: "covariance") }
    #expect(noise.weight > 0.02)
    try expectExact(
      model, rows,
      noise: { row in
        zip(row, lengths).reduce(noise.weight) { $1.0.isNaN ? $0 : $0 / $1.1 }
      }
    ) { row, k in own[k].given(row).logDensity }
    // Missing cells of noise are in the middle of the box, or anywhere in it.
    let filled = try model.imputed(MatrixSource(rows), draws: true, seed: 4)
    #expect(filled.values.allSatisfy { $0.isFinite })
    #expect(try model.imputed(MatrixSource(rows)).values.allSatisfy { $0.isFinite })
    for region in [NoiseRegion.principal, .density(1e-3)] {
      let error = #expect(throws: EmulsionError.self) {
        try Self.fit(rows) { ($0.noise, $0.noiseRegion) = (true, region) }
      }
      #expect(error?.code == .invalidOption)
      #expect(
        error?.message.contains("noise") == true && error?.message.contains("missing") == true)
    }
  }

  @Test func independentColumnsAreExact() throws {
    let rows = try Self.iris()
    let laplace = try Self.fit(rows, Laplace())
    let own = (0..<3).map { laplace.parameters(ofComponent: $0).byName.mapValues(\.numbers) }
    try expectExact(laplace, rows) { row, k in
      row.indices.reduce(0) { sum, j in
        guard !row[j].isNaN, let location = own[k]["location"]?[j], let scale = own[k]["scale"]?[j]
        else { return sum }
        return sum - log(2 * scale) - abs(row[j] - location) / scale
      }
    }
    let counts = try Self.iris(rounded: true)
    let model = try Self.fit(counts, NegativeBinomial())
    for (a, b) in zip(model.report.trace, model.report.trace.dropFirst()) {
      #expect(b >= a - 1e-9 * abs(a))
    }
    #expect(
      try Self.fit(rows, Uniform()) {
        $0.components = 1
        $0.initializer = GivenLabels((0..<150).map { _ in 0 })
      }
      .logLikelihood.isFinite)
  }

  /// A log-normal fit is one of the logarithms, less those of the cells with values.
  @Test func logNormalIsTheGaussianOfLogarithms() throws {
    let rows = try Self.iris()
    let model = try Self.fit(rows, LogNormal())
    let logs = rows.mapped { log($0) }
    let other = try Self.fit(logs)
    let jacobian = rows.values.filter { !$0.isNaN }.reduce(0) { $0 + log($1) }
    // Both stop within a hundredth of a nat of the top.
    expectClose(model.logLikelihood, other.logLikelihood - jacobian, 1e-4)
    let (filled, inside) = (
      try model.imputed(MatrixSource(rows)), try other.imputed(MatrixSource(logs))
    )
    for i in 0..<150 {
      for j in 0..<4 where rows[i, j].isNaN { #expect(log(filled[i, j]) >= inside[i, j]) }
    }
    #expect(try model.imputed(MatrixSource(rows), draws: true).values.allSatisfy { $0 > 0 })
  }

  @Test(arguments: [StudentT() as any FamilyDefinition, Laplace(), LogNormal()])
  func weightsAreCopiesAndThreadsGiveTheSameBits(family: any FamilyDefinition) throws {
    let rows = try Self.iris()
    let (labels, order) = ((0..<150).map { $0 / 50 }, (0..<150).flatMap { [$0, $0, $0] })
    func model(_ rows: Matrix, _ weights: [Double]?, _ labels: [Int], _ threads: Int) throws
      -> Model
    {
      try Self.fit(rows, family, weights: weights, labels: labels) {
        ($0.maximumIterations, $0.tolerance, $0.threads) = (12, 0, threads)
      }
    }
    let weights = [Double](repeating: 3, count: 150)
    let one = try model(rows, weights, labels, 1)
    expectClose(
      try model(rows.rows(order), nil, order.map { labels[$0] }, 1).logLikelihood,
      one.logLikelihood)
    #expect(try model(rows, weights, labels, 2).report.trace == one.report.trace)
    let back = Array((0..<150).reversed())
    expectClose(
      try model(rows.rows(back), weights, back.map { labels[$0] }, 1).logLikelihood,
      one.logLikelihood)
  }

  /// Draws of Student-t given a column have the conditional mean and variance: (ν + δ)/(ν + m − 2) times the scale.
  @Test func drawsOfStudentTAreConditional() throws {
    var given = GivenComponents(
      StudentT(degreesOfFreedom: .fixed(5)),
      parameters: [
        [
          "mean": .vector([0, 0]),
          "scale": .matrix(Matrix(rows: 2, columns: 2, values: [1, 0.8, 0.8, 1])),
        ]
      ])
    given.source = "test"
    let truth = try given.model(.withPlugins)
    let sample = try truth.sample(400, seed: 1).rows
    let model = try Self.fit(sample, StudentT(degreesOfFreedom: .fixed(5))) {
      $0.components = 1
      $0.maximumIterations = 0
      $0.initializer = GivenParameters(truth.parameters.map(\.byName))
    }
    let n = 20_000
    let far = Matrix(rows: n, columns: 2, values: (0..<n).flatMap { _ in [3.0, .nan] })
    let drawn = try model.imputed(MatrixSource(far), draws: true, seed: 2).column(1)
    let mean = drawn.reduce(0, +) / Double(n)
    let variance = drawn.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(n)
    #expect(abs(mean - 2.4) < 0.03)
    // δ = 9, ν = 5, m = 1: (5 + 9)/(5 + 1 − 2)·(1 − 0.8²).
    #expect(abs(variance - 3.5 * 0.36) < 0.08, "\(variance)")
    expectClose(try model.imputed(MatrixSource(far))[0, 1], 2.4)
  }

  /// Cells of a Gaussian block are drawn given the rest of the block, whatever else the product has.
  @Test func drawsOfProductsAreConditional() throws {
    var random = CounterRandom(seed: 8)
    var values: [Double] = []
    for i in 0..<300 {
      let x = random.normal()
      values += [x, x + 0.01 * random.normal(), Double(i % 2)]
    }
    let rows = Matrix(rows: 300, columns: 3, values: values)
    let family = try ProductDefinition([
      GaussianDefinition().on(columns: ["x1", "x2"]), Categorical().on(columns: ["x3"]),
    ])
    let model = try Self.fit(rows, family, labels: (0..<300).map { _ in 0 }) { $0.components = 1 }
    var holes = rows
    for i in 0..<300 { holes[i, 1] = .nan }
    let drawn = try model.imputed(MatrixSource(holes), draws: true, seed: 1)
    for i in 0..<300 { #expect(abs(drawn[i, 1] - rows[i, 0]) < 0.1) }
    let filled = try model.imputed(MatrixSource(holes))
    for i in 0..<300 { #expect(abs(filled[i, 1] - rows[i, 0]) < 0.1) }
    holes[3, 2] = .nan
    let error = #expect(throws: EmulsionError.self) { try model.imputed(MatrixSource(holes)) }
    #expect(error?.message.contains("\"x3\"") == true)
    #expect(try model.imputed(MatrixSource(holes), draws: true)[3, 2].isFinite)
  }

  @Test func covariatesOnWeightsFillCellsToo() throws {
    let rows = try Self.iris()
    var with = Matrix(rows: 150, columns: 5)
    for i in 0..<150 { for j in 0..<5 { with[i, j] = j < 4 ? rows[i, j] : Double(i) / 150 } }
    let family = try Catalogue.withPlugins.concomitant("~ x5", of: GaussianDefinition())
    let model = try Self.fit(with, family)
    let filled = try model.imputed(MatrixSource(with))
    #expect(filled.values.allSatisfy { $0.isFinite })
    let posterior = try model.posterior(MatrixSource(with))
    let i = try #require((0..<150).first { rows.row($0).allSatisfy { !$0.isNaN } == false })
    let j = try #require((0..<4).first { rows[i, $0].isNaN })
    let own = try (0..<3).map { try PlainT(model, $0, parameter: "covariance") }
    let expected = (0..<3).reduce(0) {
      $0 + posterior[i, $1] * own[$1].given(Array(rows.row(i))).mean[j]
    }
    expectClose(filled[i, j], expected, 1e-8)
    // Draws for rows of given covariates.
    let (drawn, labels) = try model.sample(forRowsOf: MatrixSource(with), seed: 1)
    #expect(drawn.rows == 150 && Set(labels).isSubset(of: [0, 1, 2]))
    for i in 0..<150 { #expect(drawn[i, 4] == with[i, 4]) }
    let few = MatrixSource(Matrix(rows: 1, columns: 1, values: [0.01]), columnNames: ["x5"])
    let shares = try model.conditional(given: ["x5": 0.01]).weights
    let many = try model.sample(forRowsOf: few, count: 4000, seed: 3)
    for k in 0..<3 {
      let share = Double(many.labels.count { $0 == k }) / 4000
      #expect(abs(share - shares[k]) < 0.04)
    }
    #expect(throws: EmulsionError.self) { try model.sample(10, seed: 0) }
  }
}

extension Matrix {
  fileprivate func rows(_ order: [Int]) -> Matrix {
    Matrix(rows: order.count, columns: columns, values: order.flatMap { Array(row($0)) })
  }

  fileprivate func mapped(_ change: (Double) -> Double) -> Matrix {
    Matrix(rows: rows, columns: columns, values: values.map(change))
  }
}

/// A Student-t component, or with ν = ∞ a Gaussian, row by row.
private struct PlainT {
  var mean: [Double]
  var scale: Matrix
  var degrees: Double

  init(_ model: Model, _ k: Int, parameter: String = "scale") throws {
    let own = model.parameters(ofComponent: k).byName
    mean = try #require(own["mean"]?.numbers)
    let value = try #require(own[parameter])
    let d = mean.count
    if let matrix = value.matrix {
      scale = matrix
    } else {
      scale = Matrix(rows: d, columns: d)
      for j in 0..<d {
        scale[j, j] = value.numbers.count == d ? value.numbers[j] : value.numbers[0]
      }
    }
    degrees = own["degrees_of_freedom"]?.numbers.first ?? .infinity
  }

  /// By sweeping the scale matrix on the columns with values.
  func given(_ row: [Double]) -> (
    logDensity: Double, mean: [Double], rest: Matrix, weight: Double
  ) {
    var (sweep, logDeterminant, distance, m) = (scale, 0.0, 0.0, 0.0)
    var centred = row.indices.map { row[$0].isNaN ? 0 : row[$0] - mean[$0] }
    var expected = mean
    for p in row.indices where !row[p].isNaN {
      let (pivot, own) = (sweep[p, p], centred[p])
      m += 1
      logDeterminant += log(pivot)
      distance += own * own / pivot
      let column = row.indices.map { sweep[$0, p] / pivot }
      for i in row.indices {
        expected[i] += column[i] * own
        if !row[i].isNaN { centred[i] -= column[i] * own }
      }
      let old = row.indices.map { sweep[p, $0] }
      for i in row.indices { for j in row.indices { sweep[i, j] -= column[i] * old[j] } }
    }
    for i in row.indices {
      if !row[i].isNaN { expected[i] = row[i] }
      for j in row.indices where !row[i].isNaN || !row[j].isNaN { sweep[i, j] = 0 }
    }
    guard degrees.isFinite else {
      return (
        -0.5 * (m * log(2 * Double.pi) + logDeterminant + distance), expected, sweep, 1
      )
    }
    let half: Double = (degrees + m) / 2
    var logDensity: Double = lgamma(half) - lgamma(degrees / 2)
    logDensity -= m / 2 * log(degrees * Double.pi)
    logDensity -= 0.5 * logDeterminant
    logDensity -= half * log1p(distance / degrees)
    return (logDensity, expected, sweep, (degrees + m) / (degrees + distance))
  }

  static func iterate(_ own: inout [PlainT], _ weights: inout [Double], _ rows: Matrix) {
    let d = rows.columns
    let filled = own.map { component in
      (0..<rows.rows).map { component.given(Array(rows.row($0))) }
    }
    let shares = (0..<rows.rows).map { n -> [Double] in
      let joint = own.indices.map { weights[$0] * exp(filled[$0][n].logDensity) }
      let total = joint.reduce(0, +)
      return joint.map { $0 / total }
    }
    for k in own.indices {
      let count = shares.reduce(0) { $0 + $1[k] }
      let mass = shares.indices.reduce(0) { $0 + shares[$1][k] * filled[k][$1].weight }
      own[k].mean = (0..<d).map { j in
        shares.indices.reduce(0) {
          $0 + shares[$1][k] * filled[k][$1].weight * filled[k][$1].mean[j]
        } / mass
      }
      for i in 0..<d {
        for j in 0..<d {
          own[k].scale[i, j] =
            shares.indices.reduce(0) { sum, n in
              let x = filled[k][n]
              return sum + shares[n][k]
                * (x.weight * (x.mean[i] - own[k].mean[i]) * (x.mean[j] - own[k].mean[j])
                  + x.rest[i, j])
            } / count
        }
      }
      weights[k] = count / Double(rows.rows)
    }
  }
}
