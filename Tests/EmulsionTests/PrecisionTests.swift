import Emulsion
import Foundation
import Testing

/// EM on data that ordinary sums lose digits on, against 60-digit arithmetic; `Precision/make.py`
/// makes the cases.
@Suite struct PrecisionTests {
  struct Case: Decodable, Sendable, CustomTestStringConvertible {
    var id: String
    var covariance: String
    var rows: [[Double]]
    var means: [[Double]]
    var variances: [Double]
    var trace: [Double]

    var testDescription: String { id }

    static let all: [Case] = {
      let file = URL(filePath: #filePath).deletingLastPathComponent()
        .appending(path: "Precision/cases.json")
      return (try? JSONDecoder().decode([Case].self, from: Data(contentsOf: file))) ?? []
    }()
  }

  @Test func casesAreThere() { #expect(Case.all.count > 40) }

  @Test("every iteration's log-likelihood to 1e-9", arguments: Case.all)
  func agrees(_ reference: Case) throws {
    let d = reference.variances.count
    var start = Matrix(rows: d, columns: d)
    for j in 0..<d { start[j, j] = reference.variances[j] }
    var options = FitOptions()
    options.components = reference.means.count
    options.covariance = reference.covariance
    options.covarianceFloor = 0
    options.tolerance = 0
    options.maximumIterations = reference.trace.count - 1
    options.initializer = GivenMeans(
      means: try #require(Matrix(rows: reference.means)),
      covariances: Array(repeating: start, count: reference.means.count))
    let data = MatrixSource(try #require(Matrix(rows: reference.rows)))
    let model = try Catalogue.standard.fit(data, options)
    #expect(model.trace.count == reference.trace.count)
    for (iteration, (ours, exact)) in zip(model.trace, reference.trace).enumerated() {
      #expect(abs(ours - exact) <= 1e-9 * abs(exact), "iteration \(iteration)")
    }
  }
}
