/// Makes Gaussian families for data: the frame, the limits, and the check that the data as a whole
/// are not singular under the covariance model.
public struct GaussianDefinition: FamilyDefinition {
  /// A covariance model of its own, by name; that of the fit where `nil`.
  public let covariance: String?

  /// Makes the definition.
  public init(covariance: String? = nil) { self.covariance = covariance }
  /// `gaussian`.
  public var name: String { "gaussian" }
  /// For help.
  public var summary: String {
    "numbers in clusters that are ellipsoids, under any covariance model; parameters mean, covariance"
  }
  /// Whether it has no covariance model of its own.
  public var usesCovariance: Bool { covariance == nil }
  /// With diagonal covariances, unless it has a model of its own.
  public var withIndependentColumns: (any FamilyDefinition)? {
    GaussianDefinition(covariance: covariance ?? "diagonal")
  }
  /// `covariance`.
  public var options: [FamilyOption] {
    [FamilyOption("covariance", "that of the fit", "a covariance model, such as \"tied\"")]
  }
  /// The covariance model of its own.
  public var optionValues: [String: OptionValue] {
    covariance.map { ["covariance": .text($0)] } ?? [:]
  }

  /// True.
  public var keepsConstraints: Bool { true }

  /// True.
  public var takesPrior: Bool { true }

  /// Reads the options.
  public func configured(with values: [String: OptionValue]) throws -> any FamilyDefinition {
    try refuseUnknown(values)
    return GaussianDefinition(covariance: try values.text("covariance", default: covariance))
  }

  /// Multivariate Gaussians under the covariance model of the fit.
  ///
  /// - Throws: `degenerate` where the data as a whole are singular under it.
  public func makeFamily(in context: FamilyContext) throws -> any ComponentFamily {
    let model = try covariance.map(context.catalogue.covarianceModel) ?? context.covariance
    guard let pattern = model.factorPattern else { return try gaussianFamily(in: context) }
    return try factorFamily(in: context, model, pattern)
  }

  /// The same, for families that are made of it.
  ///
  /// - Parameters:
  ///   - context: The data and options of the fit.
  ///   - parameters: What they call its mean and covariance.
  ///   - family: What they are called.
  ///   - others: Their further parameters, whose restrictions they see to.
  public func gaussianFamily(
    in context: FamilyContext,
    parameters: (mean: String, covariance: String) = ("mean", "covariance"),
    family name: String = "gaussian", others: [NamedParameter] = []
  ) throws -> GaussianFamily {
    let (data, summary) = (context.data, context.summary)
    var model = try covariance.map(context.catalogue.covarianceModel) ?? context.covariance
    try refuseFactors(model, family: name)
    if context.constraints.tied.contains(parameters.covariance) {
      model = try model.shared(in: context.catalogue)
    }
    let named = model.name
    if context.components == 1 { model = model.ofOneComponent }
    let names = data.columnNames
    try refuseUnscalable(summary, names)
    let frame = frame(summary, isPerColumn: model.isColumnScaleEquivariant)
    let scales = frame.scales
    let regularization = scales.map { context.regularization * $0 * $0 }
    let isFixed = context.constraints.fixed[parameters.covariance] != nil
    if context.regularization == 0 && !isFixed {
      try refuseConstant(summary, names, model, named: named)
    }
    var variances = zip(zip(summary.standardDeviations, scales), regularization).map {
      max(($0.0 * $0.1) * ($0.0 * $0.1), $1)
    }
    if model.form == .spherical {
      let shared = variances.reduce(0, +) / Double(variances.count)
      variances = variances.map { _ in shared }
    }
    var family = GaussianFamily(
      model, columnNames: names, frame: frame,
      limits: CovarianceLimits(
        floor: context.covarianceFloor, scale: variances, regularization: regularization),
      meanWeight: summary.totalWeight / Double(summary.weightedRows),
      endsAtFloor: context.endsAtFloor)
    let filling = data.missing == nil || variances.contains { $0 <= 0 } ? nil : variances
    family.neutralVariances = filling
    if model.form == .full && names.count > 1 && !isFixed {
      family = try TotalCovariance(family, named: named, context).family
    }
    if !context.constraints.isEmpty {
      family = try family.constrained(
        in: context, names: parameters, family: name, others: others)
    }
    // In coordinates of its own, the data's covariance is the identity.
    family.neutralVariances = family.frame.map == nil ? filling : nil
    return try context.prior.map { try family.with($0, context) } ?? family
  }

  /// Reads a family back; its covariance model is found in the catalogue.
  public func decodeFamily(from decoder: any Decoder, catalogue: Catalogue) throws
    -> any ComponentFamily
  {
    try FactorFamily(from: decoder, catalogue: catalogue)
      ?? GaussianFamily(from: decoder, catalogue: catalogue)
  }

  /// Covariances are squares: beyond these ranges they leave the doubles.
  func refuseUnscalable(_ summary: DataSummary, _ names: [String]) throws {
    for (j, name) in names.enumerated() {
      let range = summary.maxima[j] - summary.minima[j]
      guard range > 1e153 || (range > 0 && range < 1e-153) else { continue }
      throw EmulsionError(
        .invalidData,
        "column \(quoted(name)) spans \(range.formatted(significant: 3)), so that its variance is "
          + "beyond a double; rescale it")
    }
  }

  func frame(_ summary: DataSummary, isPerColumn: Bool) -> Frame {
    let exponents = summary.standardDeviations.map { $0 > 0 ? Int($0.exponent) : nil }
    let shared = exponents.compactMap { $0 }.max() ?? 0
    return Frame(
      origin: summary.means,
      exponents: exponents.map { isPerColumn ? $0 ?? 0 : shared })
  }

  func refuseConstant(
    _ summary: DataSummary, _ names: [String], _ model: any CovarianceModel, named: String
  ) throws {
    let constant = names.indices.filter { summary.standardDeviations[$0] == 0 }
    guard !constant.isEmpty else { return }
    guard model.form != .spherical || constant.count == names.count else { return }
    if summary.weightedRows == 1 {
      throw EmulsionError(
        .degenerate, "one row has no variance; a fit needs more rows, or regularization above 0")
    }
    let list = constant.map { quoted(names[$0]) }.joined(separator: ", ")
    let subject = constant.count == 1 ? "column \(list) is" : "columns \(list) are"
    throw EmulsionError(
      .degenerate,
      "\(subject) constant, so that no \(named) covariance exists; leave out what is constant, "
        + "or set regularization above 0")
  }
}

extension GaussianDefinition {
  /// Rows about the means.
  public func exampleRows(columns: [String]?, _ parameters: [[String: ParameterValue]]) -> Matrix {
    ExampleRows.about(
      columns: columns?.count, parameters, mean: "mean", covariances: ["covariance"])
  }
}
