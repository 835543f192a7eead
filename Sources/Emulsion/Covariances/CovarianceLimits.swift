/// What keeps covariances away from singularity: a floor and a term on the diagonal.
struct CovarianceLimits: Sendable, Hashable, Codable {
  /// The smallest eigenvalue of a covariance in units of the data's own; 0 for none.
  var floor: Double
  /// The data's variance of each column, in the frame; their smallest along any direction where a
  /// structure compares columns that need not be independent.
  var scale: [Double]
  /// What is added to each diagonal element, in the frame.
  var regularization: [Double]
  /// S, the data's covariance in the frame, where covariances are full.
  var total: Scatter?

  var isRegularized: Bool { regularization.contains { $0 > 0 } }

  /// A fitted covariance this close to the floor is held up by it.
  private static let slack = 1.01

  /// Whether a covariance is at the floor in some direction: whether S⁻¹Σ has an eigenvalue there.
  func isAtFloor(_ covariance: Scatter) -> Bool {
    floor > 0 && !covariance.exceeds(Self.slack * floor, times: total, or: scale)
  }

  /// The covariance with the regularization added to its diagonal.
  func regularize(_ covariance: Scatter) -> Scatter {
    guard isRegularized else { return covariance }
    var result = covariance
    for j in 0..<(covariance.form == .spherical ? 1 : covariance.dimension) {
      result.values[result.diagonalIndex(j)] += regularization[j]
    }
    return result
  }
}

extension Scatter {
  /// Whether Σ − fS is positive definite, S a matrix or, without one, diagonal.
  func exceeds(_ factor: Double, times total: Scatter?, or scale: [Double]) -> Bool {
    let d = dimension
    let values = values.span
    guard form == .full else {
      for j in values.indices where !(values[j] >= factor * scale[j]) { return false }
      return true
    }
    return withScratch(d * d) { rest in
      var index = 0
      for a in 0..<d {
        for b in a..<d {
          let unit = total?.values[index] ?? (a == b ? scale[a] : 0)
          rest[b * d + a] = values[index] - factor * unit
          index += 1
        }
      }
      return LinearAlgebra.factorise(&rest, order: d)
    }
  }
}
