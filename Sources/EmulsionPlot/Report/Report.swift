import Emulsion

/// A fit or a selection on one page of HTML: summary, parameters, plots, warnings, and how it was made.
///
/// The page stands alone: nothing is loaded, and nothing runs in it. It is laid out for telephones, print, and
/// light and dark screens.
public struct Report: Sendable {
  /// The page.
  public let html: String

  /// Makes the report of a model.
  ///
  /// - Parameters:
  ///   - model: The model.
  ///   - data: Rows to show in plots; without them the densities alone are drawn.
  ///   - options: The title; what else is asked for does not matter.
  /// - Throws: What reading the data throws, `cancelled`.
  public init(
    of model: Model, data: (any DataSource)? = nil, options: PlotOptions = PlotOptions()
  ) throws {
    let title = options.title.isEmpty ? model.headline : options.title
    var writer = ReportWriter(page: HTMLPage(title: title), isCancelled: options.isCancelled)
    writer.page.heading(1, title)
    if title != model.headline { writer.page.paragraph(model.headline, kind: "faint") }
    try writer.add(model, data)
    html = writer.page.text
  }

  /// Makes the report of a selection: the fits of the grid, and its best model.
  ///
  /// - Parameters: As of ``init(of:data:options:)``.
  /// - Throws: As there.
  public init(
    of selection: Selection, data: (any DataSource)? = nil, options: PlotOptions = PlotOptions()
  ) throws {
    let name = selection.criterion.uppercased()
    let standard = "Selection by \(name) over \(selection.entries.count.counted("fit"))"
    let title = options.title.isEmpty ? standard : options.title
    var writer = ReportWriter(page: HTMLPage(title: title), isCancelled: options.isCancelled)
    writer.page.heading(1, title)
    if title != standard { writer.page.paragraph(standard, kind: "faint") }
    try writer.add(selection)
    writer.page.heading(2, "The best: \(selection.best.headline)")
    try writer.add(selection.best, data)
    html = writer.page.text
  }

  /// Writes the page into a file, which appears whole or not at all.
  ///
  /// - Throws: `io` naming the path and the system's reason.
  public func save(to path: String) throws { try AtomicFile.write(Array(html.utf8), to: path) }
}

/// Writes the parts of reports.
struct ReportWriter {
  var page: HTMLPage
  let isCancelled: @Sendable () -> Bool
  private var pictures = 0

  init(page: HTMLPage, isCancelled: @escaping @Sendable () -> Bool) {
    (self.page, self.isCancelled) = (page, isCancelled)
  }

  // MARK: A model

  mutating func add(_ model: Model, _ data: (any DataSource)?) throws {
    if !model.warnings.isEmpty { page.list(model.warnings, kind: "warnings") }
    addSummary(model)
    page.heading(2, "Components")
    addComponents(
      model, try data.flatMap { try model.sizes(of: $0, isCancelled: isCancelled) })
    addMoments(model)
    page.heading(2, "Plots")
    try addPlots(model, data)
    addOrigin(model)
  }

  private mutating func addSummary(_ model: Model) {
    guard model.observations > 0 else { return }
    page.facts([
      ("Log-likelihood, nats", model.logLikelihood.formatted(decimals: 3)),
      ("BIC, smaller is better", model.bic.formatted(decimals: 3)),
      ("AIC", model.aic.formatted(decimals: 3)), ("ICL", model.icl.formatted(decimals: 3)),
      ("Entropy, nats", model.entropy.formatted(decimals: 3)),
      ("Rows × columns", "\(model.observations) × \(model.dimension)"),
      ("Free parameters", "\(model.freeParameters)"), ("EM", model.progressText),
      ("Starts", model.evidenceText),
    ])
  }

  /// A row a component: its weight, how many rows are its own, and the numbers of its parameters, matrices
  /// apart.
  private mutating func addComponents(_ model: Model, _ sizes: [Int]?) {
    let cells = (0..<model.components).map { k in
      model.parameters(ofComponent: k).flatMap(model.cells)
    }
    // Many parameters read better downwards.
    let titles = (cells.first ?? []).map(\.title)
    let weights = model.weights.map { $0.formatted(decimals: 4) }
    let noise = model.noise.map { $0.weight.formatted(decimals: 4) }
    if titles.count <= model.components + 2 || titles.count <= 6 {
      func size(_ k: Int) -> [String] { sizes.map { ["\($0[k])"] } ?? [] }
      var rows = [["Component", "weight"] + (sizes == nil ? [] : ["rows"]) + titles]
      for k in cells.indices {
        rows.append(
          ["\(k + 1)", weights[k]] + size(k) + cells[k].map { $0.value.formatted(significant: 6) })
      }
      if let noise {
        rows.append(["Noise", noise] + size(model.components) + titles.map { _ in "" })
      }
      page.table(rows)
    } else {
      var rows = [[""] + cells.indices.map { "Component \($0 + 1)" }]
      rows.append(["weight"] + weights)
      if let sizes { rows.append(["rows"] + sizes.dropLast().map { "\($0)" }) }
      for (place, title) in titles.enumerated() {
        rows.append(
          [title]
            + cells.map { place < $0.count ? $0[place].value.formatted(significant: 6) : "" })
      }
      page.table(rows)
      if let noise { page.paragraph("Noise has the weight \(noise).") }
    }
  }

