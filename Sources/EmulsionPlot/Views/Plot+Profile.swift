import Emulsion

extension PlotSubject {
  /// More names along an axis can't be read.
  private static var mostItems: Int { 60 }

  /// Whether a column's components have means, or probabilities of levels.
  func isProfiled(_ j: Int) -> Bool {
    guard let marginal = marginal([j]) else { return false }
    return model.holdsCodes(inColumn: j) || marginal.means != nil
  }

  /// The components' means in every column, from the mixture's and in its deviations; of categories the
  /// probabilities of their levels.
  func profile() throws -> Plot {
    let all = try positions(most: 1000)
    let positions = all.filter(isProfiled)
    guard !positions.isEmpty else {
      throw EmulsionError(
        .invalidOption, "plot: these columns have no means to draw a profile of")
    }
    var numbers: [(name: String, values: [Double])] = []
    var items: [(name: String, values: [Double])] = []
    let codes = positions.filter { model.holdsCodes(inColumn: $0) }
    let rows = try codes.isEmpty ? nil : self.rows(codes, most: 1)
    for j in positions {
      if let place = codes.firstIndex(of: j) {
        items += try levelItems(j, rows?.columns[place])
      } else if let values = standardisedMeans(j) {
        numbers.append((model.columnNames[j], values))
      }
    }
    guard numbers.count <= Self.mostItems, items.count <= Self.mostItems else {
      let count = max(numbers.count, items.count)
      throw EmulsionError(
        .invalidOption,
        "plot: a profile of \(count) columns or levels can't be read; name some columns, as in "
          + "{ columns = { \"\(model.columnNames[positions[0]])\" } }")
    }
    var panels: [Panel] = []
    if !numbers.isEmpty {
      panels.append(profilePanel(numbers, label: "Mean, standardised"))
    }
    if !items.isEmpty {
      var panel = profilePanel(items, label: "Probability")
      panel.y.range = Axis(low: 0, high: 1.03)
      panels.append(panel)
    }
    var figure = Figure.grid(panels)
    if panels.count == 1 {
      figure.naturalSize.width = max(760, min(1200, 200 + 26 * max(numbers.count, items.count)))
    }
    figure.legend = legend(nil, lines: true)
    let left = all.count - positions.count
    var notes: [String] = []
    if !numbers.isEmpty {
      notes.append("Means as differences from the mixture's mean, in its standard deviations.")
    }
    if left > 0 {
      notes.append("\(left.counted("column")) without means of their own left out.")
    }
    return finished(figure, notes: notes)
  }

  private func profilePanel(_ items: [(name: String, values: [Double])], label: String) -> Panel {
    let values = items.flatMap(\.values)
    var panel = Panel(
      x: PanelAxis(
        range: Axis(low: -0.4, high: Double(items.count) - 0.6),
        tics: .names(items.enumerated().map { (Double($0), $1.name) })),
      y: PanelAxis(range: Axis(holding: values + [0], margin: 0.06), label: label))
    panel.add(
      .lines([[[-0.4, 0], [Double(items.count) - 0.6, 0]]]), Look(color: "B8B8B8", width: 0.8))
    for k in 0..<model.components {
      let points = items.enumerated().map { [Double($0), $1.values[k]] }
      var look = Look.line(k, width: 1.8)
      look.symbol = nil
      panel.add(.lines([points]), look)
      var mark = Look.points(k, of: 1)
      (mark.opacity, mark.size) = (1, 0.9)
      panel.add(.points(points), mark)
    }
    return panel
  }

  /// (μₖ − μ)/σ with the mixture's mean and deviation, by the law of total variance.
  private func standardisedMeans(_ j: Int) -> [Double]? {
    guard let marginal = marginal([j]), let means = marginal.means?.column(0) else { return nil }
    let variances = (0..<model.components).map {
      marginal.covariance(ofComponent: $0)?.variances[0] ?? 0
    }
    let total = model.weights.reduce(0, +)
    let weights = model.weights.map { $0 / total }
    let mean = zip(weights, means).reduce(0) { $0 + $1.0 * $1.1 }
    let variance = means.indices.reduce(0.0) {
      let difference = means[$1] - mean
      return $0 + weights[$1]
        * ((variances[$1].isFinite ? variances[$1] : 0) + difference * difference)
    }
    let deviation = variance.squareRoot()
    return means.map { deviation > 0 && $0.isFinite ? ($0 - mean) / deviation : 0 }
  }

  /// One item a level, but for the first of two, whose probability is the rest.
  private func levelItems(_ j: Int, _ column: [Double]?) throws -> [(
    name: String, values: [Double]
  )] {
    let levels = try levels(j, column)
    let probabilities = try probabilities(of: levels, inColumn: j)
    let shown = levels.count == 2 ? [1] : Array(levels.indices)
    return shown.map { l in
      ("\(model.columnNames[j])=\(levelName(j, levels[l]))", probabilities.map { $0[l] })
    }
  }
}
