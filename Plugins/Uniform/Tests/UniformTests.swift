import Emulsion
import EmulsionTestKit
import EmulsionUniform
import Testing

@Suite struct UniformTests {
  @Test func itKeepsTheLaws() {
    let example = FamilyExample(
      Uniform(), data: MatrixSource(Matrix(rows: 3, columns: 1, values: [0.5, 2, 5])),
      components: [
        ["minimum": .scalar(-1), "maximum": .scalar(2)],
        ["minimum": .scalar(5), "maximum": .scalar(5.5)],
      ],
      // The score of the ends is none: they are not regular parameters.
      exempt: [.freeParameters])
    let found = example.violations()
    #expect(found.isEmpty, "\(found)")
  }

  @Test func equalNumbersCollapse() throws {
    var options = FitOptions()
    options.family = Uniform()
    let data = MatrixSource(Matrix(rows: 4, columns: 1, values: [3, 3, 3, 3]))
    let model = try Catalogue.standard.fit(data, options)
    #expect(model.isDegenerate && model.logLikelihood.isFinite)
  }

  /// The intervals of a start from labels stay; a row beyond both belongs to the nearest,
  /// counted in widths.
  @Test func boxesAreThoseOfTheStart() throws {
    var options = FitOptions()
    options.family = Uniform()
    options.components = 2
    options.initializer = GivenLabels([0, 0, 0, 1, 1])
    let data = MatrixSource(Matrix(rows: 5, columns: 1, values: [0, 1, 2, 10, 14]))
    let model = try Catalogue.standard.fit(data, options)
    let best = 3 * Elementary.log(0.6 / 2) + 2 * Elementary.log(0.4 / 4)
    #expect(abs(model.logLikelihood - best) < 1e-12)
    let far = MatrixSource(Matrix(rows: 2, columns: 1, values: [-5, 15]))
    #expect(try model.predict(far) == [0, 1])
  }
}
