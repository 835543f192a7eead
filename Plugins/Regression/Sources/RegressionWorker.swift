import Emulsion

/// What the M step needs of all components.
public struct RegressionSums: SufficientStatistics {
  /// Σ γ·∂ln p/∂η·x, K × p.
  var slopes: [Double]
  /// Σ γ·(−∂² ln p/∂η²)·xxᵀ, K × p(p+1)/2, upper triangles.
  var curvatures: [Double]
  /// Σ γ(y − η)², or what else a dispersion is estimated from, K numbers.
  var squares: [Double]
  /// Σ γ·∂ ln p/∂ ln size of each component, then its negative derivatives; none without a size.
  var sizes: [Double] = []
  /// Σ γ ln p, K numbers.
  var objectives: [Double]
  /// The largest size of each predictor; none where no response is told apart by them.
  var extents: [Double] = []

  init(components k: Int, width p: Int, for distribution: any Response) {
    let hasSizes = distribution.dispersion == .size
    if !distribution.separated.isEmpty { extents = Array(repeating: 0, count: p) }
    if hasSizes { sizes = Array(repeating: 0, count: 2 * k) }
    slopes = Array(repeating: 0, count: k * p)
    curvatures = Array(repeating: 0, count: k * p * (p + 1) / 2)
    squares = Array(repeating: 0, count: k)
    objectives = squares
  }

  /// The p slopes of one component.
  func slope(of k: Int) -> ArraySlice<Double> { Self.part(k, of: slopes, objectives.count) }

  /// The upper triangle of one component.
  func curvature(of k: Int) -> ArraySlice<Double> {
    Self.part(k, of: curvatures, objectives.count)
  }

  private static func part(_ k: Int, of values: [Double], _ components: Int) -> ArraySlice<Double> {
    let size = values.count / components
    return values[k * size..<(k + 1) * size]
  }

  /// Adds the sums of other rows.
  public mutating func merge(_ other: RegressionSums) {
    for i in slopes.indices { slopes[i] += other.slopes[i] }
    for i in curvatures.indices { curvatures[i] += other.curvatures[i] }
    for k in squares.indices {
      squares[k] += other.squares[k]
      objectives[k] += other.objectives[k]
    }
    for i in sizes.indices { sizes[i] += other.sizes[i] }
    for j in extents.indices { extents[j] = max(extents[j], other.extents[j]) }
  }

  /// Multiplies every sum.
  public mutating func scale(by factor: Double) {
    for i in slopes.indices { slopes[i] *= factor }
    for i in curvatures.indices { curvatures[i] *= factor }
    for k in squares.indices {
      squares[k] *= factor
      objectives[k] *= factor
    }
    for i in sizes.indices { sizes[i] *= factor }
  }
}

struct RegressionMixture: PreparedMixture {
  let family: RegressionFamily
  let components: [RegressionComponent]

  func makeWorker(lanes: Int) -> any BlockWorker<RegressionSums> {
    RegressionWorker(self, lanes: lanes)
  }
}

/// One thread's predictors, and what is derived from them.
private final class RegressionWorker: BlockWorker {
  private let mixture: RegressionMixture
  /// K × p.
  private let coefficients: [Double]
  private var lanes: RegressionLanes
  private var sums: RegressionSums

  init(_ mixture: RegressionMixture, lanes count: Int) {
    self.mixture = mixture
    coefficients = mixture.components.flatMap(\.coefficients)
    let (k, p) = (mixture.components.count, mixture.family.design.width)
    lanes = RegressionLanes(components: k, width: p, lanes: count)
    sums = RegressionSums(components: k, width: p, for: mixture.family.distribution)
  }

  func addLogDensities(of block: borrowing Block, to joint: inout Joint) throws {
    lanes.evaluate(block, mixture, coefficients)
    for k in mixture.components.indices {
      let values = lanes.logDensities.lanes(k, block.rows)
      var row = joint[component: k]
      for i in values.indices { row[i] += values[i] }
    }
  }

  func accumulate(_ block: borrowing Block, responsibilities: borrowing Joint) throws {
    lanes.accumulate(responsibilities, rows: block.rows, mixture, into: &sums)
  }

  func takeStatistics() -> RegressionSums {
    var result = RegressionSums(
      components: mixture.components.count, width: mixture.family.design.width,
      for: mixture.family.distribution)
    swap(&result, &sums)
    return result
  }
}

/// The lanes of one block.
private struct RegressionLanes: ~Copyable {
  var design: LaneMatrix
  var pairs: LaneMatrix
  /// Response, trials, offset.
  var response: LaneMatrix
  var predictors: LaneMatrix
  var logDensities: LaneMatrix
  var slopes: LaneMatrix
  var curvatures: LaneMatrix

