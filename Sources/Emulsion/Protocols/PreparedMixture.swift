/// The components of one iteration, ready to be evaluated by any number of threads.
public protocol PreparedMixture<Statistics>: Sendable {
  /// The statistics that its workers gather.
  associatedtype Statistics: SufficientStatistics
  /// Scratch and running sums of one thread, for blocks of at most `lanes` rows.
  func makeWorker(lanes: Int) -> any BlockWorker<Statistics>
  /// The same, where `worker` was made by a mixture of the same family with as many components, for as
  /// many lanes, and is not needed any more: its buffers may be used again, or it itself.
  func makeWorker(lanes: Int, reusing worker: any BlockWorker<Statistics>)
    -> any BlockWorker<Statistics>
  /// How far log-densities can change within a ball, with distances in `units`, or in units of its
  /// choice; `nil` where that is not known.
  ///
  /// A mixture that says so lets the driver leave components out of blocks: its workers find which
  /// ones a joint has in ``Joint/active``.
  func bounds(in units: [Double]?) -> DensityBounds?
}

extension PreparedMixture {
  /// A new one.
  public func makeWorker(lanes: Int, reusing worker: any BlockWorker<Statistics>)
    -> any BlockWorker<Statistics>
  { makeWorker(lanes: lanes) }

  /// Not known: every component is evaluated everywhere.
  public func bounds(in units: [Double]?) -> DensityBounds? { nil }
}

/// One thread's share of a pass.
public protocol BlockWorker<Statistics>: AnyObject {
  /// The statistics it gathers.
  associatedtype Statistics: SufficientStatistics
  /// Adds ln p(x|k) to row k of `joint`.
  ///
  /// That it *adds* lets products of families, noise and base measures compose by themselves.
  func addLogDensities(of block: borrowing Block, to joint: inout Joint) throws
  /// Adds the block, weighted, to the running sums; called for the same block right after.
  func accumulate(_ block: borrowing Block, responsibilities: borrowing Joint) throws
  /// The sums since the last call; they are zero afterwards.
  func takeStatistics() -> Statistics
}
