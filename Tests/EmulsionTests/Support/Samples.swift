import Emulsion

/// Data made for tests: K clusters of unit width whose centres lie `separation` apart.
func clusters(
  _ n: Int, columns d: Int, components k: Int, separation: Double = 5, seed: UInt64 = 1
) -> Matrix {
  var random = CounterRandom(seed: seed)
  let centres = (0..<k).map { _ in (0..<d).map { _ in separation * random.normal() } }
  var values: [Double] = []
  for row in 0..<n {
    for j in 0..<d { values.append(centres[row % k][j] + random.normal()) }
  }
  return Matrix(rows: n, columns: d, values: values)
}

/// The covariance models that come with the core.
let covarianceNames = Catalogue.standard.covarianceNames
/// Those whose M step is a formula; where it iterates, rounding of the sums is amplified.
let closedCovarianceNames = ["full", "tied", "diagonal", "spherical", "EII", "EEI"]

extension Matrix {
  /// The same matrix with `change` applied to every element, given its column.
  func mapped(_ change: (Double, Int) -> Double) -> Matrix {
    var result = self
    for i in 0..<rows {
      for j in 0..<columns { result[i, j] = change(self[i, j], j) }
    }
    return result
  }

  /// Rows in the given order, repeats allowed.
  func rows(_ order: [Int]) -> Matrix {
    Matrix(rows: order.count, columns: columns, values: order.flatMap { Array(row($0)) })
  }
}

/// Fits with default options changed by `change`.
func fit(
  _ data: MatrixSource, _ change: (inout FitOptions) -> Void = { _ in }
) throws -> Model {
  var options = FitOptions()
  options.components = 3
  change(&options)
  return try Catalogue.standard.fit(data, options)
}

/// Whether two numbers agree relative to their size.
func areClose(_ a: Double, _ b: Double, _ tolerance: Double = 1e-9) -> Bool {
  a == b || abs(a - b) <= tolerance * max(abs(a), abs(b))
}
