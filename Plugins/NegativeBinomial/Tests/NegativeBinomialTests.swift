import Emulsion
import EmulsionNegativeBinomial
import EmulsionTestKit
import Testing

@Suite struct NegativeBinomialTests {
  @Test func itKeepsTheLaws() {
    let example = FamilyExample(
      NegativeBinomial(), data: MatrixSource(Matrix(rows: 3, columns: 1, values: [0, 2, 5])),
      components: [
        ["mean": .scalar(3), "size": .scalar(0.8)],
        ["mean": .scalar(30), "size": .scalar(12)],
      ])
    let found = example.violations()
    #expect(found.isEmpty, "\(found)")
  }

  /// SciPy 1.17: `scipy.stats.nbinom.logpmf([0, 1, 7, 100, 511, 512, 2000], 3.5, 3.5/43.5)`.
  @Test func densitiesAreThoseOfAnotherProgram() throws {
    let example = FamilyExample(
      NegativeBinomial(), data: MatrixSource(Matrix(rows: 2, columns: 1, values: [1, 2])),
      components: [["mean": .scalar(40), "size": .scalar(3.5)]])
    let rows = Matrix(rows: 7, columns: 1, values: [0, 1, 7, 100, 511, 512, 2000])
    let expected = [
      -8.819992893597446, -7.65111140908278, -5.192673025471087, -6.852870657241208,
      -37.28493589776882, -37.363946451514494, -158.77949190144793,
    ]
    for (found, value) in zip(try example.logDensities(of: rows), expected) {
      #expect(abs(found[0] - value) <= 1e-12 * max(1, abs(value)))
    }
  }

  private func fit(_ counts: [Double]) throws -> Model {
    var options = FitOptions()
    options.family = NegativeBinomial()
    options.maximumIterations = 20
    let data = MatrixSource(Matrix(rows: counts.count, columns: 1, values: counts))
    return try Catalogue.standard.fit(data, options)
  }

  private func number(_ model: Model, _ name: String) -> Double {
    guard case .scalar(let value)? = model.parameters[0].first(where: { $0.name == name })?.value
    else { return .nan }
    return value
  }

  /// Bliss & Fisher (1953), mites on apple leaves: mean 172/150 and size 1.02459 by maximum likelihood.
  @Test func mitesOnAppleLeaves() throws {
    let leaves = [70, 38, 17, 10, 9, 3, 2, 1]
    let model = try fit(
      leaves.enumerated().flatMap { Array(repeating: Double($0.offset), count: $0.element) })
    #expect(abs(number(model, "mean") - 172.0 / 150) < 1e-12)
    #expect(abs(number(model, "size") - 1.02459) < 1e-5)
  }

  /// Less spread than Poisson's, no counts at all, and huge ones.
  @Test(arguments: [[2.0, 2, 3, 2], [0, 0, 0], [1e15, 3e15, 2, 7e12]])
  func extremesAreBounded(counts: [Double]) throws {
    let model = try fit(counts)
    #expect(model.logLikelihood.isFinite)
    if counts[0] < 1e3 { #expect(number(model, "size") > 9e9) }
  }
}
