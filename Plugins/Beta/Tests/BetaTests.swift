import Emulsion
import EmulsionBeta
import EmulsionTestKit
import Testing

@Suite struct BetaTests {
  @Test func itKeepsTheLaws() {
    let example = FamilyExample(
      Beta(), data: MatrixSource(Matrix(rows: 3, columns: 1, values: [0.5, 0.2, 0.9])),
      components: [
        ["alpha": .scalar(0.8), "beta": .scalar(2)],
        ["alpha": .scalar(30), "beta": .scalar(12)],
      ])
    let found = example.violations()
    #expect(found.isEmpty, "\(found)")
  }

  /// SciPy 1.17: `scipy.stats.beta.logpdf([1e-6, .3, .999], 2.5, .7)`.
  @Test func densitiesAreThoseOfAnotherProgram() throws {
    let example = FamilyExample(
      Beta(), data: MatrixSource(Matrix(rows: 2, columns: 1, values: [0.1, 0.2])),
      components: [["alpha": .scalar(2.5), "beta": .scalar(0.7)]])
    let rows = Matrix(rows: 3, columns: 1, values: [1e-6, 0.3, 0.999])
    let expected = [-20.383410826795938, -1.3591020131569618, 2.4106805433445886]
    for (found, value) in zip(try example.logDensities(of: rows), expected) {
      #expect(abs(found[0] - value) <= 1e-12 * max(1, abs(value)))
    }
  }

  /// A density far from 1: `scipy.stats.beta.logpdf([.001, .0012, .0015], 100, 9e4)`.
  @Test func concentratedDensities() throws {
    let example = FamilyExample(
      Beta(), data: MatrixSource(Matrix(rows: 2, columns: 1, values: [0.1, 0.2])),
      components: [["alpha": .scalar(100), "beta": .scalar(9e4)]])
    let rows = Matrix(rows: 3, columns: 1, values: [0.001, 0.0012, 0.0015])
    let expected = [7.765467162871573, 7.795679641533297, 2.850692149847532]
    for (found, value) in zip(try example.logDensities(of: rows), expected) {
      #expect(abs(found[0] - value) <= 1e-8)
    }
  }

  /// Equal shares, and shares at the borders: bounded and told, never NaN.
  @Test(arguments: [
    ([0.5, 0.5, 0.5, 0.5], true), ([1e-300, 1e-299, 2e-300, 1e-298], true),
    ([1 - 0x1p-53, 0.5, 0.1, Double.leastNonzeroMagnitude], false),
  ])
  func extremesAreBounded(numbers: [Double], isDegenerate: Bool) throws {
    var options = FitOptions()
    options.family = Beta()
    options.maximumIterations = 20
    let data = MatrixSource(Matrix(rows: 4, columns: 1, values: numbers))
    let model = try Catalogue.standard.fit(data, options)
    #expect(model.logLikelihood.isFinite)
    #expect(model.isDegenerate == isDegenerate)
  }
}
