import Emulsion
import EmulsionBernoulli
import EmulsionTestKit
import Foundation
import Testing

@Suite struct BernoulliTests {
  @Test func conforms() throws {
    var random = CounterRandom(seed: 5)
    let values = (0..<800).flatMap { row in
      (0..<4).map { _ in Bernoulli().sample([row % 2 == 0 ? 0.85 : 0.2], using: &random) }
    }
    let data = MatrixSource(Matrix(rows: 800, columns: 4, values: values))
    var kit = FamilyConformance(
      Bernoulli(), data: data, components: 2,
      temporaryPath: FileManager.default.temporaryDirectory.appending(path: "b-\(UUID()).json").path
    )
    kit.outside = [0: [2, -1, 0.5, .nan]]
    let corners = (0..<16).flatMap { corner in (0..<4).map { Double(corner >> $0 & 1) } }
    kit.grid = (Matrix(rows: 16, columns: 4, values: corners), Array(repeating: 1, count: 16))
    #expect(try kit.failures() == [])
  }

  /// A probability of 0 or 1 is a fit like others: rows that agree have log-density 0.
  @Test func certainty() throws {
    var options = FitOptions()
    options.family = Bernoulli()
    let rows = MatrixSource(Matrix(rows: 4, columns: 2, values: [1, 0, 1, 0, 1, 0, 1, 0]))
    let model = try Catalogue.standard.fit(rows, options)
    #expect(abs(model.logLikelihood) < 1e-9)
    let other = try model.logDensity(MatrixSource(Matrix(rows: 1, columns: 2, values: [0, 0])))
    #expect(other[0] < -500)
  }
}
