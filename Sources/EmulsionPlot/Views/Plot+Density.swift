import Emulsion

extension PlotSubject {
  /// A histogram of each column with the components' own densities over it.
  func densities() throws -> Plot {
    let positions = try positions(most: 12, isSuited: hasDensity)
    let rows = try rows(positions, most: 1)
    var panels: [Panel] = []
    var notes = choiceNote(positions)
    var rules: [String] = []
    for (place, j) in positions.enumerated() {
      guard marginal([j]) != nil else {
        throw EmulsionError(
          .invalidOption,
          "plot: the column \"\(model.columnNames[j])\" has no density of its own in this model")
      }
      let (panel, rule, isCut) = try densityPanel(
        j, rows?.columns[place], weights: rows?.weights, allowsLogarithms: true)
      panels.append(panel)
      if let rule, !rules.contains(rule) { rules.append(rule) }
      if isCut { notes.append("Curves of \(model.columnNames[j]) that leave the panel are cut.") }
    }
    var figure = Figure.grid(panels)
    let discrete = positions.allSatisfy { model.support(ofColumn: $0).isDiscrete }
    let what = discrete ? "probability" : "density"
    figure.legend = names.enumerated().map { discrete ? .points($0, $1) : .line($0, $1) }
    if model.noise != nil { figure.legend.append(.line(-1, "Noise")) }
    let isOfCodes = positions.allSatisfy { model.holdsCodes(inColumn: $0) }
    if !isOfCodes && (model.components > 1 || model.noise != nil) {
      figure.legend.append(LegendEntry(kind: .line, look: .mixture, text: "Mixture"))
    }
    if let rows {
      figure.legend.append(
        LegendEntry(
          kind: .fill, look: .bars, text: rows.count.counted("row")))
      if !rules.isEmpty { notes.append("Histograms: \(rules.joined(separator: "; ")).") }
    }
    if model.components > 1 { notes.append("Components: \(what) times weight.") }
    return finished(figure, notes: self.notes(rows) + notes)
  }

  /// A column's histogram and densities, the rule of the bins, and whether curves are cut.
  ///
  /// - Parameter allowsLogarithms: Whether the axis may be logarithmic, where numbers are of many sizes.
  func densityPanel(
    _ j: Int, _ column: [Double]?, weights: [Double]?, allowsLogarithms: Bool = false
  ) throws -> (panel: Panel, rule: String?, isCut: Bool) {
    let values = try values(j, column)
    let support = model.support(ofColumn: j)
    if model.holdsCodes(inColumn: j) { return try (levelPanel(j, column, weights), nil, false) }
    let isDiscrete = support.isDiscrete
    let isLogarithmic = allowsLogarithms && isWide(values, support)
    let shown = isLogarithmic ? values.map(decimalLogarithm) : values
    let range = isLogarithmic ? Axis(holding: shown) : self.axis(j, values)
    let curves = try marginal([j]).map {
      try DensityCurves($0, axis: range, values: values, isLogarithmic: isLogarithmic)
    }
    let histogram = column.map { _ in
      Histogram(shown, weights: weights, bins: options.bins, ofWholeNumbers: isDiscrete)
    }
    let axis = range.holding(isDiscrete ? histogram?.extent : nil)
    var panel = Panel(
      x: PanelAxis(range: axis, label: model.columnNames[j]),
      y: PanelAxis(
        range: Axis(low: 0, high: 1),
        label: isDiscrete ? "Probability" : isLogarithmic ? "Density, per factor of 10" : "Density")
    )
    if isLogarithmic { panel.x.tics = .names(range.powersOfTen) }
    if let histogram { panel.add(.boxes(histogram.boxes), .bars) }
    let bars = histogram?.highest ?? 0
    // A narrow component may be far higher than any bar; bars must stay legible.
    var highest = max(bars, curves?.highest ?? 0)
    let isCut = bars > 0 && highest > 2.5 * bars
    if isCut { highest = 2.5 * bars }
    if let curves { add(curves, to: &panel) }
    panel.y.range = Axis(low: 0, high: highest > 0 ? 1.06 * highest : 1)
    return (panel, histogram?.rule, isCut)
  }

