import Emulsion
import EmulsionLaplace
import EmulsionTestKit
import Testing

@Suite struct LaplaceTests {
  @Test func itKeepsTheLaws() {
    let example = FamilyExample(
      Laplace(), data: MatrixSource(Matrix(rows: 3, columns: 1, values: [0.5, 2, 5])),
      components: [
        ["location": .scalar(0.8), "scale": .scalar(2)],
        ["location": .scalar(-30), "scale": .scalar(0.5)],
      ])
    let found = example.violations()
    #expect(found.isEmpty, "\(found)")
  }

  /// SciPy 1.17: `scipy.stats.laplace.logpdf([-3, .5, 10], .5, 2)`.
  @Test func densitiesAreThoseOfAnotherProgram() throws {
    let example = FamilyExample(
      Laplace(), data: MatrixSource(Matrix(rows: 2, columns: 1, values: [1, 2])),
      components: [["location": .scalar(0.5), "scale": .scalar(2)]])
    let rows = Matrix(rows: 3, columns: 1, values: [-3, 0.5, 10])
    let expected = [-3.136294361119891, -1.3862943611198906, -6.136294361119891]
    for (found, value) in zip(try example.logDensities(of: rows), expected) {
      #expect(abs(found[0] - value) <= 1e-12 * max(1, abs(value)))
    }
  }

  /// The median and the mean absolute deviation from it, wherever the numbers lie.
  @Test(arguments: [0, 1e6, -1e12, 1e-200])
  func theMedianIsFound(offset: Double) throws {
    var options = FitOptions()
    options.family = Laplace()
    let unit = abs(offset) < 1 && offset != 0 ? offset : 1
    let numbers = [1.0, 2, 4, 8, 100].map { unit * $0 + (unit == 1 ? offset : 0) }
    let data = MatrixSource(Matrix(rows: 5, columns: 1, values: numbers))
    let model = try Catalogue.standard.fit(data, options)
    let median = numbers[2]
    guard case .scalar(let location)? = model.parameters[0].first?.value else { return }
    #expect(abs(location - median) <= 0.01 * unit)
    let scale = numbers.reduce(0) { $0 + abs($1 - median) } / 5
    let best = -5 * (Elementary.log(2 * scale) + 1)
    #expect(abs(model.logLikelihood - best) < 1e-3)
  }

  @Test func equalNumbersCollapse() throws {
    var options = FitOptions()
    options.family = Laplace()
    let data = MatrixSource(Matrix(rows: 4, columns: 1, values: [3, 3, 3, 3]))
    let model = try Catalogue.standard.fit(data, options)
    #expect(model.isDegenerate && model.logLikelihood.isFinite)
  }
}
