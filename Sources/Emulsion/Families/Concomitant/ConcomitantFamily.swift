/// A component with the coefficients of its mixing probability.
public struct ConcomitantComponent<Base: MixtureComponent>: MixtureComponent {
  var base: Base
  /// Coefficients of the covariates, in their frame; ln π where there are none.
  var mixing: [Double]
  /// The covariates that tell its rows from those of the first component without error.
  var separating: [Int]?

  init(_ base: Base, mixing: [Double], separating: [Int] = []) {
    self.base = base
    self.mixing = mixing
    self.separating = separating.isEmpty ? nil : separating
  }
}

/// The sums of a family and of mixing probabilities.
public struct ConcomitantSums<Base: SufficientStatistics>: SufficientStatistics {
  var base: Base
  var mixing: MixingSums

  /// Adds the sums of other rows.
  public mutating func merge(_ other: ConcomitantSums) throws {
    try base.merge(other.base)
    mixing.merge(other.mixing)
  }

  /// Multiplies every sum.
  public mutating func scale(by factor: Double) {
    base.scale(by: factor)
    mixing.scale(by: factor)
  }
}

/// Any family, with mixing probabilities that depend on the rows beside it: latent class regression,
/// mixtures of experts (Dayton & Macready 1988; Jacobs et al. 1991).
///
/// ln p(x|w) = ln Σₖ πₖ(w) p(x|k). The family knows nothing of it; the expected log-likelihood is the sum of
/// its own and that of a multinomial logit, which are maximised one after the other.
public struct ConcomitantFamily<Base: ComponentFamily>: ComponentFamily {
  /// The sums of both.
  public typealias Statistics = ConcomitantSums<Base.Statistics>
  /// The family's component and coefficients.
  public typealias Member = ConcomitantComponent<Base.Component>

  let base: Base
  let mixing: MixingLogit
  /// The covariates as results describe them; `nil` where the family's own definition describes them.
  let concomitant: Concomitant?

  /// Puts mixing probabilities beside a family of all columns of the data.
  public init(_ base: Base, _ mixing: MixingLogit) { self.init(base, mixing, nil) }

  init(_ base: Base, _ mixing: MixingLogit, _ concomitant: Concomitant?) {
    (self.base, self.mixing, self.concomitant) = (base, mixing, concomitant)
  }

  /// The family's.
  public var name: String { base.name }
  /// The family's, but for the mixing.
  public var traits: ConcomitantTraits<Base.Traits> {
    ConcomitantTraits(base: base.traits, mixing: mixing, concomitant: concomitant)
  }
  /// The family's, and `concomitant`.
  public var schema: ConcomitantSchema<Base> { ConcomitantSchema(base: base, mixing: mixing) }
  /// The family's; what would need the covariates is none.
  public var properties: ConcomitantProperties<Base> { ConcomitantProperties(family: self) }

  /// Both parts.
  public func prepare(_ components: [Member]) throws -> any PreparedMixture<Statistics> {
    try mixture(base.prepare(components.map(\.base)), components)
  }

  /// The family's; covariates must be there.
  ///
  /// - Throws: `invalid-option` where one of them has no value, or the family can't.
  public func prepare(_ components: [Member], observing columns: [Int]) throws
    -> any PreparedMixture<Statistics>
  {
    try requireCovariates(in: columns)
    return try mixture(base.prepare(components.map(\.base), observing: columns), components)
  }

  /// The family's; covariates are exact.
  ///
  /// - Throws: `invalid-option` where one of them has errors or no value, or the family can't.
  public func prepare(
    _ components: [Member], observing columns: [Int], errors: MeasurementErrors
  ) throws -> any PreparedMixture<Statistics> {
    try requireCovariates(in: columns)
    guard errors.selecting(mixing.covariates.columns).areZero else {
      throw EmulsionError(
        .invalidOption,
        "errors: covariates of the mixing probabilities (concomitant) are taken as they are, and have no errors; leave "
          + "theirs out")
    }
    return try mixture(
      base.prepare(components.map(\.base), observing: columns, errors: errors), components)
  }

  private func requireCovariates(in columns: [Int]) throws {
    guard mixing.covariates.columns.allSatisfy(columns.contains) else {
      throw EmulsionError(
        .invalidOption,
        "missing: \"likelihood\" can't do without covariates of the mixing probabilities (concomitant), which "
          + "some rows lack; leave these rows out, as missing = \"drop\" does")
    }
  }

  private func mixture(
    _ base: any PreparedMixture<Base.Statistics>, _ components: [Member]
  ) throws -> any PreparedMixture<Statistics> {
    guard components.allSatisfy({ $0.mixing.allSatisfy(\.isFinite) }) else {
      throw EmulsionError(.degenerate, "mixing probabilities have no finite coefficients")
    }
    return ConcomitantMixture(
      mixing: mixing, base: base, coefficients: components.flatMap(\.mixing))
  }

  /// Sums depend on the probabilities; a family with places of its own keeps these.
  public func reference(of components: [Member]) -> SumReference {
    base.reference(of: components.map(\.base)).isOwn
      ? .own(components: components.count) : .dependent
  }

  /// Needs more than one look at the data.
  public func estimate(_ statistics: Statistics, counts: [Double], previous: [Member]) throws
    -> [Member]
  {
    try estimate(statistics, counts: counts, previous: previous) { _ in statistics }
  }

  /// The two parts one after the other: each has its own share of the expected log-likelihood.
  public func estimate(
    _ statistics: Statistics, counts: [Double], previous: [Member],
    remeasured: (_ trial: [Member]) throws -> Statistics
  ) throws -> [Member] {
    let own = try base.estimate(
      statistics.base, counts: counts, previous: previous.map(\.base)
    ) { trial in
      try remeasured(zip(trial, previous).map { Member($0, mixing: $1.mixing) }).base
    }
    let found = try mixing.estimate(statistics.mixing, previous: previous.map(\.mixing)) { trial in
      try remeasured(zip(previous, trial).map { Member($0.base, mixing: $1) }).mixing
    }
    return own.indices.map {
      Member(own[$0], mixing: found.coefficients[$0], separating: found.separating[$0])
    }
  }

  /// Writes the family and the covariates.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: ConcomitantKeys.self)
    try base.encode(to: container.superEncoder(forKey: .base))
    try mixing.covariates.encode(to: container.superEncoder(forKey: .covariates))
    try container.encodeIfPresent(mixing.group, forKey: .group)
    if !mixing.roles.isEmpty { try container.encode(mixing.roles, forKey: .mixingRoles) }
    try container.encodeIfPresent(concomitant?.formula, forKey: .concomitant)
    try container.encodeIfPresent(concomitant?.columns, forKey: .covariateColumns)
  }
}

enum ConcomitantKeys: String, CodingKey {
  case base, covariates, group, mixingRoles, concomitant, covariateColumns
}
