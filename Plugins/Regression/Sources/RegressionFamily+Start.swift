import Emulsion

extension RegressionFamily {
  /// Regressions through few rows each, drawn at random: of one component, with some luck.
  ///
  /// Clusters of rows say little about lines through them. Rows are drawn by weight, p for each
  /// component; the deviation is that of all rows about their nearest line. Components that may not differ
  /// in their lines start from clusters.
  public func start(_ context: StartContext) throws -> Start? {
    let sample = context.sample
    guard sample.rows.rows >= design.width, coefficientRoles.contains(.free) else { return nil }
    var random = context.random
    var lines: [[Double]] = []
    for _ in 0..<context.components {
      lines.append(line(through: sample, using: &random))
    }
    let deviation = distribution.hasDeviation ? deviation(of: sample, lines) : 1
    return .parameters(
      lines.map { line in
        parameters(of: RegressionComponent(coefficients: line, deviation: deviation, problem: nil))
          .byName
      }, weights: nil)
  }

  /// Least squares through p + 1 rows on the scale of the linear predictor.
  private func line(through sample: RepresentativeRows, using random: inout CounterRandom)
    -> [Double]
  {
    let p = design.width
    var weights = sample.weights
    var packed = [Double](repeating: 0, count: p * (p + 1) / 2)
    var right = [Double](repeating: 0, count: p)
    for drawn in 0..<sample.rows.rows {
      let row = random.index(weights: weights)
      weights[row] = 0
      let (x, eta) = predictors(Array(sample.rows.row(row)))
      for a in 0..<p {
        right[a] += x[a] * eta
        for b in a..<p { packed[Scatter.packed(a, b, p)] += x[a] * x[b] }
      }
      guard drawn + 1 >= p else { continue }
      if let solved = NormalEquations.solve(packed, right), solved.smallestPivot > 1e-6 {
        return solved.solution
      }
      if !weights.contains(where: { $0 > 0 }) { break }
    }
    return neutralComponents(1)[0].coefficients
  }

  /// A row's predictors, and the η that its response suggests.
  private func predictors(_ row: [Double]) -> (x: [Double], eta: Double) {
    let source = MatrixSource(
      Matrix(rows: 1, columns: row.count, values: row), columnNames: design.columnNames)
    var buffer = BlockBuffer(columns: row.count, capacity: 1)
    source.read(0..<1, into: &buffer)
    var lanes = LaneMatrix(rows: design.width, lanes: 1)
    var response = LaneMatrix(rows: 3, lanes: 1)
    design.predictors.write(buffer.block, into: &lanes)
    design.writeResponse(buffer.block, into: &response)
    let y = response.lanes(0, 1)[0]
    let eta = distribution.predictor(of: y, trials: response.lanes(1, 1)[0])
    let x = (0..<design.width).map { lanes.lanes($0, 1)[0] }
    return (x, eta - response.lanes(2, 1)[0])
  }

  private func deviation(of sample: RepresentativeRows, _ lines: [[Double]]) -> Double {
    var (sum, total) = (0.0, 0.0)
    for i in 0..<sample.rows.rows {
      let (x, eta) = predictors(Array(sample.rows.row(i)))
      let squares = lines.map { line -> Double in
        let residual = eta - zip(line, x).reduce(0) { $0 + $1.0 * $1.1 }
        return residual * residual
      }
      sum += sample.weights[i] * (squares.min() ?? 0)
      total += sample.weights[i]
    }
    return max((sum / total).squareRoot(), 1e-4)
  }
}
