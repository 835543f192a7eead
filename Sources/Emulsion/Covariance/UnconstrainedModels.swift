/// Every component has a covariance of its own: Σₖ = Wₖ/Nₖ (VVV).
public struct FullCovariance: CovarianceModel {
  /// Makes the model.
  public init() {}
  /// `full`.
  public var name: String { "full" }
  /// `VVV`, and `V` for one column.
  public var aliases: [String] { ["VVV", "V"] }
  /// All second moments.
  public var form: ScatterForm { .full }
  /// True.
  public var isColumnScaleEquivariant: Bool { true }
  /// Every other model.
  public var special: [String] { ["tied", "diagonal", "spherical"] }

  /// Wₖ/Nₖ; closed (Celeux & Govaert 1995, model [λₖCₖ]).
  public func covariances(of scatters: [Scatter], counts: [Double]) -> [Scatter] {
    zip(scatters, counts).map { $0.divided(by: $1) }
  }

  /// K·d(d+1)/2.
  public func freeParameters(components k: Int, dimension d: Int) -> Int { k * d * (d + 1) / 2 }
}

/// Every component has variances of its own and no correlations: Σₖ = diag(Wₖ)/Nₖ (VVI).
public struct DiagonalCovariance: CovarianceModel {
  /// Makes the model.
  public init() {}
  /// `diagonal`.
  public var name: String { "diagonal" }
  /// `VVI`.
  public var aliases: [String] { ["VVI"] }
  /// The diagonal.
  public var form: ScatterForm { .diagonal }
  /// True.
  public var isColumnScaleEquivariant: Bool { true }
  /// `spherical`.
  public var special: [String] { ["spherical"] }

  /// diag(Wₖ)/Nₖ; closed (Celeux & Govaert 1995, model [λₖBₖ]).
  public func covariances(of scatters: [Scatter], counts: [Double]) -> [Scatter] {
    zip(scatters, counts).map { $0.divided(by: $1) }
  }

  /// K·d.
  public func freeParameters(components k: Int, dimension d: Int) -> Int { k * d }
}

/// Every component has one variance for all columns: σₖ² = tr(Wₖ)/(d·Nₖ) (VII).
public struct SphericalCovariance: CovarianceModel {
  /// Makes the model.
  public init() {}
  /// `spherical`.
  public var name: String { "spherical" }
  /// `VII`.
  public var aliases: [String] { ["VII"] }
  /// The trace.
  public var form: ScatterForm { .spherical }
  /// False: rescaling one column makes a sphere an ellipsoid.
  public var isColumnScaleEquivariant: Bool { false }

  /// tr(Wₖ)/(d·Nₖ); closed (Celeux & Govaert 1995, model [λₖI]).
  public func covariances(of scatters: [Scatter], counts: [Double]) -> [Scatter] {
    zip(scatters, counts).map { $0.divided(by: $1 * Double($0.dimension)) }
  }

  /// K.
  public func freeParameters(components k: Int, dimension d: Int) -> Int { k }
}
