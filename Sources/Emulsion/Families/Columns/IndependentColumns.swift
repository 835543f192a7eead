/// Columns that are independent given the component, each under one univariate exponential family.
///
/// Density Πⱼ p(xⱼ | θₖⱼ); the M step is the univariate family's, column by column.
public struct IndependentColumns<Density: UnivariateExponentialFamily>: ColumnwiseFamily,
  ExponentialFamily
{
  /// The columns with their constraints.
  public let columns: UnivariateColumns<Density>

  private var density: Density { columns.density }

  /// The features of every column, one column after another.
  public var featureCount: Int { dimension * density.featureCount }

  /// The features of every column.
  public func writeFeatures(
    of block: borrowing Block, about reference: [Double], into features: inout LaneMatrix
  ) {
    for j in 0..<dimension {
      for i in 0..<density.featureCount {
        var lanes = features[row: j * density.featureCount + i]
        density.writeFeature(i, of: block.column(j), into: &lanes)
      }
    }
  }

  /// η of every column; constants add up.
  public func writeNaturalParameters(
    of component: IndependentComponent, about reference: [Double],
    into eta: inout MutableSpan<Double>
  ) throws -> Double {
    var constant = 0.0
    for j in 0..<dimension {
      let form = density.naturalForm(columns.parameters(of: component, column: j))
      constant += form.constant
      for (i, value) in form.eta.enumerated() { eta[j * density.featureCount + i] = value }
    }
    guard constant.isFinite else {
      throw EmulsionError(.degenerate, "a \(name) component has no density")
    }
    return constant
  }

  /// The univariate family's.
  public var hasBaseMeasure: Bool { density.hasBaseMeasure }

  /// Adds ln h of every column.
  public func addLogBaseMeasure(of block: borrowing Block, to lanes: inout MutableSpan<Double>) {
    for j in 0..<dimension { density.addLogBaseMeasure(of: block.column(j), to: &lanes) }
  }

  /// The family of these columns.
  public func marginal(of components: [IndependentComponent], columns positions: [Int])
    -> (any ComponentSet)?
  {
    FamilyComponents(
      family: IndependentColumns(columns: columns.selecting(positions)),
      components: columns.selecting(positions, of: components))
  }

  /// The components' own centres, where some are needed.
  public func reference(of components: [IndependentComponent]) -> SumReference {
    needsCentres(components) ? .own(components: components.count) : .shared
  }

  /// Whether a column of any component loses digits in the natural form; then all are centred.
  private func needsCentres(_ components: [IndependentComponent]) -> Bool {
    density.hasCenters
      && components.contains { component in
        (0..<dimension).contains {
          density.needsCenter(columns.parameters(of: component, column: $0))
        }
      }
  }

  /// Centres of the columns where these are needed, otherwise the natural form.
  public func prepare(_ components: [IndependentComponent]) throws
    -> any PreparedMixture<FeatureSums>
  {
    try prepare(components, isCentred: needsCentres(components))
  }

  private func prepare(_ components: [IndependentComponent], isCentred: Bool) throws
    -> any PreparedMixture<FeatureSums>
  {
    guard isCentred else { return try naturalMixture(components) }
    return CentredColumns(density: density, forms: forms(components))
  }

  /// The columns with values; the others add to no sum, and the M step counts their rows apart.
  public func prepare(_ components: [IndependentComponent], observing positions: [Int]) throws
    -> any PreparedMixture<FeatureSums>
  {
    let part = IndependentColumns(columns: columns.selecting(positions))
    let own = columns.selecting(positions, of: components)
    let mixture =
      positions.isEmpty ? nil : try part.prepare(own, isCentred: needsCentres(components))
    let (k, d, width) = (components.count, dimension, density.featureCount)
    return ObservedMixture<FeatureSums, FeatureSums>(mixture, columns: positions, components: k) {
      sums, counts in
      var result = FeatureSums(components: k, features: d * width)
      var absent = [Double].zeros(k * d)
      for q in 0..<k {
        for j in 0..<d { absent[q * d + j] = counts[q] }
        for (a, j) in positions.enumerated() {
          absent[q * d + j] = 0
          for i in 0..<width {
            let sum = sums?.values[(q * positions.count + a) * width + i] ?? 0
            result.values[(q * d + j) * width + i] = sum
          }
        }
      }
      result.absent = absent
      return result
    }
  }

  private func forms(_ components: [IndependentComponent]) -> [[any CenteredDensity]] {
    components.map { component in
      (0..<dimension).map { density.centered(at: columns.parameters(of: component, column: $0)) }
    }
  }

  /// The univariate M step, column by column.
  public func estimate(
    _ statistics: FeatureSums, counts: [Double], previous: [IndependentComponent]
  ) -> [IndependentComponent] {
    let width = density.featureCount
    // Only families of one parameter pool sums; where it is tied, all have the same centre.
    let pooled = (0..<featureCount).map { f in
      previous.indices.reduce(0) { $0 + statistics.values[$1 * featureCount + f] }
    }
    func sums(_ k: Int?, _ j: Int) -> [Double] {
      let sums = k.map { statistics[$0] } ?? pooled[...]
      return Array(sums.dropFirst(j * width).prefix(width))
    }
    let absent = statistics.absent
    func count(_ k: Int, _ j: Int) -> Double {
      absent.map { max(0, counts[k] - $0[k * dimension + j]) } ?? counts[k]
    }
    if needsCentres(previous) {
      let forms = forms(previous)
      func objective(_ k: Int, _ j: Int, _ parameters: [Double]) -> Double {
        forms[k][j].logLikelihood(sums: sums(k, j), count: count(k, j), at: parameters)
      }
      return columns.estimate(
        counts: counts, absent: absent, previous: previous, objective: objective
      ) {
        k, j, count, _ in
        forms[k ?? 0][j].estimate(sums: sums(k, j), count: count)
      }
    }
    // Σγ ln p = η·Σγφ − A·Σγ; ln h does not depend on the parameters.
    func objective(_ k: Int, _ j: Int, _ parameters: [Double]) -> Double {
      let form = density.naturalForm(parameters)
      return zip(form.eta, sums(k, j)).reduce(count(k, j) * form.constant) { $0 + $1.0 * $1.1 }
    }
    return columns.estimate(
      counts: counts, absent: absent, previous: previous, objective: objective
    ) {
      k, j, count, before in
      density.estimate(sums: sums(k, j), count: count, previous: before)
    }
  }
}
