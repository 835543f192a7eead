import Emulsion

/// The probabilities of one component, one a column.
public struct MultinomialComponent: MixtureComponent {
  let probabilities: [Double]
}

/// Rows of counts given their total; the features are the counts.
public struct MultinomialFamily: ExponentialFamily, Codable {
  /// The number of columns.
  public let dimension: Int
  /// The total of every row of the data; `nil` where totals differ.
  let total: Double?
  /// Whether rows of the data have totals so large that the natural form loses digits.
  private let hasLargeCounts: Bool?
  private var restricted: [ParameterRole]?

  /// Beyond it, n ln n is above 10⁶, of which a double keeps ten decimals.
  static let largeTotal = 1e5

  init(dimension: Int, total: Double?, hasLargeCounts: Bool) {
    (self.dimension, self.total) = (dimension, total)
    self.hasLargeCounts = hasLargeCounts ? true : nil
  }

  /// What is tied or fixed of the probabilities.
  public var roles: [ParameterRole] { restricted ?? [] }

  private var shares: ConstrainedShares {
    ConstrainedShares(roles.completed(to: dimension))
  }

  /// Takes on what the context restricts.
  ///
  /// - Throws: `invalid-option` for what does not fit.
  mutating func restrict(in context: FamilyContext) throws {
    restricted = try context.roles(
      of: parameters(of: neutralComponents(1)[0]), family: name,
      domains: ["probabilities": .unitInterval])
    try shares.check("the probabilities")
  }

  /// `multinomial`.
  public var name: String { "multinomial" }
  /// One a column.
  public var featureCount: Int { dimension }
  /// Whole numbers ≥ 0.
  public func support(ofColumn j: Int) -> Support { .counts }

  /// All rows of the same total alike: C(n + d − 1, d − 1) of them.
  ///
  /// - Throws: `invalid-option` where the rows of the data differ in their totals.
  public func noiseRegion(from lowest: [Double], to highest: [Double]) throws -> UniformRegion {
    guard let total else {
      throw EmulsionError(
        .invalidOption,
        "noise: a multinomial describes rows given their totals, and those of the data differ")
    }
    let (n, d) = (total, Double(dimension))
    let rows =
      Elementary.logGamma(n + d) - Elementary.logGamma(n + 1) - Elementary.logGamma(d)
    return UniformRegion(Array(repeating: nil, count: dimension), logDensity: -rows)
  }

  /// Shares n among the columns: each gets what lies between two of d − 1 places drawn at random.
  public func sampleNoise(_ region: UniformRegion, using random: inout CounterRandom) -> [Double] {
    let (n, d) = (Int(total ?? 0), dimension)
    // A sequential draw of which of the n + d − 1 places are borders (Knuth's algorithm S).
    var row = [Double](repeating: 0, count: d)
    var (column, rest) = (0, n + d - 1)
    while rest > 0 {
      if random.uniform() * Double(rest) < Double(d - 1 - column) {
        column += 1
      } else {
        row[column] += 1
      }
      rest -= 1
    }
    return row
  }

  /// All columns alike.
  public func neutralComponents(_ k: Int) -> [MultinomialComponent] {
    let share = 1 / Double(dimension)
    let neutral = MultinomialComponent(probabilities: Array(repeating: share, count: dimension))
    return Array(repeating: neutral, count: k)
  }

  /// The natural form, or one in which large counts don't cancel.
  public func prepare(_ components: [MultinomialComponent]) throws
    -> any PreparedMixture<FeatureSums>
  {
    hasLargeCounts == true
      ? LargeCounts(components: components) : try naturalMixture(components)
  }

  /// The counts.
  public func writeFeatures(
    of block: borrowing Block, about reference: [Double], into features: inout LaneMatrix
  ) {
    for j in 0..<dimension {
      let values = block.column(j)
      var lanes = features[row: j]
      for i in values.indices { lanes[i] = values[i] }
    }
  }

  /// η = ln p; a probability of 0 is evaluated as e⁻⁷⁰⁰.
  public func writeNaturalParameters(
    of component: MultinomialComponent, about reference: [Double],
    into eta: inout MutableSpan<Double>
  ) -> Double {
    for (j, p) in component.probabilities.enumerated() {
      eta[j] = Elementary.log(p, atLeast: -700)
    }
    return 0
  }

  /// The multinomial coefficient varies with x.
  public var hasBaseMeasure: Bool { true }

