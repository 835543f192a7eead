/// A covariance model told by the letters of its geometry; only its M step is its own.
protocol GeometricCovariance: CovarianceModel {
  var geometry: Geometry { get }
}

extension GeometricCovariance {
  var name: String { geometry.name }
  var aliases: [String] { geometry.aliases }
  var isColumnScaleEquivariant: Bool { geometry.isColumnScaleEquivariant }
  var isLinearlyEquivariant: Bool { geometry.isLinearlyEquivariant }

  var form: ScatterForm {
    guard geometry.orientation == .identity else { return .full }
    return geometry.shape == .identity ? .spherical : .diagonal
  }

  var sharesCovariance: Bool {
    ![geometry.volume, geometry.shape, geometry.orientation].contains(.variable)
  }

  /// A shape of a component's own is as singular as its scatter; a common one is not.
  var needsDefiniteScatters: Bool { geometry.shape == .variable }

  /// d + 1 where the axes can follow a component into a hyperplane, 2 for a size or for the variance
  /// of a column, 1 where it adds nothing of its own.
  func rowsNeeded(dimension d: Int) -> Int {
    if sharesCovariance { return 1 }
    return geometry.shape == .variable && geometry.orientation != .identity ? d + 1 : 2
  }

  /// One column has neither shape nor orientation: `tied` and `full` say all.
  var minimumColumns: Int {
    geometry.shape == geometry.volume && geometry.orientation == geometry.volume ? 1 : 2
  }

  /// All that compare axes across components: one alone has any.
  var ofOneComponent: any CovarianceModel {
    form == .full && !isLinearlyEquivariant ? EqualEllipsoids() : self
  }

  var special: [String] {
    Geometry.all.filter { $0 != geometry && geometry.contains($0) }.map(\.name)
  }

  /// Full covariances include those of factors, and common ones those in which both parts are common.
  func includes(_ other: any CovarianceModel) -> Bool {
    guard other.factorPattern != nil else { return special.contains(other.name) }
    let parts = [geometry.volume, geometry.shape, geometry.orientation]
    return parts.allSatisfy { $0 == .variable }
      || other.sharesCovariance && parts.allSatisfy { $0 == .equal }
  }

  func freeParameters(components k: Int, dimension d: Int) -> Int {
    geometry.freeParameters(components: k, dimension: d)
  }
}
