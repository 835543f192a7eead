import Emulsion
import EmulsionMultinomial
import EmulsionTestKit
import Testing

@Suite struct MultinomialTests {
  @Test func itKeepsTheLaws() {
    let example = FamilyExample(
      Multinomial(), data: MatrixSource(Matrix(rows: 2, columns: 3, values: [1, 0, 9, 3, 3, 4])),
      components: [
        ["probabilities": .vector([0.2, 0.5, 0.3])],
        ["probabilities": .vector([0.6, 0.1, 0.3])],
      ])
    let found = example.violations()
    #expect(found.isEmpty, "\(found)")
  }

  /// SciPy 1.17: `scipy.stats.multinomial.logpmf(rows, n=[10, 10, 1000], p=[.2, .3, .5])`.
  @Test func densitiesAreThoseOfAnotherProgram() throws {
    let example = FamilyExample(
      Multinomial(), data: MatrixSource(Matrix(rows: 2, columns: 3, values: [1, 0, 9, 3, 3, 4])),
      components: [["probabilities": .vector([0.2, 0.3, 0.5])]])
    let rows = Matrix(rows: 3, columns: 3, values: [1, 0, 9, 3, 3, 4, 200, 300, 500])
    let expected = [-5.545177444479561, -2.86998106824843, -6.993131174039263]
    for (found, value) in zip(try example.logDensities(of: rows), expected) {
      #expect(abs(found[0] - value) <= 1e-12 * max(1, abs(value)))
    }
  }
}
