import Emulsion
import EmulsionCategorical
import EmulsionTestKit
import Testing

@Suite struct CategoricalTests {
  @Test func itKeepsTheLaws() {
    let example = FamilyExample(
      Categorical(),
      data: MatrixSource(Matrix(rows: 4, columns: 2, values: [1, 0, 2, 1, 3, 0, 1, 1])),
      components: [
        [
          "probabilities": .matrix(
            Matrix(rows: 2, columns: 3, values: [0.2, 0.5, 0.3, 0.9, 0.1, 0]))
        ],
        [
          "probabilities": .matrix(
            Matrix(rows: 2, columns: 3, values: [0.6, 0.1, 0.3, 0.4, 0.6, 0]))
        ],
      ])
    let found = example.violations()
    #expect(found.isEmpty, "\(found)")
  }

  /// Stouffer & Toby's role conflict (1951): four answers of 216 students, 1 universalistic. The
  /// unrestricted two-class model of Goodman (1974), Biometrika 61, 215–231: likelihood ratio 2.72 with
  /// 6 degrees of freedom; poLCA (Linzer & Lewis 2011) gives the log-likelihood −504.4677 and classes
  /// of .72 and .28.
  @Test func roleConflict() throws {
    let counts = [42.0, 23, 6, 25, 6, 24, 7, 38, 1, 4, 1, 6, 2, 9, 2, 20]
    let patterns = (0..<16).flatMap { i in (0..<4).map { Double(1 - (i >> (3 - $0)) & 1) } }
    let data = MatrixSource(
      Matrix(rows: 16, columns: 4, values: patterns), columnNames: ["A", "B", "C", "D"],
      weights: counts)
    var options = FitOptions()
    options.family = Categorical()
    options.components = 2
    options.tolerance = 1e-9
    options.maximumIterations = 5000
    let model = try Catalogue.standard.fit(data, options)
    #expect(abs(model.logLikelihood - -504.4677) < 1e-4)
    #expect(model.freeParameters == 9)
    let expected = try model.logDensity(data).map { 216 * Elementary.exp($0) }
    let ratio = 2 * zip(counts, expected).reduce(0) { $0 + $1.0 * Elementary.log($1.0 / $1.1) }
    #expect(abs(ratio - 2.7199) < 1e-3)
    #expect(abs(model.weights[0] - 0.7208) < 5e-4)
  }

  @Test func levelsThatAreNotThereAreNamed() throws {
    var options = FitOptions()
    options.family = Categorical()
    let data = MatrixSource(Matrix(rows: 3, columns: 1, values: [3, 7, 7]))
    let model = try Catalogue.standard.fit(data, options)
    let other = MatrixSource(Matrix(rows: 2, columns: 1, values: [3, 5]))
    let error = #expect(throws: EmulsionError.self) { try model.predict(other) }
    for part in ["row 2", ": 5 ", "3, 7"] {
      #expect(error?.message.contains(part) == true, "\(String(describing: error))")
    }
  }
}