  /// Whether numbers above 0 are of so many sizes that most would lie at the border of an axis.
  private func isWide(_ values: [Double], _ support: Support) -> Bool {
    guard !support.isDiscrete, !support.isUnlimited, !support.contains(-1),
      let low = values.min(), let high = values.max(), low > 0
    else { return false }
    let middle = values.sorted()[values.count / 2]
    return high / low > 1000 && high / middle > 50
  }

  /// Curves, or marks at whole numbers with nothing between them.
  func add(_ curves: DensityCurves, to panel: inout Panel) {
    for k in curves.components.indices { add(curves.points(k), k, curves.isDiscrete, to: &panel) }
    if let noise = curves.noise {
      panel.add(.lines([zip(curves.places, noise).map { [$0, $1] }]), .line(-1, width: 1.6))
    }
    if curves.components.count > 1 || curves.noise != nil {
      panel.add(.lines([curves.points(nil)]), .mixture)
    }
  }

  private func add(_ points: [[Double]], _ k: Int, _ isDiscrete: Bool, to panel: inout Panel) {
    var line = Look.line(k)
    if isDiscrete {
      (line.width, line.dash, line.symbol) = (0.9, 3, nil)
      var mark = Look.points(k, of: 1)
      (mark.opacity, mark.size) = (1, 0.6)
      panel.add(.lines([points]), line)
      panel.add(.points(points), mark)
    } else {
      panel.add(.lines([points]), line)
    }
  }

  /// Shares of the levels of a column of codes, with each component's probability times its weight.
  private func levelPanel(_ j: Int, _ column: [Double]?, _ weights: [Double]?) throws -> Panel {
    let levels = Array(try levels(j, column).prefix(60))
    var panel = Panel(
      x: PanelAxis(
        range: Axis(low: -0.6, high: Double(levels.count) - 0.4), label: model.columnNames[j],
        tics: .names(levels.enumerated().map { (Double($0), levelName(j, $1)) })),
      y: PanelAxis(range: Axis(low: 0, high: 1), label: "Probability"))
    var highest = 0.0
    if let column {
      let shares = shares(of: levels, in: column, weights)
      highest = shares.max() ?? 0
      panel.add(
        .boxes(shares.enumerated().map { [Double($0) - 0.4, Double($0) + 0.4, 0, $1] }), .bars)
    }
    let probabilities = try probabilities(of: levels, inColumn: j)
    // A response has probabilities given its predictors alone: then the shares are all there is.
    for k in probabilities.indices {
      // Side by side, so that none hides another.
      let shift = 0.5 * (Double(k) + 0.5) / Double(model.components) - 0.25
      var look = Look.points(k, of: 1)
      (look.opacity, look.size) = (1, 0.8)
      panel.add(
        .points(
          probabilities[k].enumerated().map { [Double($0) + shift, model.weights[k] * $1] }), look)
    }
    for l in levels.indices {
      highest = max(
        highest, probabilities.indices.map { model.weights[$0] * probabilities[$0][l] }.max() ?? 0)
    }
    panel.y.range = Axis(low: 0, high: min(1.02, max(1e-6, 1.08 * highest)))
    return panel
  }

  /// The share of each level among numbers.
  func shares(of levels: [Double], in column: [Double], _ weights: [Double]?) -> [Double] {
    var sums: [Double: Double] = [:]
    for (i, value) in column.enumerated() { sums[value + 0, default: 0] += weights?[i] ?? 1 }
    let total = max(sums.values.reduce(0, +), .leastNonzeroMagnitude)
    return levels.map { (sums[$0] ?? 0) / total }
  }

  /// The probability of each level of a column of codes under every component.
  func probabilities(of levels: [Double], inColumn j: Int) throws -> [[Double]] {
    guard let marginal = marginal([j]) else { return [] }
    let places = Matrix(rows: levels.count, columns: 1, values: levels)
    return try (0..<model.components).map { k in
      try marginal.logDensity(places, under: k).map(exponential)
    }
  }
}
