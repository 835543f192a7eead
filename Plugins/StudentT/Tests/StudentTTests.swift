import Emulsion
import EmulsionStudentT
import EmulsionTestKit
import Foundation
import Testing

@Suite struct StudentTTests {
  private func clusters(_ n: Int, degrees: Double, seed: UInt64 = 2) -> MatrixSource {
    var random = CounterRandom(seed: seed)
    var values: [Double] = []
    for row in 0..<n {
      let stretch = (degrees / 2 / random.gamma(shape: degrees / 2)).squareRoot()
      let centre = row % 2 == 0 ? 0.0 : 12.0
      values += [centre + stretch * random.normal(), centre + 2 * stretch * random.normal()]
    }
    return MatrixSource(Matrix(rows: n, columns: 2, values: values))
  }

  @Test(
    arguments: [
      StudentT(), StudentT(degreesOfFreedom: .shared), StudentT(degreesOfFreedom: .fixed(4)),
    ], ["full", "diagonal", "spherical", "tied"])
  func itKeepsTheLaws(family: StudentT, covariance: String) {
    let example = FamilyExample(
      family, data: clusters(600, degrees: 5),
      components: [(0.0, 1.0), (12, 1.5)].map {
        let scale = Matrix(rows: 2, columns: 2, values: [$0.1, 0, 0, $0.1])
        return [
          "mean": .vector([$0.0, $0.0]), "scale": .matrix(scale), "degrees_of_freedom": .scalar(5),
        ]
      },
      // One M step is a conditional one: it rises, but does not reach the top.
      covariance: covariance, exempt: [.optimum], outside: [0: [.nan, .infinity]])
    let found = example.violations()
    #expect(found.isEmpty, "\(found)")
  }

  @Test func densityIntegrates() {
    let step = 0.005
    let points = (0..<80_000).map { -200 + (Double($0) + 0.5) * step }
    let example = FamilyExample(
      StudentT(degreesOfFreedom: .fixed(4)),
      data: MatrixSource(Matrix(rows: 3, columns: 1, values: [0, 1, 3])),
      components: [["mean": .scalar(0), "scale": .scalar(0.5)]], exempt: [.optimum],
      grid: (
        Matrix(rows: 80_000, columns: 1, values: points), Array(repeating: step, count: 80_000)
      ))
    let found = example.violations()
    #expect(found.isEmpty, "\(found)")
  }

  /// ln t of points by the formula, with ln Γ of the C library.
  @Test(arguments: [0.5, 3, 50])
  func densityIsTheFormula(degrees: Double) throws {
    var options = FitOptions()
    options.family = StudentT(degreesOfFreedom: .fixed(degrees))
    options.maximumIterations = 0
    let scale = Matrix(rows: 2, columns: 2, values: [2, 0.6, 0.6, 1])
    options.initializer = GivenParameters([["mean": .vector([1, -2]), "scale": .matrix(scale)]])
    let points = MatrixSource(
      Matrix(rows: 3, columns: 2, values: [1, -2, 4, 5, -100, 30]))
    let densities = try Catalogue.standard.fit(points, options).logDensity(points)
    let determinant = 2.0 * 1 - 0.36
    for i in 0..<3 {
      let (x, y) = (points.matrix[i, 0] - 1, points.matrix[i, 1] + 2)
      let distance: Double = (x * x - 1.2 * x * y + 2 * y * y) / determinant
      let gammas: Double = lgamma(degrees / 2 + 1) - lgamma(degrees / 2)
      let scales: Double = log(degrees * Double.pi) + 0.5 * log(determinant)
      let tail: Double = (degrees / 2 + 1) * log(1 + distance / degrees)
      let expected = gammas - scales - tail
      #expect(abs(densities[i] - expected) < 1e-11 * max(1, abs(expected)))
    }
  }

  @Test func recoversDegreesOfFreedom() throws {
    var options = FitOptions()
    options.family = StudentT(degreesOfFreedom: .shared)
    options.components = 2
    let model = try Catalogue.standard.fit(clusters(20_000, degrees: 4), options)
    guard case .scalar(let degrees)? = model.parameters[0].last?.value else {
      Issue.record("no degrees of freedom")
      return
    }
    #expect(abs(degrees - 4) < 0.3)
    #expect(model.freeParameters == 12)
  }

  @Test func outliersDoNotMoveMeans() throws {
    var matrix = clusters(400, degrees: 200).matrix
    for row in 0..<8 { (matrix[row, 0], matrix[row, 1]) = (500, -400) }
    var options = FitOptions()
    options.family = StudentT()
    options.initializer = GivenMeans(means: Matrix(rows: 2, columns: 2, values: [0, 0, 12, 12]))
    options.components = 2
    let model = try Catalogue.standard.fit(MatrixSource(matrix), options)
    for (parameters, centre) in zip(model.parameters, [0.0, 12.0]) {
      guard case .vector(let mean)? = parameters.first?.value else { continue }
      #expect(mean.allSatisfy { abs($0 - centre) < 0.6 })
    }
  }

  @Test func wrongOptions() {
    #expect(throws: EmulsionError.self) {
      try StudentT().configured(with: ["degrees_of_freedom": .number(-1)])
    }
    #expect(throws: EmulsionError.self) {
      try StudentT().configured(with: ["degrees": .number(4)])
    }
  }
}
