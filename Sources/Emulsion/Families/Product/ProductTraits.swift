/// The traits of two families of the same data.
struct ProductTraits<First: FamilyTraits, Second: FamilyTraits>: FamilyTraits {
  let first: First
  let second: Second

  var dimension: Int { first.dimension }
  /// Each factor tells its own.
  var origin: String? { nil }
  var startShare: Double { max(first.startShare, second.startShare) }
  var groupColumn: Int? { first.groupColumn ?? second.groupColumn }
  var mixesItself: Bool { first.mixesItself || second.mixesItself }
  var maximumConcurrency: Int { min(first.maximumConcurrency, second.maximumConcurrency) }
  var rowsPerBlock: Int { max(first.rowsPerBlock, second.rowsPerBlock) }

  func support(ofColumn j: Int) -> Support {
    let own = first.support(ofColumn: j)
    return own.isUnlimited ? second.support(ofColumn: j) : own
  }

  func holdsCodes(inColumn j: Int) -> Bool {
    first.holdsCodes(inColumn: j) || second.holdsCodes(inColumn: j)
  }

  /// The factors' own starts, where both have one.
  func start(_ context: StartContext) throws -> Start? {
    guard case .parameters(let a, let weights)? = try first.start(context),
      case .parameters(let b, _)? = try second.start(context)
    else { return nil }
    return .parameters(zip(a, b).map { $0.merging($1) { own, _ in own } }, weights: weights)
  }

  func noiseRegion(from lowest: [Double], to highest: [Double]) throws -> UniformRegion {
    try first.noiseRegion(from: lowest, to: highest)
      .times(second.noiseRegion(from: lowest, to: highest))
  }

  func sampleNoise(_ region: UniformRegion, using random: inout CounterRandom) -> [Double] {
    let a = first.sampleNoise(region, using: &random)
    let b = second.sampleNoise(region, using: &random)
    return zip(a, b).map { $0 + $1 }
  }
}
