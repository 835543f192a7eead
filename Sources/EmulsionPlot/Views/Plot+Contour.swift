import Emulsion

extension PlotSubject {
  /// Lines within which the mixture of two columns has given shares of its probability.
  func contours() throws -> Plot {
    let positions = try chosenPair(.contour)
    guard let joint = pair(positions) else { return try classification() }
    let rows = try rows(positions)
    let axes = try positions.enumerated().map { place, j in
      axis(j, try values(j, rows?.columns[place]))
    }
    var panel = Panel(
      x: PanelAxis(range: axes[0], label: model.columnNames[positions[0]]),
      y: PanelAxis(range: axes[1], label: model.columnNames[positions[1]]))
    if let rows {
      panel.add(
        .points((0..<rows.drawn.rows).map { i in positions.map { rows.drawn.matrix[i, $0] } }),
        Look(
          color: Palette.grey, opacity: rows.drawn.rows > 1000 ? 0.35 : 0.55, size: 0.4,
          symbol: "·"))
    }
    let grid = try Self.grid(joint, axes[0], axes[1])
    let shares = options.level.map { [$0] } ?? [0.95, 0.75, 0.5, 0.25]
    var figure = Figure.grid([])
    for (place, share) in shares.enumerated() {
      let look = Self.contourLook(place, of: shares.count)
      panel.add(.lines(grid.contours(at: grid.height(holding: share))), look)
      figure.legend.append(
        LegendEntry(
          kind: .line, look: look, text: "\((100 * share).formatted(significant: 6)) % inside"))
    }
    figure.panels = [panel]
    var notes = notes(rows, drawn: rows?.drawn.rows) + choiceNote(positions)
    notes.append("Lines, from the outside in, hold that share of the mixture's probability.")
    return finished(figure, notes: notes)
  }

  /// The density of the mixture, noise included.
  static func grid(_ joint: Model, _ x: Axis, _ y: Axis) throws -> DensityGrid {
    try DensityGrid(x: x, y: y, count: 160) { points in
      let rows = Matrix(rows: points.count, columns: 2, values: points.flatMap { [$0.x, $0.y] })
      var sums = [Double](repeating: 0, count: points.count)
      for k in 0..<joint.components {
        let densities = try joint.logDensity(rows, under: k)
        for i in sums.indices { sums[i] += joint.weights[k] * exponential(densities[i]) }
      }
      if let noise = joint.noise {
        let height = noise.weight * exponential(noise.region.logDensity)
        for i in sums.indices
        where noise.spans(points[i].x, column: 0) && noise.spans(points[i].y, column: 1) {
          sums[i] += height
        }
      }
      return sums
    }
  }

  /// From light to dark blue, the inner the darker.
  private static func contourLook(_ place: Int, of count: Int) -> Look {
    let colors = ["8FBCE0", "4C93CB", "0072B2", "003F63"]
    var look = Look(color: count == 1 ? colors[2] : colors[place % 4], width: 2)
    look.symbol = nil
    return look
  }

  /// Where rows of each component lie.
  func regions() throws -> Plot {
    if model.dimension == 1 { return try intervals() }
    let positions = try chosenPair(.regions)
    guard let joint = pair(positions) else { return try classification() }
    let rows = try rows(positions)
    let labels = try rows.map { try self.labels($0) }
    let axes = try positions.enumerated().map { place, j in
      axis(j, try values(j, rows?.columns[place]))
    }
    var panel = Panel(
      x: PanelAxis(range: axes[0], label: model.columnNames[positions[0]]),
      y: PanelAxis(range: axes[1], label: model.columnNames[positions[1]]))
    let areas = try areas(joint, axes[0], axes[1])
    for (k, boxes) in areas.sorted(by: { $0.key < $1.key }) {
      panel.add(.boxes(boxes), Self.area(k))
    }
    if let rows, let labels {
      for k in Set(labels).sorted() {
        let chosen = labels.indices.filter { labels[$0] == k }
        panel.add(
          .points(chosen.map { i in positions.map { rows.drawn.matrix[i, $0] } }),
          .points(k, of: labels.count))
      }
    }
    var figure = Figure.grid([panel])
    figure.legend = legend(labels)
    if rows == nil {
      figure.legend = names.enumerated().map {
        LegendEntry(kind: .fill, look: Self.area($0), text: $1)
      }
    }
    if areas[-1] != nil && labels?.contains(-1) != true {
      figure.legend.append(LegendEntry(kind: .fill, look: Self.area(-1), text: "Noise"))
    }
    var notes = notes(rows, drawn: rows?.drawn.rows) + choiceNote(positions)
    notes.append(
      model.dimension > 2
        ? "Areas: the most probable component, as told by these two columns alone."
        : "Areas: the most probable component.")
    return finished(figure, notes: notes)
  }

