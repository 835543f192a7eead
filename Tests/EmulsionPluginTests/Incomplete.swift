import Emulsion
import EmulsionData
import EmulsionPlugins
import Foundation
import TestReferences
import Testing

/// Data with missing cells, and fits to them.
enum Incomplete {
  /// Iris without a fifth of its cells.
  static func iris(rounded: Bool = false) throws -> Matrix {
    let whole = try DataSets.table(named: "iris").drop(["label"]).matrix()
    var random = CounterRandom(seed: 5)
    var rows = whole
    for i in 0..<rows.rows {
      for j in 0..<rows.columns {
        if rounded { rows[i, j] = rows[i, j].rounded() }
        if random.uniform() < 0.2 { rows[i, j] = .nan }
      }
    }
    return rows
  }

  static func fit(
    _ rows: Matrix, _ family: any FamilyDefinition = GaussianDefinition(),
    weights: [Double]? = nil, labels: [Int]? = nil, _ change: (inout FitOptions) -> Void = { _ in }
  ) throws -> Model {
    var options = FitOptions()
    options.family = family
    options.takesMissing = true
    options.components = 3
    options.initializer = GivenLabels(labels ?? (0..<rows.rows).map { $0 * 3 / rows.rows })
    change(&options)
    return try Catalogue.withPlugins.fit(MatrixSource(rows, weights: weights), options)
  }

  static func expectClose(
    _ a: Double, _ b: Double, _ tolerance: Double = 1e-9,
    _ place: SourceLocation = #_sourceLocation
  ) {
    #expect(
      abs(a - b) <= tolerance * max(1, abs(a)), "\(a) is not \(b)", sourceLocation: place)
  }
}

/// A Student-t component, or with ν = ∞ a Gaussian, row by row.
struct PlainT {
  var mean: [Double]
  var scale: Matrix
  var degrees: Double

  init(_ model: Model, _ k: Int, parameter: String = "scale") throws {
    let own = model.parameters(ofComponent: k).byName
    mean = try #require(own["mean"]?.numbers)
    let value = try #require(own[parameter])
    let d = mean.count
    if let matrix = value.matrix {
      scale = matrix
    } else {
      scale = Matrix(rows: d, columns: d)
      for j in 0..<d {
        scale[j, j] = value.numbers.count == d ? value.numbers[j] : value.numbers[0]
      }
    }
    degrees = own["degrees_of_freedom"]?.numbers.first ?? .infinity
  }

  func given(_ row: [Double]) -> (
    logDensity: Double, mean: [Double], rest: Matrix, weight: Double
  ) {
    let swept = SweptRow(row, mean: mean, scale: scale)
    guard degrees.isFinite else {
      return (swept.gaussianLogDensity, swept.expected, swept.rest, 1)
    }
    let m = swept.observed
    let half: Double = (degrees + m) / 2
    var logDensity: Double = lgamma(half) - lgamma(degrees / 2)
    logDensity -= m / 2 * log(degrees * Double.pi)
    logDensity -= 0.5 * swept.logDeterminant
    logDensity -= half * log1p(swept.distance / degrees)
    return (
      logDensity, swept.expected, swept.rest, (degrees + m) / (degrees + swept.distance)
    )
  }

  static func iterate(_ own: inout [PlainT], _ weights: inout [Double], _ rows: Matrix) {
    let d = rows.columns
    let filled = own.map { component in
      (0..<rows.rows).map { component.given(Array(rows.row($0))) }
    }
    let shares = (0..<rows.rows).map { n -> [Double] in
      let joint = own.indices.map { weights[$0] * exp(filled[$0][n].logDensity) }
      let total = joint.reduce(0, +)
      return joint.map { $0 / total }
    }
    for k in own.indices {
      let count = shares.reduce(0) { $0 + $1[k] }
      let mass = shares.indices.reduce(0) { $0 + shares[$1][k] * filled[k][$1].weight }
      own[k].mean = (0..<d).map { j in
        shares.indices.reduce(0) {
          $0 + shares[$1][k] * filled[k][$1].weight * filled[k][$1].mean[j]
        } / mass
      }
      for i in 0..<d {
        for j in 0..<d {
          own[k].scale[i, j] =
            shares.indices.reduce(0) { sum, n in
              let x = filled[k][n]
              return sum + shares[n][k]
                * (x.weight * (x.mean[i] - own[k].mean[i]) * (x.mean[j] - own[k].mean[j])
                  + x.rest[i, j])
            } / count
        }
      }
      weights[k] = count / Double(rows.rows)
    }
  }
}
