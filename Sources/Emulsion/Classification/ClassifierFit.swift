extension Catalogue {
  /// Learns classes from rows whose class is known; rows without one are left out.
  ///
  /// Under MDA each class gets the mixture of least BIC on its own rows; under EDDA all classes get one
  /// component each, under the covariance model of least BIC for all of them.
  ///
  /// - Throws: `invalid-option`, `invalid-data`, and `degenerate` naming a class for which nothing fits.
  public func classify(
    _ data: any DataSource, _ labels: KnownLabels, _ options: ClassifierOptions
  ) throws -> Classifier {
    try ClassifierFit(catalogue: self, data: data, labels: labels, options: options).classifier()
  }
}

/// One fit of a classifier.
struct ClassifierFit {
  let catalogue: Catalogue
  let data: any DataSource
  let labels: KnownLabels
  var options: ClassifierOptions

  func classifier() throws -> Classifier {
    try check()
    let weights = try data.rowWeights(options.fit.execution)
    let shares = labels.shares(weights)
    if let empty = shares.firstIndex(of: 0) {
      throw EmulsionError(
        .invalidData, "class: all rows of class \(quoted(labels.classes[empty])) have weight 0")
    }
    let total = shares.reduce(0, +)
    let (models, free) =
      switch options.method {
      case .mixtures: try mixtures()
      case .components: try components()
      }
    var classifier = Classifier(
      method: options.method, classes: labels.classes, proportions: shares.map { $0 / total },
      models: models, logLikelihood: 0, freeParameters: free, totalWeight: total)
    let densities = try classifier.evaluated(data, isCancelled: options.fit.isCancelled).logDensity
    for (row, k) in labels.rows.enumerated() where k >= 0 {
      let weight = weights?[row] ?? 1
      if weight > 0 { classifier.logLikelihood += weight * densities[row] }
    }
    return classifier
  }

  private func check() throws {
    guard labels.rows.count == data.rows else {
      throw EmulsionError(
        .invalidData,
        "class: \(labels.rows.count.counted("class", "classes")) for \(data.rows.counted("row")); give one a row"
      )
    }
    guard labels.classes.count > 1 else {
      throw EmulsionError(
        .invalidData,
        "class: the rows are of \(labels.classes.count) class; at least two are needed")
    }
    guard options.fit.labels == nil else {
      throw EmulsionError(.invalidOption, "labels: class tells all classes; leave them out")
    }
    guard !options.fit.noise else {
      throw EmulsionError(.invalidOption, "noise: classes know none yet; leave it out")
    }
  }

  /// A selection for each class, on its rows.
  private func mixtures() throws -> ([Model], Int) {
    var grid = SelectionOptions()
    grid.components = options.components
    grid.covariances = options.covariances
    grid.families = [options.fit.family]
    grid.fit = try options.fit.defined(by: data, labels)
    let models = try labels.classes.enumerated().map { k, name in
      do {
        return try catalogue.select(
          MaskedSource(data, keeps: labels.rows.map { $0 == k }), grid
        ).best
      } catch let error as EmulsionError where error.code != .cancelled {
        throw EmulsionError(error.code, "class \(quoted(name)): \(error.message)")
      }
    }
    return (models, models.reduce(0) { $0 + $1.freeParameters })
  }

  /// One fit in which every row belongs to its class's component, under the best covariance model.
  private func components() throws -> ([Model], Int) {
    guard options.components == [1] else {
      throw EmulsionError(
        .invalidOption, "components: under EDDA each class has one; use method = \"MDA\" for more")
    }
    let rows = labels.known(in: data)
    var fit = options.fit
    (fit.components, fit.labels) = (labels.classes.count, labels)
    let names =
      options.covariances == ["all"]
      ? catalogue.covarianceNames(columns: data.columns) : options.covariances
    var (best, least): (Model?, Double) = (nil, .infinity)
    var failure: EmulsionError?
    for name in fit.family.usesCovariance ? names : Array(names.prefix(1)) {
      fit.covariance = name
      do {
        let model = try catalogue.fit(rows, fit)
        guard !model.isDegenerate else { continue }
        // That of the rows whatever their classes.
        var figures = model.figures
        figures.logLikelihood = try model.mixture.score(rows, fit.execution).logLikelihood
        let bic = BayesianInformation().value(of: figures)
        if bic < least { (best, least) = (model, bic) }
      } catch let error as EmulsionError where error.code == .degenerate {
        failure = failure ?? error
      }
    }
    guard let best else {
      throw failure
        ?? EmulsionError(
          .degenerate, "every covariance model is degenerate for these classes; use simpler ones")
    }
    let models = try best.componentModels()
    return (models, best.freeParameters - (labels.classes.count - 1))
  }
}

extension FitOptions {
  /// The options of a fit to the rows of one class, whose family is that of all rows of known class.
  func defined(by data: any DataSource, _ labels: KnownLabels) throws -> FitOptions {
    var options = self
    options.population = try labels.known(in: data).prepared(for: [family]).observed(self)
    return options
  }
}

extension KnownLabels {
  /// The data, of which rows of known class count.
  func known(in data: any DataSource) -> MaskedSource {
    MaskedSource(data, keeps: rows.map { $0 >= 0 })
  }

  /// The summed weights of each class.
  func shares(_ weights: [Double]?) -> [Double] {
    var shares = [Double].zeros(classes.count)
    for (row, k) in rows.enumerated() where k >= 0 { shares[k] += weights?[row] ?? 1 }
    return shares
  }
}

extension Model {
  /// Each component as a mixture of its own.
  func componentModels() throws -> [Model] {
    try (0..<components).map { k in
      guard let own = mixture.component(k) else {
        throw EmulsionError(
          .invalidOption, "the family \(quoted(family)) has no components that stand alone")
      }
      return Model(
        mixture: own, catalogue: catalogue, family: family, covariance: covariance,
        columnNames: columnNames, levels: levels, report: report.withoutData, manifest: manifest)
    }
  }
}
