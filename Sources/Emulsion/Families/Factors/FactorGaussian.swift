/// A Gaussian component x = μ + Λz + e with q factors z ~ N(0, I) and errors e ~ N(0, Ψ), Ψ diagonal, in the
/// coordinates of its family's frame: its covariance is ΛΛᵀ + Ψ.
public struct FactorGaussian: MixtureComponent {
  /// μ, d numbers.
  let mean: [Double]
  /// Λ, d × q.
  let loadings: Matrix
  /// The diagonal of Ψ, d numbers.
  let uniquenesses: [Double]
  /// Whether it is what the first pass of a start measures from, whose loadings say nothing yet.
  var isNeutral = false

  private enum CodingKeys: String, CodingKey {
    case mean, loadings, uniquenesses
  }

  /// ΛΛᵀ + Ψ. O(d²q).
  var covariance: Scatter {
    let d = mean.count
    return Scatter(
      .full, dimension: d,
      values: .triangle(of: d) { a, b in
        var sum = a == b ? uniquenesses[a] : 0
        for f in 0..<loadings.columns { sum += loadings[a, f] * loadings[b, f] }
        return sum
      })
  }

  /// The same as any Gaussian. O(d²q).
  var gaussian: Gaussian { Gaussian(mean: mean, covariance: covariance) }

  /// The component of some of the columns. O(mq).
  func selecting(_ columns: [Int]) -> FactorGaussian {
    FactorGaussian(
      mean: columns.map { mean[$0] },
      loadings: Matrix(
        rows: columns.count, columns: loadings.columns,
        values: columns.flatMap { loadings.row($0) }),
      uniquenesses: columns.map { uniquenesses[$0] })
  }
}

/// A component made ready: with M = I + ΛᵀΨ⁻¹Λ = LLᵀ and A = L⁻¹ΛᵀΨ⁻¹,
/// (x−μ)ᵀΣ⁻¹(x−μ) = (x−μ)ᵀΨ⁻¹(x−μ) − |A(x−μ)|² (Woodbury), and E(z|x) = L⁻ᵀA(x−μ), Cov(z|x) = M⁻¹. O(dq²).
struct FactorForm: Sendable {
  /// The diagonal of Ψ⁻¹.
  let precisions: [Double]
  /// A, q × d.
  let projection: Matrix
  /// L⁻¹, q × q.
  let inverseRoot: Matrix
  /// M⁻¹, q × q.
  let covariance: Matrix
  /// ln |Ψ| + ln |M|.
  let logDeterminant: Double

  /// `nil` where a uniqueness is not above 0, or a number has left the doubles.
  init?(_ component: FactorGaussian) {
    let (d, q) = (component.mean.count, component.loadings.columns)
    let loadings = component.loadings
    guard component.uniquenesses.allSatisfy({ $0 > 0 && $0.isFinite }) else { return nil }
    precisions = component.uniquenesses.map { 1 / $0 }
    var root = [Double].zeros(q * q)
    var logDeterminant = component.uniquenesses.reduce(0) { $0 + naturalLog($1) }
    for f in 0..<q {
      for g in 0...f {
        var sum = f == g ? 1.0 : 0
        for j in 0..<d { sum += loadings[j, f] * precisions[j] * loadings[j, g] }
        root[f * q + g] = sum
      }
    }
    guard LinearAlgebra.factorise(&root, order: q) else { return nil }
    for f in 0..<q { logDeterminant += 2 * naturalLog(root[f * q + f]) }
    guard logDeterminant.isFinite else { return nil }
    LinearAlgebra.invertLower(&root, order: q)
    for f in 0..<q { for g in f + 1..<max(q, f + 1) { root[f * q + g] = 0 } }
    let inverse = Matrix(rows: q, columns: q, values: root)
    var projection = Matrix(rows: q, columns: d)
    for f in 0..<q {
      for g in 0...f where inverse[f, g] != 0 {
        for j in 0..<d { projection[f, j] += inverse[f, g] * loadings[j, g] * precisions[j] }
      }
    }
    inverseRoot = inverse
    covariance = inverse.transposed() * inverse
    self.projection = projection
    self.logDeterminant = logDeterminant
  }

  /// Those of components.
  ///
  /// - Throws: `degenerate` where one has no density.
  static func all(of components: [FactorGaussian]) throws -> [FactorForm] {
    try components.map {
      guard let form = FactorForm($0) else {
        throw EmulsionError(.degenerate, "a covariance is not positive definite")
      }
      return form
    }
  }

  /// What −½(x−μ)ᵀΨ⁻¹(x−μ) adds up about a reference that is δ before the mean, at three deviations.
  func cancellation(_ component: FactorGaussian, from reference: [Double]) -> Double {
    var sum = 0.0
    for j in precisions.indices {
      var variance = component.uniquenesses[j]
      for f in 0..<component.loadings.columns {
        variance += component.loadings[j, f] * component.loadings[j, f]
      }
      let extent = abs(component.mean[j] - reference[j]) + 3 * variance.squareRoot()
      sum += precisions[j] * extent * extent
    }
    return sum
  }
}
