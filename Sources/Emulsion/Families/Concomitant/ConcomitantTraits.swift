/// The traits of a family whose mixing probabilities depend on the rows.
public struct ConcomitantTraits<Base: FamilyTraits>: FamilyTraits {
  let base: Base
  let mixing: MixingLogit
  /// What probabilities depend on.
  public let concomitant: Concomitant?

  /// That of the data.
  public var dimension: Int { base.dimension }
  /// The family's.
  public var origin: String? { base.origin }
  /// What the family takes, or else the covariates.
  public func support(ofColumn j: Int) -> Support {
    let own = base.support(ofColumn: j)
    return own.isUnlimited ? mixing.covariates.domain(ofColumn: j) ?? own : own
  }
  /// The family's.
  public func holdsCodes(inColumn j: Int) -> Bool { base.holdsCodes(inColumn: j) }
  /// At least a tenth where starts are clusters: what covariates happen to tell apart among few rows would
  /// have probabilities of 0 and 1.
  public var startShare: Double {
    concomitant == nil ? base.startShare : max(0.1, base.startShare)
  }
  /// The family's.
  public func start(_ context: StartContext) throws -> Start? { try base.start(context) }
  /// The column of group numbers.
  public var groupColumn: Int? { mixing.group ?? base.groupColumn }
  /// The family's.
  public func noiseRegion(from lowest: [Double], to highest: [Double]) throws -> UniformRegion {
    try base.noiseRegion(from: lowest, to: highest)
  }
  /// The family's.
  public func sampleNoise(_ region: UniformRegion, using random: inout CounterRandom) -> [Double] {
    base.sampleNoise(region, using: &random)
  }
  /// True.
  public var mixesItself: Bool { true }
  /// The family's.
  public var maximumConcurrency: Int { base.maximumConcurrency }
  /// The family's.
  public var rowsPerBlock: Int { base.rowsPerBlock }
}
