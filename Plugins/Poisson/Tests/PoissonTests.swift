import Emulsion
import EmulsionPoisson
import EmulsionTestKit
import Foundation
import Testing

@Suite struct PoissonTests {
  @Test(arguments: [1, 3])
  func itKeepsTheLaws(columns: Int) {
    let example = FamilyExample(
      Poisson(), data: MatrixSource(Matrix(rows: 2, columns: columns)),
      components: [3, 14].map { ["rate": .vector(Array(repeating: $0, count: columns))] },
      outside: [columns - 1: [-1, 0.5, .nan, .infinity]],
      grid: columns > 1
        ? nil
        : (
          Matrix(rows: 400, columns: 1, values: (0..<400).map(Double.init)),
          Array(repeating: 1, count: 400)
        ))
    let found = example.violations()
    #expect(found.isEmpty, "\(found)")
  }

  /// Large counts take Stirling's series: ln p must join the table's at 256 without a step.
  @Test func logFactorialsJoin() throws {
    var options = FitOptions()
    options.family = Poisson()
    options.initializer = GivenParameters([["rate": .scalar(256)]])
    options.maximumIterations = 0
    let counts = MatrixSource(Matrix(rows: 2, columns: 1, values: [255, 256]))
    let densities = try Catalogue.standard.fit(counts, options).logDensity(counts)
    // p(256 | 256) = p(255 | 256)·256/256.
    #expect(abs(densities[0] - densities[1]) < 1e-12)
    #expect(abs(densities[1] - (256 * log(256.0) - 256 - lgamma(257))) < 1e-11)
  }

  @Test func allZeros() throws {
    var options = FitOptions()
    options.family = Poisson()
    let zeros = MatrixSource(Matrix(rows: 9, columns: 1))
    let model = try Catalogue.standard.fit(zeros, options)
    #expect(model.logLikelihood == 0 && model.means?.values == [0])
  }
}
