/// What a family says of rows and columns, whatever its components are.
public protocol FamilyTraits: Sendable {
  /// The number of columns it describes.
  var dimension: Int { get }
  /// What a session gets it from if it does not have it from the start, such as a function that
  /// scripts call; model files keep it, and who reads one learns what to do first.
  var origin: String? { get }
  /// The numbers that have a density in column `j`; the driver refuses others.
  func support(ofColumn j: Int) -> Support
  /// Whether the numbers of column `j` are codes, of which only sameness counts: starts then measure
  /// distances by it.
  func holdsCodes(inColumn j: Int) -> Bool
  /// The share of every row that drawn starts leave to all components alike, from 0 to 1: above 0 where
  /// rows of one component alone can put parameters on a border that EM never leaves.
  var startShare: Double { get }
  /// A start of the family's own, in place of those drawn from clusters of rows, where clusters
  /// mean nothing to it; `nil` where they do. Starts that the user gave are left alone.
  func start(_ context: StartContext) throws -> Start?
  /// Where the numbers stand that say which rows share one component; the driver puts these into one
  /// block, in which the first has the log-density of all and the others 0. `nil` where each row has
  /// its own.
  var groupColumn: Int? { get }
  /// Where rows lie that belong to no component, given the extremes of each column of the data.
  ///
  /// By default the box between them: whole numbers in columns where the family describes these alone.
  /// Its density must be of the kind that the family's components have.
  ///
  /// - Throws: `invalid-option` where no such region has a constant density.
  func noiseRegion(from lowest: [Double], to highest: [Double]) throws -> UniformRegion
  /// Draws a row from that region.
  func sampleNoise(_ region: UniformRegion, using random: inout CounterRandom) -> [Double]
  /// Whether log-densities include the mixing probabilities, which then depend on the row: the driver
  /// adds none, and what it calls weights are shares of the rows.
  var mixesItself: Bool { get }
  /// What mixing probabilities depend on beside what the family describes; `nil` where nothing.
  var concomitant: Concomitant? { get }
  /// How many threads may work at once; 1 for a family that calls a script.
  var maximumConcurrency: Int { get }
  /// How many rows are worked on at a time, at least 256: more where a call costs much, or where rows
  /// belong together.
  var rowsPerBlock: Int { get }
}

extension FamilyTraits {
  /// It is there from the start, or comes with a plugin.
  public var origin: String? { nil }

  /// All numbers.
  public func support(ofColumn j: Int) -> Support { .real }

  /// Where a column's numbers are 0 and 1.
  public func holdsCodes(inColumn j: Int) -> Bool { support(ofColumn: j).isBinary }

  /// Some where a column is of whole numbers or codes: probabilities and rates may end at 0.
  public var startShare: Double {
    (0..<dimension).contains { support(ofColumn: $0).isDiscrete } ? Self.sharedByDiscrete : 0
  }

  /// A tenth of each row: on latent classes with known optima every share from a twentieth on finds them,
  /// but half of a row starts components that overlap so much alike that they end as one.
  private static var sharedByDiscrete: Double { 0.1 }

  /// Clusters of rows will do.
  public func start(_ context: StartContext) throws -> Start? { nil }

  /// Rows are independent.
  public var groupColumn: Int? { nil }

  /// The box.
  public func noiseRegion(from lowest: [Double], to highest: [Double]) throws -> UniformRegion {
    UniformRegion(
      (0..<dimension).map {
        UniformRange(from: lowest[$0], to: highest[$0], in: support(ofColumn: $0))
      })
  }

  /// By the ranges of its columns.
  public func sampleNoise(_ region: UniformRegion, using random: inout CounterRandom) -> [Double] {
    region.sample(using: &random)
  }

  /// False.
  public var mixesItself: Bool { false }

  /// Nothing.
  public var concomitant: Concomitant? { nil }

  /// No limit.
  public var maximumConcurrency: Int { .max }

  /// 256: all of a block stays in cache.
  public var rowsPerBlock: Int { Chunks.rowsPerBlock }

  /// How passes over data are made for it.
  var passShape: PassShape {
    PassShape(
      rowsPerBlock: max(Chunks.rowsPerBlock, rowsPerBlock), maximumConcurrency: maximumConcurrency,
      groupColumn: groupColumn)
  }
}