  init(components k: Int, width p: Int, lanes: Int) {
    design = LaneMatrix(rows: p, lanes: lanes)
    pairs = LaneMatrix(rows: p * (p + 1) / 2, lanes: lanes)
    response = LaneMatrix(rows: 3, lanes: lanes)
    predictors = LaneMatrix(rows: k, lanes: lanes)
    logDensities = LaneMatrix(rows: k, lanes: lanes)
    slopes = LaneMatrix(rows: k, lanes: lanes)
    curvatures = LaneMatrix(rows: k, lanes: lanes)
  }

  mutating func evaluate(
    _ block: borrowing Block, _ mixture: RegressionMixture, _ coefficients: [Double]
  ) {
    let family = mixture.family
    family.design.predictors.write(block, into: &design)
    family.design.writeResponse(block, into: &response)
    predictors.copyRow(2, of: response, count: block.rows)
    predictors.add(coefficients, times: design, count: block.rows)
    for (k, component) in mixture.components.enumerated() {
      Self.writeDensity(k, component, family, response, predictors, block.rows, &logDensities)
    }
  }

  private static func writeDensity(
    _ k: Int, _ component: RegressionComponent, _ family: RegressionFamily,
    _ response: borrowing LaneMatrix, _ predictors: borrowing LaneMatrix, _ rows: Int,
    _ densities: inout LaneMatrix
  ) {
    var values = densities[row: k]
    family.design.writeLogJacobian(of: response.lanes(0, rows), into: &values)
    family.distribution.addLogDensity(
      of: response.lanes(0, rows), trials: response.lanes(1, rows),
      predictor: predictors.lanes(k, rows), deviation: component.deviation, to: &values)
  }

  mutating func accumulate(
    _ responsibilities: borrowing Joint, rows: Int, _ mixture: RegressionMixture,
    into sums: inout RegressionSums
  ) {
    for k in mixture.components.indices {
      let weights = responsibilities.lanes(k, rows)
      Self.addScalars(
        k, weights, mixture.family.distribution, mixture.components[k].deviation, response,
        predictors, logDensities, &sums)
      Self.writeDerivatives(
        k, weights, mixture.family.distribution, mixture.components[k].deviation, response,
        predictors, &slopes, &curvatures)
    }
    for j in sums.extents.indices {
      let values = design.lanes(j, rows)
      var extent = sums.extents[j]
      for i in values.indices { extent = max(extent, abs(values[i])) }
      sums.extents[j] = extent
    }
    pairs.writePairProducts(of: &design, count: rows)
    slopes.addProducts(with: &design, count: rows, to: &sums.slopes)
    curvatures.addProducts(with: &pairs, count: rows, to: &sums.curvatures)
  }

  private static func addScalars(
    _ k: Int, _ weights: Span<Double>, _ distribution: any Response, _ deviation: Double,
    _ response: borrowing LaneMatrix, _ predictors: borrowing LaneMatrix,
    _ densities: borrowing LaneMatrix, _ sums: inout RegressionSums
  ) {
    let rows = weights.count
    let (y, eta, density) = (
      response.lanes(0, rows), predictors.lanes(k, rows), densities.lanes(k, rows)
    )
    sums.squares[k] += distribution.discrepancy(of: y, predictor: eta, weights: weights)
    for i in weights.indices where weights[i] > 0 {
      sums.objectives[k] += weights[i] * density[i]
    }
    guard !sums.sizes.isEmpty else { return }
    let own = distribution.sizeDerivatives(
      of: y, predictor: eta, size: deviation, weights: weights)
    sums.sizes[k] += own.slope
    sums.sizes[sums.squares.count + k] += own.curvature
  }

  private static func writeDerivatives(
    _ k: Int, _ weights: Span<Double>, _ distribution: any Response, _ deviation: Double,
    _ response: borrowing LaneMatrix, _ predictors: borrowing LaneMatrix,
    _ slopes: inout LaneMatrix, _ curvatures: inout LaneMatrix
  ) {
    let rows = weights.count
    var slope = slopes[row: k]
    var curvature = curvatures[row: k]
    distribution.writeDerivatives(
      of: response.lanes(0, rows), trials: response.lanes(1, rows),
      predictor: predictors.lanes(k, rows), deviation: deviation, weights: weights, slope: &slope,
      curvature: &curvature)
  }
}

extension LaneMatrix {
  /// Writes lanes of row `i` of `other` into every row.
  fileprivate mutating func copyRow(_ i: Int, of other: borrowing LaneMatrix, count: Int) {
    let values = other.lanes(i, count)
    for k in 0..<rows {
      var row = self[row: k]
      for n in values.indices { row[n] = values[n] }
    }
  }
}
