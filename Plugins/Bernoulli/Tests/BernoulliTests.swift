import Emulsion
import EmulsionBernoulli
import EmulsionTestKit
import Testing

@Suite struct BernoulliTests {
  @Test func itKeepsTheLaws() {
    let corners = (0..<16).flatMap { corner in (0..<4).map { Double(corner >> $0 & 1) } }
    let example = FamilyExample(
      Bernoulli(), data: MatrixSource(Matrix(rows: 16, columns: 4, values: corners)),
      components: [0.85, 0.2].map { ["probability": .vector(Array(repeating: $0, count: 4))] },
      outside: [0: [2, -1, 0.5, .nan]],
      grid: (Matrix(rows: 16, columns: 4, values: corners), Array(repeating: 1, count: 16)))
    let found = example.violations()
    #expect(found.isEmpty, "\(found)")
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
