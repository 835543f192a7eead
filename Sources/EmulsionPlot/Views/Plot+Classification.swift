import Emulsion

extension PlotSubject {
  /// Rows by component: in one column as strips, in two as points with outlines, in more as a grid of pairs;
  /// categories as stacked bars.
  func classification() throws -> Plot {
    if let response = model.responseColumn { return try regressionClasses(response) }
    let isOfCodes = model.columnNames.indices.allSatisfy { model.holdsCodes(inColumn: $0) }
    if isOfCodes && model.columnNames.indices.allSatisfy({ hasDensity($0) }) {
      return try mosaics()
    }
    let positions = try positions(most: 6)
    let panelCount = positions.count * (positions.count - 1) / 2
    let rows = try rows(positions, most: max(300, Self.mostPoints / max(1, panelCount)))
    let labels = try rows.map { try self.labels($0) }
    var figure: Figure
    switch positions.count {
    case 1: figure = try strips(positions[0], rows, labels)
    case 2:
      figure = .grid([try scatter(positions[0], positions[1], rows, labels, positions)])
    default: figure = try pairs(positions, rows, labels)
    }
    figure.legend = legend(labels)
    var notes = self.notes(rows, drawn: rows?.drawn.rows) + choiceNote(positions)
    if figure.panels.contains(where: {
      $0.layers.contains { if case .lines = $0.shape { true } else { false } }
    })
      && positions.count > 1
    {
      notes.insert("Outlines hold \(options.shareText) of a component; crosses are means.", at: 0)
    }
    if positions.contains(where: { model.support(ofColumn: $0).isDiscrete }) && positions.count > 1
    {
      notes.append("Points of whole numbers are spread a little, so that they can be seen.")
    }
    return finished(figure, notes: notes)
  }

  /// Rows of one column, one component above the other.
  private func strips(_ j: Int, _ rows: ShownRows?, _ labels: [Int]?) throws -> Figure {
    guard let rows, let labels else {
      let (panel, _, _) = try densityPanel(j, nil, weights: nil)
      return .grid([panel])
    }
    let kinds =
      Set(labels.filter { $0 >= 0 }).union(0..<model.components).sorted()
      + (labels.contains { $0 < 0 } ? [-1] : [])
    let names = kinds.enumerated().map { place, k in
      (place: -Double(place), name: k < 0 ? "Noise" : "Component \(k + 1)")
    }
    var panel = Panel(
      x: PanelAxis(range: axis(j, rows.columns[0]), label: model.columnNames[j]),
      y: PanelAxis(
        range: Axis(low: -Double(kinds.count) + 0.4, high: 0.6), tics: .names(names)))
    for (place, k) in kinds.enumerated() {
      let points = labels.indices.filter { labels[$0] == k }.map { i in
        [rows.drawn.matrix[i, j], 0.6 * jitter(i) - Double(place)]
      }
      panel.add(.points(points), .points(k, of: labels.count))
    }
    return .grid([panel])
  }

  /// All pairs of columns, with histograms on the diagonal.
  private func pairs(_ positions: [Int], _ rows: ShownRows?, _ labels: [Int]?) throws -> Figure {
    var panels: [Panel] = []
    for (row, y) in positions.enumerated() {
      for (column, x) in positions[...row].enumerated() {
        var panel: Panel
        if row == column {
          panel = try densityPanel(x, rows?.columns[row], weights: rows?.weights).panel
          panel.title = model.columnNames[x]
          panel.y.tics = .none
          panel.x.range = try axis(x, values(x, rows?.columns[row]))
        } else {
          panel = try scatter(x, y, rows, labels, positions)
        }
        panel.x.label = ""
        panel.y.label = ""
        panel.place = (row, column)
        panels.append(panel)
      }
    }
    var figure = Figure(panels: panels, columns: positions.count, sharesAxes: true)
    figure.naturalSize =
      positions.count == 3 ? (780, 740) : (170 * positions.count + 110, 165 * positions.count + 90)
    figure.mainPanel = 1
    return figure
  }

