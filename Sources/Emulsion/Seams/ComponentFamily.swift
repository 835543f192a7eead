/// One component's parameters.
public protocol MixtureComponent: Sendable, Codable {}

/// A family of densities: the unit of extension.
///
/// It owns all K components, their share of the E step and the whole of the M step, so that
/// structures tied across components need no special case. The EM driver knows families through
/// this protocol alone.
///
/// Most families conform through a refinement that writes the worker for them:
/// ``ExponentialFamily``, ``UnivariateExponentialFamily`` or ``ComponentwiseFamily``.
public protocol ComponentFamily: Sendable, Encodable {
  /// One component's parameters.
  associatedtype Component: MixtureComponent
  /// The sums over rows from which all K components are estimated.
  associatedtype Statistics: SufficientStatistics

  /// The name it is registered by.
  var name: String { get }
  /// What a session gets it from if it does not have it from the start, such as a function that
  /// scripts call; model files keep it, and who reads one learns what to do first.
  var origin: String? { get }
  /// The number of columns it describes.
  var dimension: Int { get }
  /// The numbers that have a density in column `j`; the driver refuses others.
  func support(ofColumn j: Int) -> Support
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
  /// Components that include mixing probabilities, with the given ones.
  func mixed(_ components: [Component], weights: [Double]) -> [Component]
  /// How many threads may work at once; 1 for a family that calls a script.
  var maximumConcurrency: Int { get }
  /// How many rows are worked on at a time, at least 256: more where a call costs much, or where rows
  /// belong together.
  var rowsPerBlock: Int { get }

  /// K components all alike: what the pass over a start's responsibilities measures from.
  func neutralComponents(_ k: Int) throws -> [Component]
  /// Everything the E step needs, worked out once an iteration and shared by the threads.
  ///
  /// - Throws: `degenerate` where a component has no density.
  func prepare(_ components: [Component]) throws -> any PreparedMixture<Statistics>
  /// The M step.
  ///
  /// - Parameters:
  ///   - statistics: Sums over the rows, weighted by responsibility × row weight.
  ///   - counts: Nₖ, the summed weights of each component.
  ///   - previous: The components that the statistics were taken under.
  func estimate(_ statistics: Statistics, counts: [Double], previous: [Component]) throws
    -> [Component]
  /// The M step of families that must look at the data more than once, such as by Newton's method.
  ///
  /// - Parameter remeasured: The sums taken again under other components, with the responsibilities
  ///   of `previous`; one pass over the data.
  func estimate(
    _ statistics: Statistics, counts: [Double], previous: [Component],
    remeasured: (_ trial: [Component]) throws -> Statistics
  ) throws -> [Component]
  /// What fits maximise in place of the log-likelihood, nats, up to a constant, such as that of a posterior; `nil`
  /// where it is the log-likelihood.
  ///
  /// - Parameters:
  ///   - components: Any components.
  ///   - logLikelihood: That of the data under them.
  ///   - previous: That under the components whose M step made them; `nil` for a start.
  func objective(of components: [Component], logLikelihood: Double, previous: Double?) -> Double?
  /// Ordinary components in place of these, which results are told as; `nil` where these are ordinary.
  func pointEstimate(of components: [Component]) -> PointEstimate?
  /// A start of the family's own, in place of those drawn from clusters of rows, where clusters
  /// mean nothing to it; `nil` where they do. Starts that the user gave are left alone.
  func start(_ context: StartContext) throws -> Start?
  /// Whether the numbers of column `j` are codes, of which only sameness counts: starts then measure
  /// distances by it.
  func holdsCodes(inColumn j: Int) -> Bool
  /// The share of every row that drawn starts leave to all components alike, from 0 to 1: above 0 where
  /// rows of one component alone can put parameters on a border that EM never leaves.
  var startShare: Double { get }
  /// Whether sums taken under other components would lose digits of these, so that a start is
  /// measured a second time, from its own result.
  func needsOwnMeasure(_ components: [Component]) -> Bool
  /// Whether sums taken under these components and under ones near them are measured alike, so that
  /// they may be added and scaled: what extrapolation rests on.
  func sumsAreComparable(_ components: [Component]) -> Bool
  /// Components that extrapolated sums made, drawn back to where EM can go on from: what has come near or
  /// beyond a border of its domain keeps a sixteenth of its distance from it; `nil` where they are none of the
  /// family. By default as they are, if ``withinDomains(_:)``.
  func restrained(_ far: [Component], from near: [Component]) -> [Component]?
  /// How far each component has moved, where the family's mixtures know ``PreparedMixture/bounds(in:)``
  /// and it can tell; `nil` where not. With it the driver remembers from one iteration to the next
  /// which components don't matter in a block.
  func drift(from previous: [Component], to components: [Component]) -> [DensityDrift]?
  /// What fits make of each number of ``parameters(of:)``, in that order; none where nothing is tied or
  /// fixed.
  var roles: [ParameterRole] { get }
  /// Components made to keep to ``roles``, as a start must; asked only where something is tied or fixed.
  ///
  /// - Parameter weights: Their shares of the rows.
  func keeping(_ components: [Component], weights: [Double]) throws -> [Component]
  /// The number of free parameters of the components, mixing weights apart.
  func freeParameters(_ components: [Component]) -> Int

