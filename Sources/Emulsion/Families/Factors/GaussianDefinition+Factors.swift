extension GaussianDefinition {
  /// Factor analysers in the frame of the data.
  ///
  /// - Throws: `invalid-option` for as many factors as columns and for what can't be combined with them,
  ///   `degenerate` for constant columns.
  func factorFamily(
    in context: FamilyContext, _ model: any CovarianceModel, _ pattern: FactorPattern
  ) throws -> FactorFamily {
    let (names, summary) = (context.data.columnNames, context.summary)
    guard pattern.factors < names.count else {
      throw EmulsionError(
        .invalidOption,
        "covariance: \(quoted(model.name)) needs more columns than factors, but the data have \(names.count)"
      )
    }
    for (option, isUsed) in [
      ("prior", context.prior != nil), ("fixed", !context.constraints.fixed.isEmpty),
      ("tied", !context.constraints.tied.isEmpty),
    ] where isUsed {
      throw EmulsionError(
        .invalidOption,
        "\(option): it is not there beside covariance = \(quoted(model.name)); leave one of them out"
      )
    }
    try refuseUnscalable(summary, names)
    let frame = frame(summary, isPerColumn: model.isColumnScaleEquivariant)
    let scales = frame.scales
    let regularization = scales.map { context.regularization * $0 * $0 }
    if context.regularization == 0 { try refuseConstant(summary, names, model, named: model.name) }
    var variances = zip(zip(summary.standardDeviations, scales), regularization).map {
      max(($0.0 * $0.1) * ($0.0 * $0.1), $1)
    }
    if pattern.isIsotropic {
      let mean = variances.reduce(0, +) / Double(variances.count)
      variances = variances.map { _ in mean }
    }
    return FactorFamily(
      model, pattern, columnNames: names, frame: frame,
      limits: CovarianceLimits(
        floor: context.covarianceFloor, scale: variances, regularization: regularization))
  }

  /// Families that are made of the Gaussian have covariances that are matrices.
  func refuseFactors(_ model: any CovarianceModel, family: String) throws {
    guard model.factorPattern != nil else { return }
    throw EmulsionError(
      .invalidOption,
      "covariance: \(quoted(model.name)) is there for the family \"gaussian\" alone, not for "
        + "\(quoted(family)); use \"full\" or another structure")
  }
}