  private static func area(_ k: Int) -> Look {
    let symbols = Array(" ░▒▓")
    return Look(color: Palette.tint(k, 0.28), symbol: k < 0 ? " " : symbols[k % 4])
  }

  /// Rectangles of each label over two columns: runs along the rows of a grid.
  private func areas(_ joint: Model, _ x: Axis, _ y: Axis) throws -> [Int: [[Double]]] {
    let count = 180
    func middles(_ axis: Axis) -> [Double] {
      let step = (axis.high - axis.low) / Double(count)
      return (0..<count).map { axis.low + (Double($0) + 0.5) * step }
    }
    let (xs, ys) = (middles(x), middles(y))
    let (stepX, stepY) = ((x.high - x.low) / Double(count), (y.high - y.low) / Double(count))
    let rows = Matrix(
      rows: xs.count * ys.count, columns: 2, values: ys.flatMap { y in xs.flatMap { [$0, y] } })
    let covered = try covered(rows, in: joint)
    let found = try joint.predict(
      MatrixSource(
        Matrix(rows: covered.count, columns: 2, values: covered.flatMap { Array(rows.row($0)) }),
        columnNames: joint.columnNames), isCancelled: options.isCancelled)
    // `nil` where nothing lies.
    var labels = [Int?](repeating: nil, count: rows.rows)
    for (place, label) in zip(covered, found) { labels[place] = label }
    var result: [Int: [[Double]]] = [:]
    for (j, y) in ys.enumerated() {
      var start = 0
      for i in 1..<(xs.count + 1) {
        let label = labels[j * xs.count + start]
        guard i == xs.count || labels[j * xs.count + i] != label else { continue }
        // A little over the next, so that no gap is seen.
        if let label {
          result[label, default: []].append(
            [xs[start] - stepX / 2, xs[i - 1] + stepX / 2, y - stepY / 2, y + 0.75 * stepY])
        }
        start = i
      }
    }
    return result
  }

  /// The densities of one column over stripes in which each component is the most probable.
  private func intervals() throws -> Plot {
    let rows = try rows([0], most: 1)
    var (panel, rule, _) = try densityPanel(0, rows?.columns[0], weights: rows?.weights)
    let axis = panel.x.range
    let all = axis.places(800)
    let places = try covered(Matrix(rows: all.count, columns: 1, values: all), in: model)
      .map { all[$0] }
    let labels = try model.predict(
      MatrixSource(
        Matrix(rows: places.count, columns: 1, values: places), columnNames: model.columnNames))
    let step = all[1] - all[0]
    var boxes: [Int: [[Double]]] = [:]
    var start = 0
    for i in labels.indices {
      let isLast = i + 1 == labels.count
      // A gap is where nothing lies.
      guard isLast || labels[i + 1] != labels[i] || places[i + 1] - places[i] > 1.5 * step else {
        continue
      }
      boxes[labels[i], default: []].append(
        [places[start] - step / 2, places[i] + step / 2, 0, panel.y.range.high])
      start = i + 1
    }
    panel.layers =
      boxes.sorted { $0.key < $1.key }.map {
        Layer(shape: .boxes($1), look: Self.area($0))
      } + panel.layers
    var figure = Figure.grid([panel])
    figure.legend = legend(nil, lines: true)
    var notes = self.notes(rows)
    notes.append("Areas: the most probable component.")
    if let rule { notes.append("Histogram: \(rule).") }
    return finished(figure, notes: notes)
  }
}
