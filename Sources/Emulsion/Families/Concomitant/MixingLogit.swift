/// Mixing probabilities that depend on the rows: rows of a group share one component, and covariates
/// may say which is likely (a multinomial logit; Dayton & Macready 1988).
public struct MixingLogit: Sendable {
  /// The column of group numbers.
  public let group: Int?
  /// What probabilities depend on; a row of ones alone where that is nothing.
  public private(set) var covariates: any Covariates
  /// The tied and fixed coefficients, in the units of the data; none where all are free.
  private(set) var roles: [ParameterRole] = []

  /// Number of coefficients of a component.
  public let width: Int
  /// Whether probabilities are the same everywhere, so that they are shares.
  let isConstant: Bool

  /// Makes mixing probabilities.
  ///
  /// - Parameters:
  ///   - group: The column of group numbers.
  ///   - covariates: What probabilities depend on.
  public init(group: Int? = nil, covariates: any Covariates) {
    (self.group, self.covariates) = (group, covariates)
    width = covariates.titles.count
    isConstant = covariates.hasIntercept && width == 1
  }

  /// Takes on restrictions of the coefficients.
  ///
  /// Probabilities depend on the differences of coefficients between components alone: one that is
  /// tied or fixed is 0 to them, whatever it is called.
  public mutating func restrict(to roles: [ParameterRole]) {
    self.roles = roles.isFree ? [] : roles
    if covariates.hasIntercept, let first = roles.first, first != .free { covariates.uncentre() }
  }

  /// Takes on the restrictions of covariates that keep to them already.
  mutating func restore(_ roles: [ParameterRole]) { self.roles = roles }

  /// The coefficients that probabilities depend on.
  var free: [Int] { (0..<width).filter { roles.isEmpty || roles[$0] == .free } }

  /// Coefficients with 0 where they are tied or fixed.
  func obeying(_ coefficients: [Double]) -> [Double] {
    roles.isEmpty ? coefficients : zip(roles, coefficients).map { $0 == .free ? $1 : 0 }
  }

  /// Those of a component that has the same probability in every row.
  func constant(_ probability: Double) -> [Double] {
    var coefficients = [Double].zeros(width)
    if covariates.hasIntercept { coefficients[0] = Elementary.log(probability, atLeast: -700) }
    return obeying(coefficients)
  }

  /// The same probabilities with coefficients of 0 in the first component.
  func baselined(_ coefficients: [[Double]]) -> [[Double]] {
    guard let first = coefficients.first, !isConstant else { return coefficients }
    return coefficients.map { zip($0, first).map { $0 - $1 } }
  }

  /// The blocks' runs of rows that share a component: each row by itself without groups.
  func forEachRun(_ block: borrowing Block, _ body: (Range<Int>) -> Void) {
    guard let group else {
      for i in 0..<block.rows { body(i..<i + 1) }
      return
    }
    let numbers = block.column(group)
    var first = 0
    for i in 1...block.rows where i == block.rows || numbers[i] != numbers[first] {
      body(first..<i)
      first = i
    }
  }

  /// Writes ln π of every row into K rows of lanes.
  ///
  /// - Parameters:
  ///   - coefficients: K × q.
  ///   - scratch: q rows of lanes, which then hold the covariates.
  public func writeLogarithms(
    _ coefficients: [Double], _ block: borrowing Block, scratch: inout LaneMatrix,
    into lanes: inout LaneMatrix
  ) {
    let (k, rows) = (coefficients.count / max(1, width), block.rows)
    covariates.write(block, into: &scratch)
    for c in 0..<k {
      var row = lanes[row: c]
      for i in 0..<rows { row[i] = 0 }
    }
    lanes.add(coefficients, times: scratch, count: rows)
    var values = [Double].zeros(k)
    for i in 0..<rows {
      for c in 0..<k { values[c] = lanes.lanes(c, rows)[i] }
      let logSum = logSumExp(values)
      for c in 0..<k {
        var row = lanes[row: c]
        row[i] = values[c] - logSum
      }
    }
  }
}

/// ln Σ exp.
func logSumExp(_ values: [Double]) -> Double {
  guard let largest = values.max(), largest.isFinite else { return -.infinity }
  return largest + naturalLog(values.reduce(0) { $0 + exponential($1 - largest) })
}

/// What the M step of mixing probabilities needs.
public struct MixingSums: SufficientStatistics {
  /// Σ r of each component, one term a group.
  var shares: [Double]
  /// Σ (r − tπ)w, K × q, t the weight of a group.
  var slopes: [Double]
  /// Σ tπₖ(δₖₗ − πₗ)wwᵀ, (K·q)².
  var curvature: [Double]
  /// Σ r ln π.
  var objective = 0.0
  /// The largest |w| of each covariate.
  var extents: [Double]

  /// Sums of no rows.
  ///
  /// - Parameters:
  ///   - k: K.
  ///   - q: How many covariates there are.
  public init(components k: Int, width q: Int) {
    shares = .zeros(k)
    slopes = .zeros(k * q)
    curvature = .zeros(k * q * k * q)
    extents = .zeros(q)
  }

  /// Adds a row, or a group of rows that share a component.
  ///
  /// - Parameters:
  ///   - given: r of each component.
  ///   - logarithms: Their ln π.
  ///   - w: The covariates.
  public mutating func add(_ given: [Double], logarithms: [Double], covariates w: [Double]) {
    let (k, q) = (shares.count, extents.count)
    let order = k * q
    let total = given.reduce(0, +)
    guard total > 0 else { return }
    for j in 0..<q { extents[j] = max(extents[j], abs(w[j])) }
    let probabilities = logarithms.map(exponential)
    for c in 0..<k {
      if given[c] > 0 { objective += given[c] * logarithms[c] }
      for j in 0..<q { slopes[c * q + j] += (given[c] - total * probabilities[c]) * w[j] }
    }
    for a in 0..<k {
      for b in 0..<k {
        let factor = total * probabilities[a] * ((a == b ? 1 : 0) - probabilities[b])
        for j in 0..<q {
          for l in 0..<q { curvature[(a * q + j) * order + b * q + l] += factor * w[j] * w[l] }
        }
      }
    }
  }

  /// Adds the sums of other rows.
  public mutating func merge(_ other: MixingSums) {
    for k in shares.indices { shares[k] += other.shares[k] }
    for i in slopes.indices { slopes[i] += other.slopes[i] }
    for i in curvature.indices { curvature[i] += other.curvature[i] }
    for j in extents.indices { extents[j] = max(extents[j], other.extents[j]) }
    objective += other.objective
  }

  /// Multiplies every sum.
  public mutating func scale(by factor: Double) {
    shares = shares.map { $0 * factor }
    slopes = slopes.map { $0 * factor }
    curvature = curvature.map { $0 * factor }
    objective *= factor
  }
}
