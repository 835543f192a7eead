import Emulsion

extension RegressionFamily {
  /// Regressions through few rows each, drawn at random: of one component, with some luck.
  ///
  /// Clusters of rows say little about lines through them. Rows are drawn by weight, p for each
  /// component; of several sets of lines the one to which rows lie nearest is taken, and the deviation is
  /// that of all rows about their nearest line. Components that may not differ in their lines start from
  /// clusters. O(n·K·p).
  public func start(_ context: StartContext) throws -> Start? {
    let sample = context.sample
    guard sample.rows.rows >= design.width, coefficientRoles.contains(.free) else { return nil }
    var random = context.random
    let rows = StartingRows(sample, design, distribution)
    var (best, least) = ([[Double]](), Double.infinity)
    let sets = context.components > 1 ? Self.sets[context.restart % Self.sets.count] : 1
    for _ in 0..<sets {
      let lines = (0..<context.components).map { _ in
        rows.line(using: &random) ?? neutralComponents(1)[0].coefficients
      }
      let distance = rows.distance(to: lines)
      if best.isEmpty || distance < least { (best, least) = (lines, distance) }
    }
    let spread = distribution.dispersion == nil ? 1 : rows.deviation(about: best)
    // On the scale of logarithms the variance of a gamma response is about 1/shape.
    let deviation = distribution.hasDeviation ? spread : max(1e-2, min(1e6, 1 / (spread * spread)))
    return .parameters(
      best.map { line in
        parameters(of: RegressionComponent(coefficients: line, deviation: deviation, problem: nil))
          .byName
      }, weights: nil)
  }

  /// Sets of lines that are compared, restart by restart. Three lines that are each drawn from one
  /// component are one set in a hundred, so that many must be; but what lies nearest to all rows is not
  /// always where the likelihood is largest, such as with one wide component.
  private static var sets: [Int] { [1, 30, 8, 1, 4] }
}

/// Rows on the scale of the linear predictor: their predictors, and the η that their response suggests.
private struct StartingRows {
  private let width: Int
  /// n × p, one row after the other.
  private var x: [Double] = []
  private var eta: [Double] = []
  private let weights: [Double]
  /// The rows that distances are taken of: every so many in the order of contents.
  private let measured: [Int]

  private static let mostMeasured = 1000

  init(_ sample: RepresentativeRows, _ design: Design, _ distribution: any Response) {
    let n = sample.rows.rows
    width = design.width
    weights = sample.weights
    measured = Array(stride(from: 0, to: n, by: max(1, n / Self.mostMeasured)))
    let source = MatrixSource(sample.rows, columnNames: design.columnNames)
    var buffer = BlockBuffer(columns: sample.rows.columns, capacity: 256)
    var lanes = LaneMatrix(rows: width, lanes: 256)
    var response = LaneMatrix(rows: 3, lanes: 256)
    for first in stride(from: 0, to: n, by: 256) {
      let count = min(256, n - first)
      source.read(first..<first + count, into: &buffer)
      design.predictors.write(buffer.block, into: &lanes)
      design.writeResponse(buffer.block, into: &response)
      for i in 0..<count {
        for a in 0..<width { x.append(lanes.lanes(a, count)[i]) }
        let suggested = distribution.predictor(
          of: response.lanes(0, count)[i], trials: response.lanes(1, count)[i])
        eta.append(suggested - response.lanes(2, count)[i])
      }
    }
  }

  /// Least squares through p rows, or a few more where these lie badly; `nil` where no rows determine it.
  func line(using random: inout CounterRandom) -> [Double]? {
    var packed = [Double](repeating: 0, count: width * (width + 1) / 2)
    var right = [Double](repeating: 0, count: width)
    var left = weights
    for drawn in weights.indices {
      let row = random.index(weights: left)
      left[row] = 0
      for a in 0..<width {
        let value = x[row * width + a]
        right[a] += value * eta[row]
        for b in a..<width { packed[Scatter.packed(a, b, width)] += value * x[row * width + b] }
      }
      guard drawn + 1 >= width else { continue }
      if let solved = NormalEquations.solve(packed, right), solved.smallestPivot > 1e-6 {
        return solved.solution
      }
      if !left.contains(where: { $0 > 0 }) { break }
    }
    return nil
  }

  /// The distance of a row from the nearest of some lines, along η.
  private func residual(_ row: Int, _ lines: [[Double]]) -> Double {
    lines.reduce(.infinity) { least, line in
      var rest = eta[row]
      for a in 0..<width { rest -= line[a] * x[row * width + a] }
      return min(least, abs(rest))
    }
  }

  /// Σ w · distance, which rows far from all lines decide less than squares.
  func distance(to lines: [[Double]]) -> Double {
    measured.reduce(0) { $0 + weights[$1] * residual($1, lines) }
  }

  /// The root of the mean squared distance.
  func deviation(about lines: [[Double]]) -> Double {
    var (sum, total) = (0.0, 0.0)
    for row in measured {
      let distance = residual(row, lines)
      sum += weights[row] * distance * distance
      total += weights[row]
    }
    return max((sum / total).squareRoot(), 1e-4)
  }
}