  /// Adds ln n! − Σ ln xⱼ!.
  public func addLogBaseMeasure(of block: borrowing Block, to lanes: inout MutableSpan<Double>) {
    var scratch = LaneMatrix(rows: 2, lanes: block.rows)
    var totals = scratch[row: 0]
    for j in 0..<dimension {
      let values = block.column(j)
      for i in values.indices { totals[i] += values[i] }
      Lanes.subtractLogFactorials(of: values, from: &lanes)
    }
    var negative = LaneMatrix(rows: 1, lanes: block.rows)
    var factorials = negative[row: 0]
    Lanes.subtractLogFactorials(of: scratch.lanes(0, block.rows), from: &factorials)
    for i in 0..<block.rows { lanes[i] -= factorials[i] }
  }

  /// Shares of all counts; a component whose rows count nothing keeps its own.
  public func estimate(
    _ statistics: FeatureSums, counts: [Double], previous: [MultinomialComponent]
  ) -> [MultinomialComponent] {
    let sums = previous.indices.map { k in
      let sums = statistics[k]
      return sums.reduce(0, +).isFinite ? sums : sums.map { _ in 0 }[...]
    }
    return shares.maximum(of: sums, previous: previous.map { $0.probabilities[...] }).map {
      MultinomialComponent(probabilities: $0)
    }
  }

  /// No probability falls below a sixteenth of what it was.
  public func restrained(_ far: [MultinomialComponent], from near: [MultinomialComponent])
    -> [MultinomialComponent]?
  {
    guard roles.isFree else { return withinDomains(far) }
    return withinDomains(
      zip(far, near).map { far, near in
        let kept = zip(far.probabilities, near.probabilities).map { max($0, $1 / 16) }
        let sum = kept.reduce(0, +)
        return MultinomialComponent(probabilities: kept.map { $0 / sum })
      })
  }

  /// Scales what is free, so that probabilities sum to 1 beside what is tied and fixed.
  public func keeping(_ components: [MultinomialComponent], weights: [Double])
    -> [MultinomialComponent]
  {
    shares.maximum(
      of: zip(components, weights).map { c, w in c.probabilities.map { $0 * w }[...] },
      previous: components.map { $0.probabilities[...] }
    ).map { MultinomialComponent(probabilities: $0) }
  }

  /// One less than the columns, a component, less what is tied or fixed.
  public func freeParameters(_ components: [MultinomialComponent]) -> Int {
    shares.freeParameters(components: components.count)
  }

  /// `probabilities`, one a column.
  public func parameters(of component: MultinomialComponent) -> [NamedParameter] {
    [NamedParameter("probabilities", .vector(component.probabilities))]
  }

  /// Probabilities sum to 1.
  public func transform(ofParameter name: String) -> ParameterTransform { .simplex }

  /// A component from its probabilities, which are scaled to sum to exactly 1.
  public func component(from parameters: [String: ParameterValue]) throws -> MultinomialComponent {
    var reader = ParameterReader(parameters, of: name)
    let values = try reader.numbers("probabilities", count: dimension, in: .nonNegative)
    try reader.finish()
    let sum = values.reduce(0, +)
    guard abs(sum - 1) <= 1e-4 else {
      throw EmulsionError(
        .invalidOption,
        "a start's component of the family \"\(name)\": probabilities sum to \(sum), not to 1")
    }
    return MultinomialComponent(probabilities: values.map { $0 / sum })
  }

  /// np and n(diag p − ppᵀ), where all rows have the same total.
  public func moments(of component: MultinomialComponent) -> Moments? {
    guard let total else { return nil }
    let p = component.probabilities
    var covariance = Matrix(rows: dimension, columns: dimension)
    for i in 0..<dimension {
      for j in 0..<dimension { covariance[i, j] = total * p[i] * ((i == j ? 1 : 0) - p[j]) }
    }
    return Moments(mean: p.map { total * $0 }, covariance: covariance)
  }

  /// Draws as many columns as the rows' total.
  ///
  /// - Throws: `invalid-option` where the rows of the data differ in their totals.
  public func sample(_ component: MultinomialComponent, using random: inout CounterRandom) throws
    -> [Double]
  {
    guard let total else {
      throw EmulsionError(
        .invalidOption,
        "sample: a multinomial describes rows given their totals, and those of the data differ")
    }
    var row = [Double](repeating: 0, count: dimension)
    var drawn = 0.0
    while drawn < total {
      row[random.index(weights: component.probabilities)] += 1
      drawn += 1
    }
    return row
  }

  /// Reads back a component that fits the columns.
  public func decodeComponent(from decoder: any Decoder) throws -> MultinomialComponent {
    let component = try MultinomialComponent(from: decoder)
    guard component.probabilities.count == dimension,
      component.probabilities.allSatisfy({ $0 >= 0 && $0 <= 1 })
    else { throw EmulsionError(.invalidData, "a component's probabilities don't fit the columns") }
    return component
  }
}
