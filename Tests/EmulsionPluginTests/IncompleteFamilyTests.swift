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
      Incomplete.expectClose(densities[i], log(sum))
    }
    let known = (0..<rows.rows).filter { i in !rows.row(i).allSatisfy { $0.isNaN } }
    Incomplete.expectClose(known.reduce(0) { $0 + densities[$1] }, model.logLikelihood)
  }

  @Test(arguments: ["full", "VEV", "tied", "diagonal", "spherical"])
  func studentTIsExact(covariance: String) throws {
    let rows = try Incomplete.iris()
    let model = try Incomplete.fit(rows, StudentT()) { $0.covariance = covariance }
    let own = try (0..<3).map { try PlainT(model, $0) }
    try expectExact(model, rows) { row, k in own[k].given(row).logDensity }
    #expect(model.missing?.patterns ?? 0 > 10)
  }

  /// Forty iterations of ECM row by row, as the literature has them.
  @Test func studentTEstimatesAreThoseOfPlainECM() throws {
    let rows = try Incomplete.iris()
    let kept = rows.rows(
      (0..<150).filter { i in !rows.row(i).allSatisfy { $0.isNaN } })
    let family = StudentT(degreesOfFreedom: .fixed(4))
    let start = try Incomplete.fit(rows, family) { $0.maximumIterations = 0 }
    let model = try Incomplete.fit(rows, family) {
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
    Incomplete.expectClose(joint, model.logLikelihood, 1e-6)
    let last = try Incomplete.fit(rows, family) {
      ($0.maximumIterations, $0.tolerance) = (1, 0)
      $0.initializer = GivenParameters(start.parameters.map(\.byName), weights: start.weights)
    }
    var once = try (0..<3).map { try PlainT(start, $0) }
    weights = start.weights
    PlainT.iterate(&once, &weights, kept)
    for k in 0..<3 {
      let told = try PlainT(last, k)
      Incomplete.expectClose(weights[k], last.weights[k])
      for i in 0..<4 {
        Incomplete.expectClose(once[k].mean[i], told.mean[i])
        for j in 0..<4 { Incomplete.expectClose(once[k].scale[i, j], told.scale[i, j]) }
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
    let model = try Incomplete.fit(rows, StudentT(), labels: (0..<600).map { _ in 0 }) {
      ($0.components, $0.tolerance) = (1, 1e-9)
    }
    let own = try PlainT(model, 0)
    func height(_ degrees: Double) -> Double {
      var other = own
      other.degrees = degrees
      return (0..<600).reduce(0) { $0 + other.given(Array(rows.row($1))).logDensity }
    }
    Incomplete.expectClose(height(own.degrees), model.logLikelihood)
    #expect(own.degrees > 2.5 && own.degrees < 7)
    #expect(height(own.degrees) >= height(1.02 * own.degrees))
    #expect(height(own.degrees) >= height(own.degrees / 1.02))
  }

  @Test func noiseIsEvenInTheColumnsWithValues() throws {
    var rows = try Incomplete.iris()
    for i in stride(from: 0, to: 150, by: 9) where !rows[i, 0].isNaN { rows[i, 0] += 6 }
    let model = try Incomplete.fit(rows) { $0.noise = true }
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
        try Incomplete.fit(rows) { ($0.noise, $0.noiseRegion) = (true, region) }
      }
      #expect(error?.code == .invalidOption)
      #expect(
        error?.message.contains("noise") == true && error?.message.contains("missing") == true)
    }
  }

  @Test func independentColumnsAreExact() throws {
    let rows = try Incomplete.iris()
    let laplace = try Incomplete.fit(rows, Laplace())
    let own = (0..<3).map { laplace.parameters(ofComponent: $0).byName.mapValues(\.numbers) }
    try expectExact(laplace, rows) { row, k in
      row.indices.reduce(0) { sum, j in
        guard !row[j].isNaN, let location = own[k]["location"]?[j], let scale = own[k]["scale"]?[j]
        else { return sum }
        return sum - log(2 * scale) - abs(row[j] - location) / scale
      }
    }
    let counts = try Incomplete.iris(rounded: true)
    let model = try Incomplete.fit(counts, NegativeBinomial())
    for (a, b) in zip(model.report.trace, model.report.trace.dropFirst()) {
      #expect(b >= a - 1e-9 * abs(a))
    }
    #expect(
      try Incomplete.fit(rows, Uniform()) {
        $0.components = 1
        $0.initializer = GivenLabels((0..<150).map { _ in 0 })
      }
      .logLikelihood.isFinite)
  }

  /// A log-normal fit is one of the logarithms, less those of the cells with values.
  @Test func logNormalIsTheGaussianOfLogarithms() throws {
    let rows = try Incomplete.iris()
    let model = try Incomplete.fit(rows, LogNormal())
    let logs = rows.mapped { log($0) }
    let other = try Incomplete.fit(logs)
    let jacobian = rows.values.filter { !$0.isNaN }.reduce(0) { $0 + log($1) }
    // Both stop within a hundredth of a nat of the top.
    Incomplete.expectClose(model.logLikelihood, other.logLikelihood - jacobian, 1e-4)
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
    let rows = try Incomplete.iris()
    let (labels, order) = ((0..<150).map { $0 / 50 }, (0..<150).flatMap { [$0, $0, $0] })
    func model(_ rows: Matrix, _ weights: [Double]?, _ labels: [Int], _ threads: Int) throws
      -> Model
    {
      try Incomplete.fit(rows, family, weights: weights, labels: labels) {
        ($0.maximumIterations, $0.tolerance, $0.threads) = (12, 0, threads)
      }
    }
    let weights = [Double](repeating: 3, count: 150)
    let one = try model(rows, weights, labels, 1)
    Incomplete.expectClose(
      try model(rows.rows(order), nil, order.map { labels[$0] }, 1).logLikelihood,
      one.logLikelihood)
    #expect(try model(rows, weights, labels, 2).report.trace == one.report.trace)
    let back = Array((0..<150).reversed())
    Incomplete.expectClose(
      try model(rows.rows(back), weights, back.map { labels[$0] }, 1).logLikelihood,
      one.logLikelihood)
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
