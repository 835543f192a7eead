/// What the covariance of all rows says of a Gaussian family with full covariances: whether it exists,
/// in which coordinates it keeps its digits, and what covariances are small beside.
struct TotalCovariance {
  /// The family in its frame, with its limits.
  private(set) var family: GaussianFamily
  /// The covariance model's name, as it was asked for.
  private let named: String
  private let context: FamilyContext

  /// The share of its variance that a column has of its own below which rows are mapped first: there a
  /// covariance begins to lose digits that count in a log-likelihood.
  private static let nearlyDependent = 1e-5
  /// The share of its deviation below which it is rounding.
  private static let dependent = 1e-12
  /// Passes that find the map; each squares what is wrong with it, down to rounding.
  private static let passLimit = 6

  /// - Parameter family: In a frame without a map, with limits by columns.
  /// - Throws: `degenerate` where the covariance is singular.
  init(_ family: GaussianFamily, named: String, _ context: FamilyContext) throws {
    (self.family, self.named, self.context) = (family, named, context)
    let isRegularized = family.limits.isRegularized
    if !isRegularized { try refuseFewRows() }
    var total = try measured()
    let own = CovarianceFactor(total)?.smallestPivot ?? 0
    if !isRegularized && own < Self.nearlyDependent {
      if family.covarianceModel.isLinearlyEquivariant && context.constraints.isEmpty
        && context.data.missing == nil && context.data.errors == nil
      {
        total = try map(total)
      } else {
        try refuseCollinear(total, limit: family.pivotLimit)
      }
    }
    var limits = self.family.limits
    limits.total = limits.regularize(total)
    if !family.covarianceModel.isColumnScaleEquivariant {
      let least = LinearAlgebra.eigenvalues(limits.total?.matrix ?? total.matrix)?.first ?? 0
      limits.scale = limits.scale.map { _ in max(least, 1e-300) }
    }
    self.family = self.family.with(self.family.frame, limits)
  }

  /// S about the mean of all rows, in the family's frame. One pass.
  private func measured() throws -> Scatter {
    let neutral = family.neutralComponents(1)
    let sums = try context.execution.pass(
      family.prepare(neutral, for: context.data, isExact: true), over: context.data,
      logWeights: [0],
      transform: Softmax(),
      shape: PassShape())
    return family.centre(
      sums.statistics[0], count: sums.counts[0],
      reference: family.references(for: neutral).point(0)
    ).scatter.divided(by: sums.counts[0])
  }

  /// Turns to coordinates in which S is the identity, and gives what it is there.
  ///
  /// A first C = L, S = LLᵀ, is right but for the rounding of S; in its coordinates what is small is large
  /// enough to be measured, and C·L, of S there, is better.
  private mutating func map(_ first: Scatter) throws -> Scatter {
    let plain = first
    var total = first
    var map = Matrix.identity(family.dimension)
    for _ in 0..<Self.passLimit {
      map = map.timesLower(total.lowerFactor(least: family.pivotLimit))
      if let column = dependentColumn(map, plain) { throw collinear(plain, column) }
      var frame = family.frame
      frame.map = map
      family = family.with(frame, family.limits)
      total = try measured()
      if total.isIdentity(within: 1e-6) { break }
    }
    return total
  }

  /// The first column whose own part is rounding: of the doubles, or of the data far from 0.
  private func dependentColumn(_ map: Matrix, _ total: Scatter) -> Int? {
    let d = family.dimension
    let inverse = map.solvedLower(.identity(d))
    let (summary, scales) = (context.summary, family.frame.scales)
    let rounding = (0..<d).map {
      0.5 * Double.ulpOfOne * max(abs(summary.minima[$0]), abs(summary.maxima[$0])) * scales[$0]
    }
    return (0..<d).first { j in
      guard map[j, j] > Self.dependent * total.variance(j).squareRoot() else { return true }
      guard map[j, j] < 1e-3 * total.variance(j).squareRoot() else { return false }
      let noise = (0...j).reduce(0) { $0 + abs(inverse[j, $1]) * rounding[$1] }
      return !(noise < 0.3)
    }
  }
}

