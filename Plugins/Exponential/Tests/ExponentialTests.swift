import Emulsion
import EmulsionExponential
import EmulsionTestKit
import Testing

@Suite struct ExponentialTests {
  @Test func itKeepsTheLaws() {
    // Midpoints of even steps in √x.
    let (count, step) = (100_000, 2e-4)
    let roots = (0..<count).map { (Double($0) + 0.5) * step }
    let example = FamilyExample(
      Exponential(), data: MatrixSource(Matrix(rows: 2, columns: 1, values: [1, 2])),
      components: [["rate": .scalar(0.1)], ["rate": .scalar(4)]],
      outside: [0: [-1, .nan, .infinity]],
      grid: (
        Matrix(rows: count, columns: 1, values: roots.map { $0 * $0 }), roots.map { 2 * $0 * step }
      ))
    let found = example.violations()
    #expect(found.isEmpty, "\(found)")
  }

  @Test func collapse() throws {
    var options = FitOptions()
    options.family = Exponential()
    let model = try Catalogue.standard.fit(
      MatrixSource(Matrix(rows: 5, columns: 1)), options)
    #expect(model.isDegenerate)
  }
}
