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
  /// Whether rescaling one column maps the structure's covariances onto themselves.
  var isColumnScaleEquivariant: Bool { get }
  /// Whether all components have one and the same covariance.
  var sharesCovariance: Bool { get }
  /// Names of the models that are special cases of this one.
  var special: [String] { get }

  /// The maximum-likelihood covariances.
  ///
  /// - Parameters:
  ///   - scatters: Σₙ γₙₖ (xₙ−μₖ)(xₙ−μₖ)ᵀ of each component, in `form`.
  ///   - counts: Nₖ; a component whose count is 0 may get any covariance.
  func covariances(of scatters: [Scatter], counts: [Double]) throws -> [Scatter]
  /// Number of free parameters of `components` covariances of order `dimension`.
  func freeParameters(components: Int, dimension: Int) -> Int
}

extension CovarianceModel {
  /// No further names.
  public var aliases: [String] { [] }
  /// False: covariances differ.
  public var sharesCovariance: Bool { false }
  /// No special cases.
  public var special: [String] { [] }
}
