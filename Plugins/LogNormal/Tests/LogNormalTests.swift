import Emulsion
import EmulsionLogNormal
import EmulsionTestKit
import Testing

@Suite struct LogNormalTests {
  @Test func itKeepsTheLaws() {
    let example = FamilyExample(
      LogNormal(),
      data: MatrixSource(Matrix(rows: 4, columns: 2, values: [1, 2, 0.5, 3, 7, 1, 2, 2])),
      components: [
        ["log_mean": .vector([0.1, 1]), "log_covariance": .scalar(0.3)],
        ["log_mean": .vector([1, -1]), "log_covariance": .scalar(0.5)],
      ])
    let found = example.violations()
    #expect(found.isEmpty, "\(found)")
  }

  /// SciPy 1.17: `scipy.stats.lognorm.logpdf([.01, 1, 30], s=.7, scale=exp(.4))`.
  @Test func densitiesAreThoseOfAnotherProgram() throws {
    let example = FamilyExample(
      LogNormal(), data: MatrixSource(Matrix(rows: 2, columns: 1, values: [1, 2])),
      components: [["log_mean": .scalar(0.4), "log_covariance": .scalar(0.49)]])
    let rows = Matrix(rows: 3, columns: 1, values: [0.01, 1, 30])
    let expected = [-21.52008176113914, -0.7255288953883893, -13.154466811433993]
    for (found, value) in zip(try example.logDensities(of: rows), expected) {
      #expect(abs(found[0] - value) <= 1e-12 * max(1, abs(value)))
    }
  }

  @Test func valuesOutsideAreNamed() {
    var options = FitOptions()
    options.family = LogNormal()
    let data = MatrixSource(Matrix(rows: 3, columns: 1, values: [1, -4, 2]))
    let error = #expect(throws: EmulsionError.self) { try Catalogue.standard.fit(data, options) }
    for part in ["row 2", "-4", "\"log_normal\""] {
      #expect(error?.message.contains(part) == true, "\(String(describing: error))")
    }
  }
}
