import Emulsion
import EmulsionExponential
import EmulsionTestKit
import Foundation
import Testing

@Suite struct ExponentialTests {
  @Test func conforms() throws {
    var random = CounterRandom(seed: 3)
    let values = (0..<900).map { Exponential().sample([$0 % 2 == 0 ? 0.1 : 4], using: &random) }
    let data = MatrixSource(Matrix(rows: 900, columns: 1, values: values))
    var kit = FamilyConformance(
      Exponential(), data: data, components: 2,
      temporaryPath: FileManager.default.temporaryDirectory.appending(path: "e-\(UUID()).json").path
    )
    kit.outside = [0: [-1, .nan, .infinity]]
    // Midpoints of even steps in √x.
    let (count, step) = (100_000, 2e-4)
    let roots = (0..<count).map { (Double($0) + 0.5) * step }
    kit.grid = (
      Matrix(rows: count, columns: 1, values: roots.map { $0 * $0 }), roots.map { 2 * $0 * step }
    )
    #expect(try kit.failures() == [])
  }

  @Test func collapse() throws {
    var options = FitOptions()
    options.family = Exponential()
    let model = try Catalogue.standard.fit(
      MatrixSource(Matrix(rows: 5, columns: 1)), options)
    #expect(model.isDegenerate)
  }
}
