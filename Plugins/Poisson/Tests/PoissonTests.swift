import Emulsion
import EmulsionPoisson
import EmulsionTestKit
import Foundation
import Testing

@Suite struct PoissonTests {
  @Test(arguments: [1, 3])
  func conforms(columns: Int) throws {
    var random = CounterRandom(seed: 7)
    let values = (0..<600 * columns).map { i in
      Poisson().sample([i / columns % 2 == 0 ? 3 : 14], using: &random)
    }
    let data = MatrixSource(Matrix(rows: 600, columns: columns, values: values))
    var kit = FamilyConformance(
      Poisson(), data: data, components: 2, temporaryPath: temporaryPath())
    kit.outside = [columns - 1: [-1, 0.5, .nan, .infinity]]
    if columns == 1 {
      kit.grid = (
        Matrix(rows: 400, columns: 1, values: (0..<400).map(Double.init)),
        Array(repeating: 1, count: 400)
      )
    }
    #expect(try kit.failures() == [])
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

  private func temporaryPath() -> String {
    FileManager.default.temporaryDirectory.appending(path: "poisson-\(UUID()).json").path
  }
}
