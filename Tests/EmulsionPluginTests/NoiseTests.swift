import Emulsion
import EmulsionPlugins
import EmulsionTestKit
import Foundation
import Testing

/// Noise beside families that are no Gaussians.
@Suite struct NoiseTests {
  /// Counts about 2 and 9, and some anywhere up to 60.
  private func counts(_ n: Int) -> [Double] {
    var random = CounterRandom(seed: 6)
    return (0..<n).map { i in
      if i % 8 == 0 { return (60 * random.uniform()).rounded(.down) }
      var (count, product) = (0.0, 1 - random.uniform())
      while product > exp(i % 2 == 0 ? -2 : -9) {
        count += 1
        product *= 1 - random.uniform()
      }
      return count
    }
  }

  /// EM in plain arithmetic: noise is one in as many as there are whole numbers between the extremes.
  @Test func countsAgreeWithPlainArithmetic() throws {
    let x = counts(400)
    let cell = 1 / ((x.max() ?? 0) - (x.min() ?? 0) + 1)
    var (rates, weights) = ([1.0, 12], [0.5, 0.3, 0.2])
    var trace: [Double] = []
    for _ in 0...25 {
      var (sums, totals, loglik) = ([0.0, 0], [0.0, 0, 0], 0.0)
      for value in x {
        var terms = (0..<2).map { k in
          weights[k] * exp(value * log(rates[k]) - rates[k] - lgamma(value + 1))
        }
        terms.append(weights[2] * cell)
        let density = terms.reduce(0, +)
        loglik += log(density)
        for k in 0..<3 { totals[k] += terms[k] / density }
        for k in 0..<2 { sums[k] += value * terms[k] / density }
      }
      trace.append(loglik)
      rates = (0..<2).map { sums[$0] / totals[$0] }
      weights = totals.map { $0 / 400 }
    }
    var options = FitOptions()
    options.family = try Catalogue.withPlugins.family(named: "poisson")
    (options.components, options.noise) = (2, true)
    options.initializer = GivenParameters(
      [["rate": .vector([1])], ["rate": .vector([12])]], weights: [0.5, 0.3, 0.2])
    (options.maximumIterations, options.tolerance) = (25, 0)
    let data = MatrixSource(Matrix(rows: 400, columns: 1, values: x))
    let model = try Catalogue.withPlugins.fit(data, options)
    #expect(model.trace.count == trace.count)
    for (a, b) in zip(model.trace, trace) { #expect(abs(a - b) < 1e-9 * abs(b)) }
    #expect(abs((model.noise?.weight ?? 0) - 1 / 8) < 0.04)
    let (rows, labels) = try model.sample(2000, seed: 1)
    for (row, label) in labels.enumerated() where label == Noise.label {
      #expect(rows[row, 0] == rows[row, 0].rounded() && (0...60).contains(rows[row, 0]))
    }
  }

  /// The region of a product is that of its factors, side by side, whichever way the columns lie.
  @Test func mixedColumns() throws {
    var random = CounterRandom(seed: 1)
    let x = counts(300)
    let values = x.flatMap { [$0, 5 * random.normal() + $0, 1 + random.uniform()] }
    let data = MatrixSource(
      Matrix(rows: 300, columns: 3, values: values), columnNames: ["n", "x", "t"])
    let catalogue = Catalogue.withPlugins
    var options = FitOptions()
    options.family = try catalogue.mixed([
      "n": catalogue.family(named: "poisson"), "x": catalogue.family(named: "gaussian"),
      "t": catalogue.family(named: "exponential"),
    ])
    (options.components, options.noise) = (2, true)
    let model = try catalogue.fit(data, options)
    let spans = (0..<3).map { j in
      let column = data.matrix.column(j)
      return (column.max() ?? 0) - (column.min() ?? 0)
    }
    let noise = try #require(model.noise)
    let expected = -log(spans[0] + 1) - log(spans[1]) - log(spans[2])
    #expect(abs(noise.region.logDensity - expected) < 1e-12)
    let (rows, labels) = try model.sample(3000, seed: 2)
    for (row, label) in labels.enumerated() where label == Noise.label {
      for j in 0..<3 {
        let column = data.matrix.column(j)
        #expect(rows[row, j] >= column.min() ?? 0 && rows[row, j] <= column.max() ?? 0)
      }
      #expect(rows[row, 0] == rows[row, 0].rounded())
    }
  }

  /// Restrictions leave the noise alone, whoever sees to them.
  @Test(arguments: ["poisson", "categorical"])
  func restrictedFamilies(name: String) throws {
    let x = counts(200).map { min($0, 3) }
    let data = MatrixSource(Matrix(rows: 200, columns: 1, values: x))
    var options = FitOptions()
    options.family = try Catalogue.withPlugins.family(named: name)
    options.constraints.tied = [name == "poisson" ? "rate" : "probabilities"]
    (options.components, options.noise, options.tolerance) = (2, true, 0)
    options.maximumIterations = 20
    let model = try Catalogue.withPlugins.fit(data, options)
    #expect(abs((model.noise?.region.logDensity ?? 0) + log(4)) < 1e-12)
    #expect(model.firstFall == nil)
  }

  @Test func totalsThatDifferLeaveAMultinomialNoRoom() throws {
    var options = FitOptions()
    options.family = try Catalogue.withPlugins.family(named: "multinomial")
    options.noise = true
    let data = MatrixSource(Matrix(rows: 3, columns: 2, values: [1, 2, 3, 4, 0, 1]))
    let error = #expect(throws: EmulsionError.self) {
      try Catalogue.withPlugins.fit(data, options)
    }
    #expect(error?.code == .invalidOption && error?.message.contains("totals") == true)
  }
}