  /// Points in two columns, with an outline and a mean for each component.
  func scatter(
    _ x: Int, _ y: Int, _ rows: ShownRows?, _ labels: [Int]?, _ positions: [Int]
  ) throws -> Panel {
    let (xs, ys) = (
      try values(x, positions.firstIndex(of: x).flatMap { rows?.columns[$0] }),
      try values(y, positions.firstIndex(of: y).flatMap { rows?.columns[$0] })
    )
    var panel = Panel(
      x: PanelAxis(range: pointAxis(x, xs), label: model.columnNames[x]),
      y: PanelAxis(range: pointAxis(y, ys), label: model.columnNames[y]))
    if let rows, let labels {
      for k in Set(labels).sorted() {
        let chosen = labels.indices.filter { labels[$0] == k }
        panel.add(
          .points(chosen.map { i in [place(x, rows, i, i), place(y, rows, i, i + 7)] }),
          .points(k, of: labels.count))
      }
    }
    if !model.support(ofColumn: x).isDiscrete, !model.support(ofColumn: y).isDiscrete,
      let joint = marginal([x, y])
    {
      for k in 0..<model.components {
        let outline = try outline(k, of: joint, panel.x.range, panel.y.range)
        panel.add(.lines(outline), .outline(k))
      }
    }
    addMeans(x, y, to: &panel)
    return panel
  }

  private func pointAxis(_ j: Int, _ values: [Double]) -> Axis {
    guard model.support(ofColumn: j).isDiscrete else { return axis(j, values) }
    let range = Axis(holding: values, margin: 0.02)
    return Axis(low: range.low - 0.4, high: range.high + 0.4)
  }

  /// A number of a drawn row; whole ones are spread, differently for each `salt`.
  private func place(_ j: Int, _ rows: ShownRows, _ i: Int, _ salt: Int) -> Double {
    let value = rows.drawn.matrix[i, j]
    return model.support(ofColumn: j).isDiscrete ? value + 0.5 * jitter(salt) : value
  }

  private func addMeans(_ x: Int, _ y: Int, to panel: inout Panel) {
    guard let means = model.placedMeans else { return }
    for k in 0..<model.components {
      // On white, so that they stand out among points of their own colour.
      let place = [[means[k, x], means[k, y]]]
      guard place[0].allSatisfy(\.isFinite), panel.x.range.contains(means[k, x]),
        panel.y.range.contains(means[k, y])
      else { continue }
      var look = Look(color: "FFFFFF", pointType: 2, size: 1.1, width: 5, symbol: "+")
      panel.add(.points(place), look)
      (look.color, look.width) = (Palette.color(k), 2.2)
      panel.add(.points(place), look)
    }
  }

  /// The outline of the smallest region that holds the asked share of component `k` of a model of two columns:
  /// an ellipse where its density falls as a normal one's does, else by the density over a grid.
  func outline(_ k: Int, of joint: Model, _ x: Axis, _ y: Axis) throws -> [[[Double]]] {
    var ranges = (x, y)
    if let means = joint.means, let covariance = joint.covariance(ofComponent: k)?.matrix {
      let mean = (means[k, 0], means[k, 1])
      let ellipse = Ellipse(
        mean: mean, covariance: (covariance[0, 0], covariance[0, 1], covariance[1, 1]),
        share: options.share)
      guard covariance.values.allSatisfy(\.isFinite), mean.0.isFinite, mean.1.isFinite else {
        return []
      }
      if try isNormal(k, of: joint, ellipse, mean) { return [ellipse.points] }
      func range(_ mean: Double, _ variance: Double) -> Axis {
        let reach = 6 * max(variance, 0).squareRoot()
        return Axis(low: mean - reach, high: mean + reach)
      }
      ranges = (range(mean.0, covariance[0, 0]), range(mean.1, covariance[1, 1]))
    }
    guard ranges.0.high > ranges.0.low, ranges.1.high > ranges.1.low else { return [] }
    let grid = try DensityGrid(x: ranges.0, y: ranges.1, count: 120) { points in
      try joint.logDensity(
        Matrix(rows: points.count, columns: 2, values: points.flatMap { [$0.x, $0.y] }), under: k
      ).map(exponential)
    }
    return grid.contours(at: grid.height(holding: options.share))
  }