  /// Standard deviations, and correlations where the matrices are small.
  private mutating func addMoments(_ model: Model) {
    let covariances = (0..<model.components).compactMap { model.covariance(ofComponent: $0) }
    guard covariances.count == model.components, model.dimension > 0 else { return }
    let names = model.describedColumns.map { model.columnNames[$0] }
    var rows = [[""] + covariances.indices.map { "Component \($0 + 1)" }]
    for (j, name) in names.enumerated() {
      rows.append(
        [name]
          + covariances.map {
            max($0.variances[j], 0).squareRoot().formatted(significant: 5)
          })
    }
    page.table(rows, caption: "Standard deviations")
    guard (2...10).contains(model.dimension), !covariances.allSatisfy(\.isDiagonal) else { return }
    for (k, covariance) in covariances.prefix(12).enumerated() {
      var rows = [["Component \(k + 1)"] + names]
      for (i, name) in names.enumerated() {
        rows.append(
          [name]
            + names.indices.map { j in
              let scale = (covariance[i, i] * covariance[j, j]).squareRoot()
              return j > i
                ? "" : scale > 0 ? (covariance[i, j] / scale).formatted(decimals: 3) : "–"
            })
      }
      page.table(rows, caption: "Correlations within component \(k + 1)")
    }
    if covariances.count > 12 {
      page.paragraph(
        "Correlations of the first 12 components; the model file has all.", kind: "faint")
    }
  }

  private mutating func addPlots(_ model: Model, _ data: (any DataSource)?) throws {
    let possible = Plot.views(of: model)
    let best = Plot.bestView(of: model)
    let wanted: [ModelView] =
      [best] + [.density, .contour, .profile, .uncertainty, .trace].filter { $0 != best }
    for view in wanted where possible.contains(view) {
      // The same numbers once more: profiles are for many columns, contours for two.
      if view == .profile && model.dimension < 3 { continue }
      if view == .contour && model.dimension != 2 { continue }
      if view == .uncertainty && (data == nil || model.components == 1) { continue }
      if view == .trace && model.trace.count < 2 { continue }
      var options = PlotOptions()
      options.isCancelled = isCancelled
      try add(caption(view)) { try Plot.model(model, view, data: data, options: options) }
    }
  }

  private func caption(_ view: ModelView) -> String {
    switch view {
    case .classification: "Rows by component"
    case .density: "Densities of single columns"
    case .uncertainty: "Uncertainty of the classification"
    case .contour: "Density of the mixture"
    case .trace: "Convergence"
    case .profile: "Profiles of the components"
    case .regression: "Responses and what components expect"
    case .rootogram: "Posterior probabilities"
    case .regions: "Regions of the components"
    }
  }

  /// Draws a picture into the page, or says why there is none.
  private mutating func add(_ caption: String, _ plot: () throws -> Plot) throws {
    do {
      let svg = try plot().svg(isCancelled: isCancelled)
      pictures += 1
      page.figure(InlineSVG(svg, prefix: "p\(pictures)-", label: caption), caption: caption)
    } catch let error as EmulsionError where error.code != .cancelled {
      page.paragraph("\(caption): not drawn: \(error.message)", kind: "faint")
    }
  }

  private mutating func addOrigin(_ model: Model) {
    page.heading(2, "How it was made")
    let manifest = model.manifest
    page.facts([
      ("Emulsion", manifest.version), ("Family", model.family),
      ("Covariance", model.covariance ?? "–"), ("Components", "\(model.components)"),
      ("Seed", "\(manifest.seed)"), ("Data fingerprint", manifest.dataFingerprint),
    ])
    if let call = model.call { page.code(call) }
    let options = manifest.options.sorted { $0.key < $1.key }
    if !options.isEmpty {
      page.table([["Option", "Value"]] + options.map { [$0.key, $0.value] })
    }
    page.paragraph("Columns: " + model.columnNames.joined(separator: ", "))
  }

  // MARK: A selection

  mutating func add(_ selection: Selection) throws {
    let name = selection.criterion.uppercased()
    let ranked = selection.entries.filter { $0.status != "degenerate" && $0.model != nil }
    let values = ranked.map { selection.value(of: $0) }
    page.heading(2, "The best fits")
    var rows = [["Fit", name, "difference", "log-likelihood", "parameters", "status"]]
    for (entry, value) in zip(ranked, values).prefix(3) {
      rows.append([
        self.name(entry, in: selection), value.formatted(decimals: 3),
        (value - values[0]).formatted(decimals: 3), entry.logLikelihood.formatted(decimals: 3),
        "\(entry.freeParameters)", entry.status,
      ])
    }
    page.table(rows, marked: 0)
    var options = PlotOptions()
    options.isCancelled = isCancelled
    let order = selection.best.catalogue.covarianceNames
    try add("\(name) against the number of components") {
      try Plot.selection(selection, .criterion, inOrder: order, options: options)
    }
    try add("\(name) of all fits, less the best") {
      try Plot.selection(selection, .grid, inOrder: order, options: options)
    }
    page.heading(2, "All fits")
    rows = [["Fit", name, "log-likelihood", "parameters", "status"]]
    for entry in selection.entries {
      let value = selection.value(of: entry)
      rows.append([
        self.name(entry, in: selection), value.isFinite ? value.formatted(decimals: 3) : "–",
        entry.model.map { $0.logLikelihood.formatted(decimals: 3) } ?? "–",
        entry.model.map { "\($0.freeParameters)" } ?? "–", entry.status,
      ])
    }
    page.table(rows)
  }

  private func name(_ entry: Selection.Entry, in selection: Selection) -> String {
    let hasFamilies = Set(selection.entries.map(\.family)).count > 1
    let structure =
      entry.covariance == nil || !hasFamilies
      ? entry.structure : "\(entry.family), \(entry.structure)"
    return "\(structure), K = \(entry.components)"
  }
}
