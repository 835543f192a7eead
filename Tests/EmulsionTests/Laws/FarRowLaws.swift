import Emulsion
import Foundation
import Testing

/// Laws of rows so far away that squares of their distances leave the doubles, or their rounding is larger than
/// what tells components apart.
@Suite struct FarRowLaws {
  /// A variance and covariance, another variance, and a mean.
  private struct Ellipse {
    var mean: [Double]
    var covariance: [Double]

    /// dᵀΣ⁻¹e.
    func product(_ d: [Double], _ e: [Double]) -> Double {
      let (a, b, c) = (covariance[0], covariance[1], covariance[3])
      return (c * d[0] * e[0] - b * (d[0] * e[1] + d[1] * e[0]) + a * d[1] * e[1])
        / (a * c - b * b)
    }
  }

  private static func model(_ ellipses: [Ellipse], covariance: String) throws -> Model {
    let starts = ellipses.map {
      [
        "mean": ParameterValue.vector($0.mean),
        "covariance": .matrix(Matrix(rows: 2, columns: 2, values: $0.covariance)),
      ]
    }
    return try fit(MatrixSource(clusters(50, columns: 2, components: 2, separation: 3))) {
      $0.components = 2
      $0.covariance = covariance
      $0.initializer = GivenParameters(starts, weights: [0.3, 0.7])
      $0.maximumIterations = 0
    }
  }

  private static let directions: [[Double]] = [
    [1, 1], [1, 0], [0, 1], [-1, 0], [0, -1], [-1, 1], [0.3, -0.9],
  ]

  private func expectOne(_ model: Model, at row: [Double], is expected: Int) throws {
    let data = MatrixSource(Matrix(rows: 1, columns: 2, values: row))
    let posterior = try model.posterior(data)
    #expect(posterior[0, expected] == 1, "\(row): \(posterior.values)")
    #expect(posterior[0, 1 - expected] < 1e-300)
    #expect(try model.predict(data) == [expected])
    let density = try model.logDensity(data)[0]
    #expect(density < 0 && !density.isNaN)
  }

  /// With unlike covariances the flatter component along the direction wins.
  @Test(arguments: [1e8, 1e30, 1e153, 1e154, 1e160, 1e307])
  func theFlatterComponentWins(distance: Double) throws {
    let ellipses = [
      Ellipse(mean: [1, 2], covariance: [1, 0.3, 0.3, 2]),
      Ellipse(mean: [-3, 0], covariance: [3, -0.5, -0.5, 0.6]),
    ]
    let model = try Self.model(ellipses, covariance: "full")
    for d in Self.directions {
      let sizes = ellipses.map { $0.product(d, d) }
      try expectOne(model, at: d.map { $0 * distance }, is: sizes[0] < sizes[1] ? 0 : 1)
    }
  }

  /// With one covariance the component whose mean lies farther in that direction does.
  @Test(arguments: [1e8, 1e16, 1e30, 1e153, 1e154, 1e160, 1e307])
  func theNearerComponentWins(distance: Double) throws {
    let shared = [1, 0.3, 0.3, 2]
    let ellipses = [
      Ellipse(mean: [1, 2], covariance: shared), Ellipse(mean: [-3, 0.7], covariance: shared),
    ]
    let model = try Self.model(ellipses, covariance: "tied")
    for d in Self.directions {
      let ahead = ellipses.map { $0.product(d, $0.mean) }
      try expectOne(model, at: d.map { $0 * distance }, is: ahead[0] > ahead[1] ? 0 : 1)
    }
  }

  /// Components that are alike along the way keep their posterior there: the weights.
  @Test(arguments: [1e5, 1e10, 1e40, 1e154, 1e160])
  func componentsAlikeKeepTheirWeights(distance: Double) throws {
    let shared: [Double] = [1, 0, 0, 1]
    let model = try Self.model(
      [Ellipse(mean: [0, 1], covariance: shared), Ellipse(mean: [0, -1], covariance: shared)],
      covariance: "spherical")
    let data = MatrixSource(Matrix(rows: 1, columns: 2, values: [distance, 0]))
    let posterior = try model.posterior(data)
    #expect(areClose(posterior[0, 0], 0.3, 1e-4) && areClose(posterior[0, 1], 0.7, 1e-4))
  }

  /// Other rows stay what they are.
  @Test func nearRowsAreNotTouched() throws {
    let ellipse = Ellipse(mean: [1, 2], covariance: [1, 0.3, 0.3, 2])
    let other = Ellipse(mean: [-3, 0], covariance: [3, -0.5, -0.5, 0.6])
    let model = try Self.model([ellipse, other], covariance: "full")
    let alone = try model.posterior(MatrixSource(Matrix(rows: 1, columns: 2, values: [0, 1])))
    let beside = try model.posterior(
      MatrixSource(Matrix(rows: 3, columns: 2, values: [1e200, 0, 0, 1, 0, 1e160])))
    #expect(Array(beside.row(1)) == alone.values)
  }
}
