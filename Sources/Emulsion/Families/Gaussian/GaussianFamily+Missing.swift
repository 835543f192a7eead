extension GaussianFamily {
  /// The marginal densities, and the first and second moments of all columns given those with values
  /// (Little & Rubin 2019, section 11.2; Ghahramani & Jordan 1994).
  ///
  /// - Complexity: O(K·d³) here and once a chunk; per row what the columns cost by themselves.
  public func prepare(_ components: [Gaussian], observing columns: [Int]) throws
    -> any PreparedMixture<FeatureSums>
  {
    guard frame.map == nil else {
      throw EmulsionError(
        .invalidOption,
        "missing: \"likelihood\" needs a model that was fitted with it, since columns nearly depend on each "
          + "other here")
    }
    let completion = try CompletedGaussians(self, components, observing: columns)
    return ObservedMixture<FeatureSums, FeatureSums>(
      columns.isEmpty ? nil : try completion.family.prepare(completion.components),
      columns: columns, components: components.count
    ) { completion.sums($0, masses: $1, counts: $1) }
  }
}

/// Gaussian components in some of their columns, and what sums over these make of all columns.
public struct CompletedGaussians: Sendable {
  /// The family of the columns.
  public let family: GaussianFamily
  /// The components in the columns.
  public let components: [Gaussian]
  private let own: [CompletedSums]
  private let width: Int

  /// - Parameters:
  ///   - whole: The family of all columns, in units of which each is made by itself.
  ///   - components: Those of all columns.
  ///   - columns: The columns with values, ascending.
  /// - Throws: `degenerate` where a covariance is not positive definite.
  /// - Complexity: O(K·d³).
  public init(_ whole: GaussianFamily, _ components: [Gaussian], observing columns: [Int]) throws {
    let family = whole.selecting(columns)
    let part = components.map { whole.selecting(columns, of: $0) }
    let (from, to) = (family.references(for: part), whole.references(for: components))
    own = try components.indices.map { k in
      try CompletedSums(
        components[k], observing: columns, from: from.point(k), to: to.point(k))
    }
    (self.family, self.components, width) = (family, part, whole.featureCount)
  }

  /// The sums of all columns that are expected, given those of the columns with values.
  ///
  /// Rows with latent weights u, given which their covariance is Σ/u, bring Σ/u·u = Σ to the weighted squares of
  /// what they lack: Σ counts once a row, means u times.
  ///
  /// - Parameters:
  ///   - sums: Sums weighted by r·u; `nil` without any column.
  ///   - masses: Σ r·u of each component.
  ///   - counts: Σ r of each component; the same where rows have no latent weights.
  public func sums(_ sums: FeatureSums?, masses: [Double], counts: [Double]) -> FeatureSums {
    var result = FeatureSums(components: own.count, features: width)
    for (k, completion) in own.enumerated() {
      result.values.replaceSubrange(
        k * width..<(k + 1) * width,
        with: completion.sums(sums.map { Array($0[k]) } ?? [], masses[k], rests: counts[k]))
    }
    return result
  }
}

/// Sums of z − C and its products over all columns, as expected of one component, from those of u = z − c over
/// the columns with values: E(z − C | u) = Au + b, with the conditional covariance for the others.
private struct CompletedSums: Sendable {
  let form: ScatterForm
  let dimension: Int
  let columns: [Int]
  /// d × m.
  var slope: Matrix
  var shift: [Double]
  /// The conditional covariance, d × d, 0 but for the columns without values.
  var rest: Matrix

  init(
    _ component: Gaussian, observing columns: [Int], from c: [Double], to reference: [Double]
  ) throws {
    let (d, m) = (component.mean.count, columns.count)
    let others = (0..<d).filter { !columns.contains($0) }
    let covariance = component.covariance.matrix
    form = component.covariance.form
    dimension = d
    self.columns = columns
    slope = Matrix(rows: d, columns: m)
    shift = .zeros(d)
    rest = Matrix(rows: d, columns: d)
    for (a, i) in columns.enumerated() {
      slope[i, a] = 1
      shift[i] = c[a] - reference[i]
    }
    var block = Matrix(rows: m, columns: m)
    for a in 0..<m { for b in 0..<m { block[a, b] = covariance[columns[a], columns[b]] } }
    guard let lower = m == 0 ? block : LinearAlgebra.cholesky(block) else {
      throw EmulsionError(.degenerate, "a covariance is not positive definite")
    }
    let halves = others.map { i in lower.solvedLower(columns.map { covariance[i, $0] }) }
    for (p, i) in others.enumerated() {
      // Σᵢₒ Σₒₒ⁻¹ = (L⁻ᵀ L⁻¹ Σₒᵢ)ᵀ.
      var row = halves[p]
      for a in stride(from: m - 1, through: 0, by: -1) {
        for b in a + 1..<max(m, a + 1) { row[a] -= lower[b, a] * row[b] }
        row[a] /= lower[a, a]
      }
      shift[i] = component.mean[i] - reference[i]
      for a in 0..<m {
        slope[i, a] = row[a]
        shift[i] += row[a] * (c[a] - component.mean[columns[a]])
      }
      for (q, j) in others.enumerated() {
        rest[i, j] = zip(halves[p], halves[q]).reduce(covariance[i, j]) { $0 - $1.0 * $1.1 }
      }
    }
  }

  /// The features' sums over rows of summed weight `count`, which lack the conditional covariance `rests` times.
  func sums(_ own: [Double], _ count: Double, rests: Double) -> [Double] {
    let (d, m) = (dimension, columns.count)
    guard form == .full else { return axisAligned(own, count, rests) }
    // Σ Au, and Σ Auuᵀ.
    var first = [Double].zeros(d)
    var half = Matrix(rows: d, columns: m)
    for i in 0..<d {
      for a in 0..<m {
        first[i] += slope[i, a] * own[a]
        guard slope[i, a] != 0 else { continue }
        for b in 0..<m {
          half[i, b] += slope[i, a] * own[m + Scatter.packed(min(a, b), max(a, b), m)]
        }
      }
    }
    var result = (0..<d).map { first[$0] + count * shift[$0] }
    for i in 0..<d {
      for j in i..<d {
        var sum = rests * rest[i, j] + count * shift[i] * shift[j] + first[i] * shift[j]
        sum += shift[i] * first[j]
        for b in 0..<m where slope[j, b] != 0 { sum += half[i, b] * slope[j, b] }
        result.append(sum)
      }
    }
    return result
  }

  /// The same where columns are independent: each has its own, or its mean and variance.
  private func axisAligned(_ own: [Double], _ count: Double, _ rests: Double) -> [Double] {
    let m = columns.count
    var (first, second) = (shift.map { count * $0 }, [Double].zeros(dimension))
    for i in 0..<dimension { second[i] = rests * rest[i, i] + count * shift[i] * shift[i] }
    for (a, i) in columns.enumerated() {
      first[i] += own[a]
      second[i] += 2 * shift[i] * own[a] + (form == .diagonal ? own[m + a] : 0)
    }
    guard form == .spherical else { return first + second }
    return first + [second.reduce(m == 0 ? 0 : own[m], +)]
  }
}
