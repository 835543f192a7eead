/// The numbers of a fit that criteria compare fits by.
public struct FitFigures: Sendable {
  /// K.
  public var components: Int
  /// ℓ, nats.
  public var logLikelihood: Double
  /// p, of components and weights.
  public var freeParameters: Int
  /// n, the sum of row weights.
  public var totalWeight: Double
  /// Σ w ln γ of every row's most probable component, nats.
  public var logMAP: Double
  /// −Σ w Σ γ ln γ, nats.
  public var entropy: Double
  /// Σ w ln p of every row under the fit to the parts that it is not in, nats; `nil` where no criterion
  /// asked, or a part has no fit.
  public var heldOutLogLikelihood: Double?
  /// ℓ of one component of the same family and structure, nats; `nil` where no criterion asked, or there is
  /// no such fit.
  public var oneComponentLogLikelihood: Double?

  /// Makes the figures of a fit alone.
  public init(
    components: Int, logLikelihood: Double, freeParameters: Int, totalWeight: Double,
    logMAP: Double, entropy: Double
  ) {
    (self.components, self.logLikelihood) = (components, logLikelihood)
    (self.freeParameters, self.totalWeight) = (freeParameters, totalWeight)
    (self.logMAP, self.entropy) = (logMAP, entropy)
  }
}

/// What fits are compared by; smaller is better.
public protocol SelectionCriterion: Sendable {
  /// The name it is chosen by.
  var name: String { get }
  /// The criterion's value for a fit; +∞ where it has none.
  func value(of fit: FitFigures) -> Double
  /// Whether it asks how likely rows are under fits to the others.
  var needsHeldOutRows: Bool { get }
  /// Whether it compares fits with one component of the same kind.
  var needsOneComponent: Bool { get }
  /// How many decimals of it tables show.
  var decimals: Int { get }
}

extension SelectionCriterion {
  /// False.
  public var needsHeldOutRows: Bool { false }
  /// False.
  public var needsOneComponent: Bool { false }
  /// 2.
  public var decimals: Int { 2 }
}