  private func isNormal(
    _ k: Int, of joint: Model, _ ellipse: Ellipse, _ mean: (Double, Double)
  ) throws -> Bool {
    let edge = stride(from: 0, to: ellipse.points.count - 1, by: 24).map { ellipse.points[$0] }
    let points = [[mean.0, mean.1]] + edge
    guard
      let densities = try? joint.logDensity(
        Matrix(rows: points.count, columns: 2, values: points.flatMap { $0 }), under: k)
    else { return true }
    // It has fallen by half the squared Mahalanobis distance of the edge.
    let expected = -logarithm(1 - options.share)
    return densities.dropFirst().allSatisfy {
      (densities[0] - $0 - expected).magnitude < 1e-3 * expected
    }
  }

  // MARK: Categories

  /// Columns of codes: a bar for each component, as wide as it weighs, cut by the probabilities of the levels.
  private func mosaics() throws -> Plot {
    let positions = try positions(most: 12)
    let rows = try rows(positions, most: 1)
    var levelNames: [String] = []
    var columnLevels: [[Double]] = []
    for (place, j) in positions.enumerated() {
      let levels = try levels(j, rows?.columns[place])
      guard levels.count <= 40 else {
        throw EmulsionError(
          .invalidOption,
          "plot: the column \"\(model.columnNames[j])\" has \(levels.count.counted("level")), too many for bars; "
            + "see what = \"profile\"")
      }
      columnLevels.append(levels)
      for level in levels where !levelNames.contains(levelName(j, level)) {
        levelNames.append(levelName(j, level))
      }
    }
    var panels: [Panel] = []
    for (place, j) in positions.enumerated() {
      let probabilities = try probabilities(of: columnLevels[place], inColumn: j)
      let looks = columnLevels[place].map {
        levelNames.firstIndex(of: levelName(j, $0)) ?? 0
      }
      let own = rows.map { shares(of: columnLevels[place], in: $0.columns[place], $0.weights) }
      var panel = mosaic(probabilities, data: own, looks)
      panel.title = model.columnNames[j]
      panels.append(panel)
    }
    var figure = Figure.grid(panels)
    figure.legend = levelNames.enumerated().map { index, name in
      LegendEntry(kind: .fill, look: Self.level(index), text: name)
    }
    let bars = "Bars are components, as wide as they weigh"
    return finished(
      figure,
      notes: [bars + (rows == nil ? "." : "; the one at the left is that of all rows.")]
        + notes(rows) + choiceNote(positions))
  }

  private static func level(_ index: Int) -> Look {
    Look(
      color: Palette.tint(index, index < 8 ? 0.75 : 0.4), border: "FFFFFF",
      symbol: Palette.symbol(index))
  }

  private func mosaic(_ probabilities: [[Double]], data: [Double]?, _ looks: [Int]) -> Panel {
    var names: [(place: Double, name: String)] = []
    var bars: [(left: Double, right: Double, shares: [Double])] = []
    if let data {
      bars.append((-0.24, -0.06, data))
      names.append((-0.15, "all"))
    }
    let total = model.weights.reduce(0, +)
    var left = 0.0
    for (k, shares) in probabilities.enumerated() {
      let right = left + model.weights[k] / total
      bars.append((left, right, shares))
      if right - left > 0.035 { names.append(((left + right) / 2, "\(k + 1)")) }
      left = right
    }
    var panel = Panel(
      x: PanelAxis(
        range: Axis(low: data == nil ? -0.02 : -0.27, high: 1.02), tics: .names(names)),
      y: PanelAxis(range: Axis(low: 0, high: 1)))
    for (l, look) in looks.enumerated() {
      let boxes = bars.compactMap { bar -> [Double]? in
        let below = bar.shares[..<l].reduce(0, +)
        return bar.shares[l] > 0 ? [bar.left, bar.right, below, below + bar.shares[l]] : nil
      }
      panel.add(.boxes(boxes), Self.level(look))
    }
    return panel
  }
}
