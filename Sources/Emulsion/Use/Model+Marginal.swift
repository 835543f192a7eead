extension Model {
  /// The mixture in some of its columns, in the order given, whatever the others are.
  ///
  /// Exact for Gaussian components under every structure, Student-t and log-normal ones, independent
  /// columns, and products of these; a regression drops out where its response is left out. Weights stay as they are.
  /// What concerns the fit, such as the log-likelihood, is not a number. O(Km²) for m columns.
  ///
  /// - Throws: `invalid-option` for no or unknown columns, one twice, and families whose components are
  ///   of no known family in some of their columns.
  public func marginal(_ columns: [String]) throws -> Model {
    guard !columns.isEmpty else {
      throw EmulsionError(
        .invalidOption,
        "marginal: name at least one column of \(columnNames.map(quoted).joined(separator: ", "))")
    }
    var positions: [Int] = []
    for name in columns {
      let position = try position(ofColumn: name, for: "marginal")
      guard !positions.contains(position) else {
        throw EmulsionError(.invalidOption, "marginal: the column \(quoted(name)) is named twice")
      }
      positions.append(position)
    }
    guard let marginal = try mixture.marginal(columns: positions, keepsNoise: true) else {
      throw EmulsionError(
        .invalidOption,
        "marginal: the \(family) has no density in \(columns.map(quoted).joined(separator: ", ")), on "
          + "which its response depends")
    }
    let structure = try covariance.map { try catalogue.covarianceModel(named: $0).ofBlocks.name }
    return Model(
      mixture: marginal, catalogue: catalogue, family: marginal.familyName, covariance: structure,
      columnNames: columns, levels: levels.selecting(columns), report: report.withoutData,
      manifest: manifest)
  }

  /// Where a column of the model stands.
  ///
  /// - Throws: `invalid-option` with the nearest name.
  func position(ofColumn name: String, for option: String) throws -> Int {
    guard let position = columnNames.firstIndex(of: name) else {
      throw EmulsionError(
        .invalidOption,
        "\(option): the model has no column \(quoted(name))"
          + nameHint(for: name, among: columnNames))
    }
    return position
  }
}

extension FitReport {
  /// That of a model that was derived, not fitted.
  var withoutData: FitReport {
    var report = self
    (report.trace, report.problems, report.observations) = ([], [], 0)
    (report.logLikelihood, report.logMAP, report.entropy) = (.nan, .nan, .nan)
    return report
  }
}
