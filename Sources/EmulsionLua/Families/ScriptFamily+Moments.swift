import Emulsion
import LuaBridge

extension ScriptFamily {
  func moments(of component: ScriptComponent) -> Moments? { component.moments }

  /// Mean and covariance by the script's own function; none where it says nothing, or where one of them
  /// is infinite.
  ///
  /// - Throws: `script` for what is no mean and covariance of so many columns.
  func moments(of parameters: [NamedParameter]) throws -> Moments? {
    guard let function = functions.moments else { return nil }
    let results = try functions.results(function, "moments", [parameters.record])
    guard let first = results.first, !first.isNil else { return nil }
    let second = results.count > 1 ? results[1] : .nil
    guard let mean = try numbers(first), mean.count == dimension else {
      throw functions.failure(
        "moments", "must return a mean of \(columns) first, not \(try shape(first))")
    }
    guard let covariance = try covariance(second) else {
      throw functions.failure(
        "moments",
        "must return a covariance second, \(dimension == 1 ? "a number" : "a Matrix \(dimension) × \(dimension) or \(dimension) variances"), "
          + "not \(try shape(second))")
    }
    for value in mean + covariance.values where value.isNaN {
      throw functions.failure("moments", "returned nan")
    }
    guard (mean + covariance.values).allSatisfy(\.isFinite) else { return nil }
    for i in 0..<dimension {
      for j in 0...i {
        let size = (covariance[i, i] * covariance[j, j]).squareRoot()
        guard size >= 0, abs(covariance[i, j] - covariance[j, i]) <= 1e-8 * size,
          abs(covariance[i, j]) <= size * (1 + 1e-8), covariance[i, i] >= 0
        else {
          throw functions.failure("moments", "returned a matrix that is no covariance")
        }
      }
    }
    return Moments(mean: mean, covariance: covariance)
  }

  private var columns: String { dimension == 1 ? "one number" : "\(dimension) numbers" }

  private func numbers(_ value: LuaValue) throws -> [Double]? {
    try value.number.map { [$0] } ?? value.numberList()
  }

  /// A matrix, or the variances of columns that are independent.
  private func covariance(_ value: LuaValue) throws -> Matrix? {
    if let variances = try numbers(value) {
      guard variances.count == dimension else { return nil }
      var matrix = Matrix(rows: dimension, columns: dimension)
      for (j, variance) in variances.enumerated() { matrix[j, j] = variance }
      return matrix
    }
    guard let matrix = try? value.matrix("covariance"), matrix.rows == dimension,
      matrix.columns == dimension
    else { return nil }
    return matrix
  }

  private func shape(_ value: LuaValue) throws -> String {
    if let list = try numbers(value), value.number == nil { return "a list of \(list.count)" }
    if let matrix = try? value.matrix("it") { return "a Matrix \(matrix.rows) × \(matrix.columns)" }
    return value.explanation
  }
}
