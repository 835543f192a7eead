/// Responsibilities under one mixture, sums under another: what an M step of several looks needs.
struct Remeasurement<Statistics: SufficientStatistics>: PreparedMixture {
  /// What rows are assigned by.
  let assigning: any PreparedMixture<Statistics>
  /// What the sums are taken under.
  let measuring: any PreparedMixture<Statistics>
  let components: Int

  func makeWorker(lanes: Int) -> any BlockWorker<Statistics> {
    RemeasuringWorker(
      assigning.makeWorker(lanes: lanes), measuring.makeWorker(lanes: lanes),
      joint: Joint(components: components, lanes: lanes))
  }
}

private final class RemeasuringWorker<Statistics: SufficientStatistics>: BlockWorker {
  private let assigning: any BlockWorker<Statistics>
  private let measuring: any BlockWorker<Statistics>
  /// Log-densities under the measuring mixture, which no one looks at: workers may rest on having
  /// evaluated a block before they add it.
  private var unused: Joint

  init(
    _ assigning: any BlockWorker<Statistics>, _ measuring: any BlockWorker<Statistics>,
    joint: consuming Joint
  ) {
    self.assigning = assigning
    self.measuring = measuring
    unused = joint
  }

  func addLogDensities(of block: borrowing Block, to joint: inout Joint) throws {
    try assigning.addLogDensities(of: block, to: &joint)
  }

  func accumulate(_ block: borrowing Block, responsibilities: borrowing Joint) throws {
    unused.begin(Array(repeating: 0, count: unused.components), rows: block.rows)
    try measuring.addLogDensities(of: block, to: &unused)
    try measuring.accumulate(block, responsibilities: responsibilities)
  }

  func takeStatistics() -> Statistics { measuring.takeStatistics() }
}
