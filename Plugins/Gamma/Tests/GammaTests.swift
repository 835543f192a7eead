import Emulsion
import EmulsionGamma
import EmulsionTestKit
import Testing

@Suite struct GammaTests {
  @Test func itKeepsTheLaws() {
    let example = FamilyExample(
      Gamma(), data: MatrixSource(Matrix(rows: 3, columns: 1, values: [0.5, 2, 5])),
      components: [
        ["shape": .scalar(0.7), "rate": .scalar(2)],
        ["shape": .scalar(30), "rate": .scalar(0.5)],
      ])
    let found = example.violations()
    #expect(found.isEmpty, "\(found)")
  }

  /// SciPy 1.17: `scipy.stats.gamma.logpdf([.001, .5, 3, 40], a=2.5, scale=1/.7)`.
  @Test func densitiesAreThoseOfAnotherProgram() throws {
    let example = FamilyExample(
      Gamma(), data: MatrixSource(Matrix(rows: 2, columns: 1, values: [1, 2])),
      components: [["shape": .scalar(2.5), "rate": .scalar(0.7)]])
    let rows = Matrix(rows: 4, columns: 1, values: [0.001, 0.5, 3, 40])
    let expected = [
      -11.538703148792955, -2.5660910011596685, -1.6284517973175858, -23.64305104914885,
    ]
    for (found, value) in zip(try example.logDensities(of: rows), expected) {
      #expect(abs(found[0] - value) <= 1e-12 * max(1, abs(value)))
    }
  }

  /// Equal numbers, huge ones and tiny ones: bounded and told, never NaN.
  @Test(arguments: [
    [3.0, 3, 3, 3], [1e300, 2e300, 1e299, 3e300], [1e-300, 2e-300, 1e-299, 1e-300],
  ])
  func extremesAreBounded(numbers: [Double]) throws {
    var options = FitOptions()
    options.family = Gamma()
    options.maximumIterations = 20
    let data = MatrixSource(Matrix(rows: 4, columns: 1, values: numbers))
    let model = try Catalogue.standard.fit(data, options)
    #expect(model.logLikelihood.isFinite)
    #expect(
      model.isDegenerate == (Set(numbers).count == 1 || numbers[0] > 1e290 || numbers[0] < 1e-290))
  }

  @Test func valuesOutsideAreNamed() {
    var options = FitOptions()
    options.family = Gamma()
    let data = MatrixSource(
      Matrix(rows: 3, columns: 1, values: [1, 0, 2]), columnNames: ["minutes"])
    let error = #expect(throws: EmulsionError.self) {
      try Catalogue.standard.fit(data, options)
    }
    for part in ["row 2", "\"minutes\"", ": 0 ", "\"gamma\"", "numbers > 0"] {
      #expect(error?.message.contains(part) == true, "\(String(describing: error))")
    }
  }
}
