/// The traits of a family that describes some of the columns.
struct ColumnsTraits<Base: FamilyTraits>: FamilyTraits {
  let base: Base
  let columns: ColumnPlaces
  let prefix: String

  init(base: Base, _ columns: ColumnPlaces, _ prefix: String) {
    (self.base, self.columns, self.prefix) = (base, columns, prefix)
  }

  var dimension: Int { columns.dimension }
  var origin: String? { base.origin }
  var startShare: Double { base.startShare }
  var groupColumn: Int? { base.groupColumn.map { columns.positions[$0] } }
  var mixesItself: Bool { base.mixesItself }
  var maximumConcurrency: Int { base.maximumConcurrency }
  var rowsPerBlock: Int { base.rowsPerBlock }

  func support(ofColumn j: Int) -> Support {
    columns.positions.firstIndex(of: j).map { base.support(ofColumn: $0) } ?? .real
  }

  func holdsCodes(inColumn j: Int) -> Bool {
    columns.positions.firstIndex(of: j).map { base.holdsCodes(inColumn: $0) } ?? false
  }

  func start(_ context: StartContext) throws -> Start? {
    // The family's own start would look at columns of its own.
    guard columns.isAll, case .parameters(let list, let weights)? = try base.start(context) else {
      return nil
    }
    return .parameters(
      list.map { Dictionary(uniqueKeysWithValues: $0.map { (prefix + $0.key, $0.value) }) },
      weights: weights)
  }

  func noiseRegion(from lowest: [Double], to highest: [Double]) throws -> UniformRegion {
    let positions = columns.positions
    let own = try base.noiseRegion(
      from: positions.map { lowest[$0] }, to: positions.map { highest[$0] })
    var ranges = [UniformRange?](repeating: nil, count: dimension)
    for (a, i) in positions.enumerated() { ranges[i] = own.ranges[a] }
    return UniformRegion(ranges, logDensity: own.logDensity)
  }

  func sampleNoise(_ region: UniformRegion, using random: inout CounterRandom) -> [Double] {
    let own = UniformRegion(columns.positions.map { region.ranges[$0] })
    return columns.placed(base.sampleNoise(own, using: &random))
  }
}
