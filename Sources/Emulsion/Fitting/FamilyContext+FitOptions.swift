extension FamilyContext {
  /// The context of a fit to `data`, for making a family without one.
  ///
  /// - Throws: `invalid-data` for what can't be fitted, `invalid-option` for an unknown covariance
  ///   model.
  public init(_ data: any DataSource, _ options: FitOptions, catalogue: Catalogue) throws {
    self.init(
      data: data, summary: try DataSummary(data, execution: options.execution),
      components: options.components,
      covariance: try catalogue.covarianceModel(named: options.covariance),
      covarianceFloor: options.covarianceFloor, regularization: options.regularization,
      constraints: options.constraints, catalogue: catalogue, execution: options.execution,
      endsAtFloor: options.endsAtFloor)
  }
}
