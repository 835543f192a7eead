/// Rows for families that are made without data.
///
/// Families look at data for levels, ranges and units. A mixture that is given by its parameters has none, so that
/// some rows which such components could describe stand in; parameters in the units of the data mean the same
/// whatever these rows are.
public enum ExampleRows {
  /// More than any design has coefficients.
  private static let count = 256

  /// Rows whose numbers are spread over (0, 1) and belong to any continuous column.
  ///
  /// - Parameter columns: Their number.
  public static func positive(columns: Int) -> Matrix {
    var random = CounterRandom(seed: 0)
    return Matrix(
      rows: count, columns: columns,
      values: (0..<count * columns).map { _ in 0.01 + 0.98 * random.uniform() })
  }

  /// Rows about the means of components with these parameters, as far as their covariances reach; those spread over
  /// (0, 1) where there are none.
  ///
  /// - Parameters:
  ///   - columns: Their number, where it is known.
  ///   - parameters: Those of each component.
  ///   - mean: The parameter that is a mean.
  ///   - covariances: The parameters that may be a covariance.
  public static func about(
    columns: Int?, _ parameters: [[String: ParameterValue]], mean: String, covariances: [String]
  ) -> Matrix {
    let means = parameters.compactMap { $0[mean]?.numbers }
    let d = columns ?? means.map(\.count).max() ?? 1
    var rows = positive(columns: max(1, d))
    let whole = means.filter { $0.count == d && $0.allSatisfy(\.isFinite) }
    guard !whole.isEmpty else { return rows }
    let variances = parameters.compactMap { own -> [Double]? in
      let value = covariances.compactMap { own[$0] }.first
      if let matrix = value?.matrix {
        return matrix.rows == d && matrix.columns == d ? (0..<d).map { matrix[$0, $0] } : nil
      }
      return value.map(\.numbers).flatMap { list in
        list.count == d ? list : list.count == 1 ? Array(repeating: list[0], count: d) : nil
      }
    }
    for j in 0..<d {
      let largest = variances.map { $0[j] }.filter { $0 > 0 && $0.isFinite }.max() ?? 1
      for i in 0..<rows.rows {
        rows[i, j] =
          whole[i % whole.count][j] + (rows[i, j] - 0.5) * (12 * largest).squareRoot()
      }
    }
    return rows
  }
}

extension FamilyDefinition {
  /// Rows spread over (0, 1), of as many columns as the longest parameter has numbers where that is not known.
  public func exampleRows(columns: [String]?, _ parameters: [[String: ParameterValue]]) throws
    -> Matrix
  {
    let longest = parameters.flatMap(\.values).map { value in
      value.matrix.map { max($0.rows, $0.columns) } ?? value.numbers.count
    }.max()
    return ExampleRows.positive(columns: columns?.count ?? max(1, longest ?? 1))
  }
}
