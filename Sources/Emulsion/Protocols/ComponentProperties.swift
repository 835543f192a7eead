/// What components are as distributions: all that is asked of them once they are estimated.
public protocol ComponentProperties<Component>: Sendable {
  /// One component's parameters.
  associatedtype Component: MixtureComponent

  /// What fits maximise in place of the log-likelihood, nats, up to a constant, such as that of a posterior; `nil`
  /// where it is the log-likelihood.
  ///
  /// - Parameters:
  ///   - components: Any components.
  ///   - logLikelihood: That of the data under them.
  ///   - previous: That under the components whose M step made them; `nil` for a start.
  func objective(of components: [Component], logLikelihood: Double, previous: Double?) -> Double?
  /// Ordinary components that results report in place of these; `nil` where these are ordinary.
  func pointEstimate(of components: [Component]) -> PointEstimate?
  /// What makes components untrustworthy, given their summed weights.
  func diagnose(_ components: [Component], counts: [Double]) -> [Diagnosis]
  /// What else a user must know of components that are sound, a sentence each.
  func notes(on components: [Component]) -> [String]
  /// The mixing probabilities of rows by their covariates; `nil` where all rows have the same.
  func rowMixing(of components: [Component]) -> (any RowMixing)?
  /// The mixing probabilities that components include, where all rows have the same; `nil` where they include none.
  func shares(of components: [Component]) -> [Double]?
  /// How far each component has moved, where the family's mixtures know ``PreparedMixture/bounds(in:)``
  /// and it can tell; `nil` where not. With it the driver remembers from one iteration to the next
  /// which components don't matter in a block.
  func drift(from previous: [Component], to components: [Component]) -> [DensityDrift]?
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
  /// Draws one row.
  ///
  /// - Throws: `invalid-option` for families that describe only some columns given others.
  func sample(_ component: Component, using random: inout CounterRandom) throws -> [Double]
  /// A row whose columns without values have their means given the others, or with random numbers are drawn
  /// given these; `nil` where the family knows none.
  ///
  /// - Parameters:
  ///   - row: d numbers, any where none is known.
  ///   - observed: The columns with values.
  ///   - random: What draws; `nil` for means.
  func completed(
    _ component: Component, _ row: [Double], observed: [Int], drawing random: inout CounterRandom?
  ) throws -> [Double]?
  /// The components made ready to be drawn from; by default one row after the other.
  func sampler(_ components: [Component]) throws -> any BlockSampler
}

extension ComponentProperties {
  /// The log-likelihood.
  public func objective(of components: [Component], logLikelihood: Double, previous: Double?)
    -> Double?
  { nil }

  /// They are ordinary.
  public func pointEstimate(of components: [Component]) -> PointEstimate? { nil }

  /// Nothing to say.
  public func diagnose(_ components: [Component], counts: [Double]) -> [Diagnosis] { [] }

  /// Nothing.
  public func notes(on components: [Component]) -> [String] { [] }

  /// The same for all.
  public func rowMixing(of components: [Component]) -> (any RowMixing)? { nil }

  /// None.
  public func shares(of components: [Component]) -> [Double]? { nil }

  /// Not known.
  public func drift(from previous: [Component], to components: [Component]) -> [DensityDrift]? {
    nil
  }

  /// No moments.
  public func moments(of component: Component) -> Moments? { nil }

  /// None.
  public func distribution(of component: Component) -> CumulativeDistribution? { nil }

  /// False.
  public var hasLinearConditionalMeans: Bool { false }

  /// None.
  public func responder(_ components: [Component], weights: [Double]) throws -> (any Responder)? {
    nil
  }

  /// Calls `sample` for each row.
  public func sampler(_ components: [Component]) throws -> any BlockSampler {
    RowSampler(properties: self, components: components)
  }
}

extension ComponentProperties where Self: ComponentFamily, Self: FamilyTraits {
  /// All columns as they are; others are not known.
  public func marginal(of components: [Component], columns: [Int]) throws -> (any ComponentSet)? {
    guard columns == Array(0..<dimension) else {
      throw EmulsionError(
        .invalidOption,
        "marginal: components of the family \(quoted(name)) are of no known family in some of their "
          + "columns alone")
    }
    return FamilyComponents(family: self, components: components)
  }

  /// Only none or all of its columns.
  public func separates(_ given: [Int]) -> Bool { given.isEmpty || Set(given).count == dimension }
}