  /// A component's parameters by name, in the units of the data.
  func parameters(of component: Component) -> [NamedParameter]
  /// The component with the given parameters; those left out take the family's neutral value.
  func component(from parameters: [String: ParameterValue]) throws -> Component
  /// The same, where `component` is what it takes the place of; what else was learned of that is kept.
  func component(from parameters: [String: ParameterValue], replacing component: Component) throws
    -> Component
  /// The borders that a parameter keeps within, for searches over it.
  func transform(ofParameter name: String) -> ParameterTransform
  /// Mean and covariance, for families that have them.
  func moments(of component: Component) -> Moments?
  /// The components in some of the columns alone, in the order given; `nil` where the family describes
  /// none of these.
  ///
  /// - Throws: `invalid-option` where they are of no known family there.
  func marginal(of components: [Component], columns: [Int]) throws -> (any ComponentSet)?
  /// The distribution of a component of one column; `nil` for families that have none.
  func distribution(of component: Component) -> CumulativeDistribution?
  /// Whether, under every component, the columns `given` are independent of all others.
  func separates(_ given: [Int]) -> Bool
  /// Whether the mean of any column given others is a linear function of these, Σₐᵦ Σᵦ⁻¹ (x − μᵦ) from its
  /// own mean: so it is for elliptical densities, and independent columns.
  var hasLinearConditionalMeans: Bool { get }
  /// What tells the expected response of rows whose response is not known; `nil` for families that have
  /// no response.
  func responder(_ components: [Component], weights: [Double]) throws -> (any Responder)?
  /// What makes components untrustworthy, given their summed weights.
  func diagnose(_ components: [Component], counts: [Double]) -> [Diagnosis]
  /// Draws one row.
  ///
  /// - Throws: `invalid-option` for families that describe only some columns given others.
  func sample(_ component: Component, using random: inout CounterRandom) throws -> [Double]
  /// The components made ready to be drawn from; by default one row after the other.
  func sampler(_ components: [Component]) throws -> any BlockSampler
  /// Reads back a component; families with existential parts decode them here.
  func decodeComponent(from decoder: any Decoder) throws -> Component
}

extension ComponentFamily {
  /// It is there from the start, or comes with a plugin.
  public var origin: String? { nil }

  /// No limit.
  public var maximumConcurrency: Int { .max }

  /// Nothing is tied or fixed.
  public var roles: [ParameterRole] { [] }

  /// 256: all of a block stays in cache.
  public var rowsPerBlock: Int { Chunks.rowsPerBlock }

  /// Rows are independent.
  public var groupColumn: Int? { nil }

  /// False.
  public var mixesItself: Bool { false }

  /// The components as they are.
  public func mixed(_ components: [Component], weights: [Double]) -> [Component] { components }

  /// How passes over data are made for it.
  var passShape: PassShape {
    PassShape(
      rowsPerBlock: max(Chunks.rowsPerBlock, rowsPerBlock), maximumConcurrency: maximumConcurrency,
      groupColumn: groupColumn)
  }

  /// What the driver adds to log-densities.
  func logWeights(_ weights: [Double]) -> [Double] {
    weights.map { mixesItself ? 0 : naturalLog($0) }
  }

  /// All numbers.
  public func support(ofColumn j: Int) -> Support { .real }

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

  /// One look is enough.
  public func estimate(
    _ statistics: Statistics, counts: [Double], previous: [Component],
    remeasured: (_ trial: [Component]) throws -> Statistics
  ) throws -> [Component] {
    try estimate(statistics, counts: counts, previous: previous)
  }

  /// The log-likelihood.
  public func objective(of components: [Component], logLikelihood: Double, previous: Double?)
    -> Double?
  { nil }

  /// They are ordinary.
  public func pointEstimate(of components: [Component]) -> PointEstimate? { nil }

  /// Clusters of rows will do.
  public func start(_ context: StartContext) throws -> Start? { nil }

  /// Where a column's numbers are 0 and 1.
  public func holdsCodes(inColumn j: Int) -> Bool { support(ofColumn: j).isBinary }

  /// Some where a column is of whole numbers or codes: probabilities and rates may end at 0.
  public var startShare: Double {
    (0..<dimension).contains { support(ofColumn: $0).isDiscrete } ? Self.sharedByDiscrete : 0
  }

  /// A tenth of each row: on latent classes with known optima every share from a twentieth on finds them,
  /// but half of a row starts components that overlap so much alike that they end as one.
  private static var sharedByDiscrete: Double { 0.1 }

  /// False.
  public func needsOwnMeasure(_ components: [Component]) -> Bool { false }

  /// False: sums may depend on the components that they were taken under.
  public func sumsAreComparable(_ components: [Component]) -> Bool { false }

  /// As they are, if they can be.
  public func restrained(_ far: [Component], from near: [Component]) -> [Component]? {
    withinDomains(far)
  }

  /// The components, if their parameters are ones that components may have; else `nil`.
  public func withinDomains(_ components: [Component]) -> [Component]? {
    components.allSatisfy { (try? component(from: parameters(of: $0).byName)) != nil }
      ? components : nil
  }

  /// Not known.
  public func drift(from previous: [Component], to components: [Component]) -> [DensityDrift]? {
    nil
  }

  /// Nothing else was learned.
  public func component(
    from parameters: [String: ParameterValue], replacing component: Component
  ) throws -> Component { try self.component(from: parameters) }

  /// None.
  public func transform(ofParameter name: String) -> ParameterTransform { .real }

  /// No moments.
  public func moments(of component: Component) -> Moments? { nil }

  /// Nothing to say.
  public func diagnose(_ components: [Component], counts: [Double]) -> [Diagnosis] { [] }

  /// Calls `sample` for each row.
  public func sampler(_ components: [Component]) throws -> any BlockSampler {
    RowSampler(family: self, components: components)
  }

  /// Decodes the component by its own conformance.
  public func decodeComponent(from decoder: any Decoder) throws -> Component {
    try Component(from: decoder)
  }
}

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