extension TotalCovariance {
  /// Rows and columns alone tell.
  private func refuseFewRows() throws {
    let (rows, d) = (context.summary.weightedRows, family.dimension)
    guard rows <= d else { return }
    throw EmulsionError(
      .degenerate,
      "\(rows.counted("row")) cannot determine a \(named) covariance of \(d) "
        + "columns; use covariance = \"diagonal\", fewer columns, or regularization above 0")
  }

  private func refuseCollinear(_ total: Scatter, limit: Double) throws {
    let collinearity = Collinearity(total, limit: limit)
    if let column = collinearity.dependent {
      throw collinear(total, column, collinearity.explaining)
    }
  }

  /// - Parameter column: One that depends on others, where the covariance itself doesn't tell.
  private func collinear(_ total: Scatter, _ column: Int) -> EmulsionError {
    let told = Collinearity(total, limit: family.pivotLimit)
    if let column = told.dependent { return collinear(total, column, told.explaining) }
    return collinear(total, column, Array(0..<column))
  }

  private func collinear(_ total: Scatter, _ column: Int, _ explaining: [Int]) -> EmulsionError {
    let names = context.data.columnNames
    // Structures that compare columns work in one unit for all, in which a variance may underflow.
    let variances = (0..<family.dimension).map(total.variance)
    guard let least = variances.min(), let most = variances.max(), least > 1e-280 * most else {
      return EmulsionError(
        .degenerate,
        "the columns' scales are too far apart for a \(named) covariance, which compares them; "
          + "rescale the columns, or use covariance = \"full\" or \"diagonal\"")
    }
    let others = explaining.map { quoted(names[$0]) }.joined(separator: ", ")
    // Rows are mapped for structures that every linear map leaves as they are; the others keep fewer digits.
    let isMapped = family.covarianceModel.isLinearlyEquivariant && context.constraints.isEmpty
    let consequence =
      isMapped
      ? ", so that no \(named) covariance exists; leave one of them out, use covariance = "
      : " as far as a \(named) covariance can tell; leave one of them out, use covariance = \"full\" or "
    return EmulsionError(
      .degenerate,
      "column \(quoted(names[column])) is a linear combination of \(others)\(consequence)"
        + "\"diagonal\", or set regularization above 0")
  }
}

extension GaussianFamily {
  /// The same family in another frame, with other limits.
  func with(_ frame: Frame, _ limits: CovarianceLimits) -> GaussianFamily {
    GaussianFamily(
      covarianceModel, columnNames: columnNames, frame: frame, limits: limits,
      constraints: constraints, meanWeight: meanWeight, endsAtFloor: endsAtFloor)
  }
}

extension Scatter {
  /// The Cholesky factor of a full covariance, where the share of its variance that a column has of its
  /// own counts as at least `least`. O(d³).
  fileprivate func lowerFactor(least: Double) -> Matrix {
    let d = dimension
    var factor = matrix
    for j in 0..<d {
      var pivot = factor[j, j]
      for q in 0..<j { pivot -= factor[j, q] * factor[j, q] }
      let root = max(pivot, least * variance(j)).squareRoot()
      factor[j, j] = root
      for i in 0..<d where i != j {
        if i < j {
          factor[i, j] = 0
        } else {
          for q in 0..<j { factor[i, j] -= factor[i, q] * factor[j, q] }
          factor[i, j] = root > 0 ? factor[i, j] / root : 0
        }
      }
    }
    return factor
  }

  fileprivate func isIdentity(within error: Double) -> Bool {
    let matrix = matrix
    return (0..<dimension).allSatisfy { a in
      (0...a).allSatisfy { abs(matrix[a, $0] - (a == $0 ? 1 : 0)) <= error }
    }
  }
}
