/// The M step of factor analysers, by expected sums of rows and factors: loadings given the uniquenesses before,
/// then uniquenesses given the loadings (McNicholas & Murphy 2008, section 3).
///
/// Factors are let have any mean and covariance (Liu, Rubin & Wu 1998, section 4.4, parameter expansion): what
/// these come to goes into the means and, by its Cholesky factor, into the loadings. The likelihood rises at
/// least as far, at the cost of q × q matrices, and means are those of the rows. Components that share loadings
/// share the factors' covariance.
struct FactorStep {
  let pattern: FactorPattern
  let dimension: Int
  private let counts: [Double]
  /// Moments of y and z about their means, of each component: Σ(y−ȳ)², Σ(y−ȳ)(z−z̄)ᵀ, Σ(z−z̄)(z−z̄)ᵀ.
  private var squares: [[Double]] = []
  private var products: [Matrix] = []
  private var factorProducts: [Matrix] = []

  /// Means of y of each component.
  private(set) var means: [[Double]] = []
  /// Λ of each component, d × q.
  private(set) var loadings: [Matrix] = []
  /// Ψ of each component, as it comes out.
  private(set) var uniquenesses: [[Double]] = []

  /// - Parameters:
  ///   - sums: Of each component, none of which is empty.
  ///   - previous: The components that they were taken under.
  init(
    _ sums: [FactorSums], counts: [Double], previous: [FactorGaussian], _ pattern: FactorPattern
  ) {
    self.pattern = pattern
    self.counts = counts
    let (d, q) = (previous.first?.mean.count ?? 0, pattern.factors)
    dimension = d
    for (sum, count) in zip(sums, counts) {
      let mean = sum.linear.map { $0 / count }
      let factor = sum.factors.map { $0 / count }
      means.append(mean)
      squares.append((0..<d).map { sum.squares[$0] - count * mean[$0] * mean[$0] })
      var (mixed, own) = (sum.products, sum.factorProducts)
      for f in 0..<q {
        for j in 0..<d { mixed[j, f] -= count * mean[j] * factor[f] }
        for g in 0..<q { own[f, g] -= count * factor[f] * factor[g] }
      }
      products.append(mixed)
      factorProducts.append(own)
    }
    improveLoadings(previous)
    improveUniquenesses()
    reduce()
  }

  private mutating func improveLoadings(_ previous: [FactorGaussian]) {
    let (d, q) = (dimension, pattern.factors)
    guard pattern.sharesLoadings else {
      loadings = counts.indices.map { k in
        guard let root = LinearAlgebra.cholesky(factorProducts[k]) else {
          return previous[k].loadings
        }
        return Matrix(
          rows: d, columns: q,
          values: (0..<d).flatMap { root.solved(Array(products[k].row($0))) })
      }
      return
    }
    // Each row of Λ minimises Σₖ (λᵀCₖλ − 2λᵀbₖ)/ψₖⱼ.
    var shared = previous[0].loadings
    for j in 0..<d {
      var curvature = Matrix(rows: q, columns: q)
      var slope = [Double].zeros(q)
      for k in counts.indices {
        let precision = 1 / previous[k].uniquenesses[j]
        for f in 0..<q {
          slope[f] += precision * products[k][j, f]
          for g in 0..<q { curvature[f, g] += precision * factorProducts[k][f, g] }
        }
      }
      guard let root = LinearAlgebra.cholesky(curvature) else { continue }
      let row = root.solved(slope)
      for f in 0..<q { shared[j, f] = row[f] }
    }
    loadings = counts.map { _ in shared }
  }

  private mutating func improveUniquenesses() {
    let d = dimension
    // Σ r E(yⱼ − λⱼᵀz)² about the means.
    var rests = counts.indices.map { k in
      (0..<d).map { j in
        let row = loadings[k].row(j)
        let start = row.startIndex
        var rest = squares[k][j]
        for f in 0..<pattern.factors {
          var own = -2 * products[k][j, f]
          for g in 0..<pattern.factors { own += factorProducts[k][f, g] * row[start + g] }
          rest += row[start + f] * own
        }
        return rest
      }
    }
    if pattern.sharesUniquenesses {
      let total = (0..<d).map { j in rests.reduce(0) { $0 + $1[j] } }
      rests = counts.map { _ in total }
    }
    let total = counts.reduce(0, +)
    uniquenesses = rests.indices.map { k in
      let count = pattern.sharesUniquenesses ? total : counts[k]
      guard pattern.isIsotropic else { return rests[k].map { $0 / count } }
      let mean = rests[k].reduce(0, +) / (count * Double(d))
      return Array(repeating: mean, count: d)
    }
  }

  /// Gives factors the mean 0 and the covariance I again.
  private mutating func reduce() {
    let q = pattern.factors
    var spreads = zip(factorProducts, counts).map { $0.scaled(by: 1 / $1) }
    if pattern.sharesLoadings {
      var total = Matrix(rows: q, columns: q)
      let rows = counts.reduce(0, +)
      for own in factorProducts {
        for i in own.values.indices { total.values[i] += own.values[i] / rows }
      }
      spreads = counts.map { _ in total }
    }
    for k in counts.indices {
      guard let root = LinearAlgebra.cholesky(spreads[k]) else { continue }
      loadings[k] = loadings[k] * root
    }
  }
}

extension Matrix {
  /// (LLᵀ)⁻¹v of a lower triangular L. O(q²).
  func solved(_ vector: [Double]) -> [Double] {
    var result = solvedLower(vector)
    for a in stride(from: rows - 1, through: 0, by: -1) {
      for b in a + 1..<max(rows, a + 1) { result[a] -= self[b, a] * result[b] }
      result[a] /= self[a, a]
    }
    return result
  }
}
