/// A structure of the K covariance matrices of a mixture: what is shared and what is free.
///
/// It knows nothing of EM, families or scripts: scatters and counts of all K components go in,
/// maximum-likelihood covariances come out.
public protocol CovarianceModel: Sendable {
  /// The name it is registered by: `full`.
  var name: String { get }
  /// Further names, such as the volume–shape–orientation letters of Celeux & Govaert (1995).
  var aliases: [String] { get }
  /// The second moments it needs of each component.
  var form: ScatterForm { get }
  /// The form ΛΛᵀ + Ψ in which components keep its covariances, and need no second moments but those of columns and
  /// factors; `nil` where they are matrices.
  var factorPattern: FactorPattern? { get }
  /// What must be known of a fit of so many components to so many columns, a sentence each.
  func notes(components: Int, columns: Int) -> [String]
  /// Whether rescaling one column maps the structure's covariances onto themselves.
  var isColumnScaleEquivariant: Bool { get }
  /// Whether every linear map of the columns maps the structure's covariances onto themselves.
  var isLinearlyEquivariant: Bool { get }
  /// Whether all components have one and the same covariance.
  var sharesCovariance: Bool { get }
  /// Whether no covariance exists where one component's scatter is singular, so that floor and
  /// regularization must come before the M step; not for the spherical form.
  var needsDefiniteScatters: Bool { get }
  /// The fewest columns in which it is a model of its own; in fewer it repeats another.
  var minimumColumns: Int { get }
  /// What it is of one component, where that is a model of which more is known.
  var ofOneComponent: any CovarianceModel { get }
  /// Names of the models that are special cases of this one.
  var special: [String] { get }
  /// Whether another model is a special case of this one.
  func includes(_ other: any CovarianceModel) -> Bool

  /// The maximum-likelihood covariances.
  ///
  /// - Parameters:
  ///   - scatters: Σₙ γₙₖ (xₙ−μₖ)(xₙ−μₖ)ᵀ of each component, in `form`.
  ///   - counts: Nₖ; a component whose count is 0 may get any covariance.
  ///   - previous: The covariances that the scatters were measured under, from which an iterative
  ///     M step may start; closed ones ignore them.
  func covariances(of scatters: [Scatter], counts: [Double], previous: [Scatter]) throws
    -> [Scatter]
  /// The same under the constraint that no eigenvalue of a covariance is below a floor: in coordinates
  /// in which all rows together have a covariance of at least 1 in every direction, as far as the
  /// structure allows.
  ///
  /// Asked where ``covariances(of:counts:previous:)`` falls below.
  func covariances(
    of scatters: [Scatter], counts: [Double], previous: [Scatter], atLeast floor: Double
  ) throws -> [Scatter]
  /// Number of free parameters of `components` covariances of order `dimension`.
  func freeParameters(components: Int, dimension: Int) -> Int
  /// The fewest rows from which a component's own share of the structure can be told.
  func rowsNeeded(dimension: Int) -> Int
  /// What a conjugate prior counts for in the M step; `nil` where there is none for the structure.
  ///
  /// - Parameters:
  ///   - degreesOfFreedom: ν of the prior of covariances.
  ///   - shrinksMeans: Whether means have a prior too.
  ///   - components: K.
  ///   - dimension: d.
  func priorCount(
    degreesOfFreedom: Double, shrinksMeans: Bool, components: Int, dimension: Int
  ) -> PriorCount?
}

extension CovarianceModel {
  /// They are matrices.
  public var factorPattern: FactorPattern? { nil }
  /// Nothing.
  public func notes(components: Int, columns: Int) -> [String] { [] }
  /// No further names.
  public var aliases: [String] { [] }
  /// False.
  public var isLinearlyEquivariant: Bool { false }
  /// False: covariances differ.
  public var sharesCovariance: Bool { false }
  /// False.
  public var needsDefiniteScatters: Bool { false }
  /// One.
  public var minimumColumns: Int { 1 }
  /// Itself.
  public var ofOneComponent: any CovarianceModel { self }
  /// No special cases.
  public var special: [String] { [] }
  /// Where ``special`` names it.
  public func includes(_ other: any CovarianceModel) -> Bool { special.contains(other.name) }
  /// None.
  public func priorCount(
    degreesOfFreedom: Double, shrinksMeans: Bool, components: Int, dimension: Int
  ) -> PriorCount? { nil }
  /// Scatters raised to the floor before the M step, or its covariances after it.
  public func covariances(
    of scatters: [Scatter], counts: [Double], previous: [Scatter], atLeast floor: Double
  ) throws -> [Scatter] {
    try raisedCovariances(of: scatters, counts: counts, previous: previous, atLeast: floor)
  }
  /// d + 1 for a full covariance of a component's own, 2 for its variances, 1 for none.
  public func rowsNeeded(dimension d: Int) -> Int {
    sharesCovariance ? 1 : form == .full ? d + 1 : 2
  }
}
