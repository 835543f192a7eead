import Emulsion

extension PlotSubject {
  /// The predictor to draw along: the one that is named, else the first that a regression reads.
  func predictor(_ response: Int) -> Int? {
    let names = (try? model.predictors()) ?? []
    let positions = names.compactMap { model.columnNames.firstIndex(of: $0) }
    return positions.first { $0 != response && $0 != groupPosition }
  }

  private var groupPosition: Int? {
    model.groupColumn.flatMap { model.columnNames.firstIndex(of: $0) }
  }

  /// The predictor and the response to draw.
  private func axes(_ response: Int) throws -> (x: Int, y: Int) {
    let names = try model.predictors()
    if let columns = options.columns {
      let chosen = try positions(most: 2).filter { $0 != response }
      guard chosen.count == 1, names.contains(model.columnNames[chosen[0]]) else {
        throw EmulsionError(
          .invalidOption,
          "columns: name one predictor (\(names.joined(separator: ", "))), not "
            + columns.joined(separator: ", "))
      }
      return (chosen[0], response)
    }
    guard let x = predictor(response) else {
      throw EmulsionError(
        .invalidOption,
        "plot: the regression has no predictor to draw along; see what = \"rootogram\" or "
          + "\"uncertainty\"")
    }
    return (x, response)
  }

  /// Rows over a predictor, by component, without lines.
  func regressionClasses(_ response: Int) throws -> Plot {
    guard predictor(response) != nil || options.columns != nil else {
      let rows = try requiredRows(.classification, [response])
      let labels = try labels(rows)
      let count = Double(max(1, labels.count))
      var panel = Panel(
        x: PanelAxis(range: Axis(low: 0, high: 1), label: "Row, of all"),
        y: PanelAxis(
          range: Axis(holding: rows.columns[0]), label: model.columnNames[response]))
      for k in Set(labels).sorted() {
        let chosen = labels.indices.filter { labels[$0] == k }
        panel.add(
          .points(chosen.map { [Double($0) / count, rows.drawn.matrix[$0, response]] }),
          .points(k, of: labels.count))
      }
      var figure = Figure.grid([panel])
      figure.legend = legend(labels)
      return finished(figure, notes: notes(rows, drawn: rows.drawn.rows))
    }
    let (x, y) = try axes(response)
    let rows = try requiredRows(.classification, [x, y])
    let labels = try labels(rows)
    var figure = Figure.grid([points(x, y, rows, labels)])
    figure.legend = legend(labels)
    return finished(figure, notes: notes(rows, drawn: rows.drawn.rows))
  }

  private func points(_ x: Int, _ y: Int, _ rows: ShownRows, _ labels: [Int]) -> Panel {
    var panel = Panel(
      x: PanelAxis(range: Axis(holding: rows.columns[0]), label: model.columnNames[x]),
      y: PanelAxis(range: Axis(holding: rows.columns[1]), label: model.columnNames[y]))
    // Where groups share a component all rows were read, of which some are enough.
    let step = max(1, labels.count / Self.mostPoints)
    for k in Set(labels).sorted() {
      let chosen = labels.indices.filter { labels[$0] == k && $0 % step == 0 }
      panel.add(
        .points(chosen.map { [rows.drawn.matrix[$0, x], rows.drawn.matrix[$0, y]] }),
        .points(k, of: labels.count))
    }
    return panel
  }

  /// Responses over a predictor with each component's expectation, and bands that hold most of its
  /// responses; other predictors are at their medians.
  func regression() throws -> Plot {
    guard let response = model.responseColumn else { return try classification() }
    let (x, y) = try axes(response)
    let rows = try requiredRows(.regression, [x, y])
    guard rows.count > 0 else {
      throw EmulsionError(.invalidData, "plot: there are no whole rows to draw")
    }
    let labels = try labels(rows)
    var panel = points(x, y, rows, labels)
    let places = predictorPlaces(x, rows.columns[0])
    let typical = (0..<model.dimension).map { j in
      rows.drawn.matrix.column(j).sorted()[rows.drawn.rows / 2]
    }
    let lines = Matrix(
      rows: places.count, columns: model.dimension,
      values: places.enumerated().flatMap { i, place in
        var row = typical
        row[x] = place
        // Every row is a group of its own.
        if let group = groupPosition { row[group] = Double(i) }
        return row
      })
    let expected = try model.respond(
      to: MatrixSource(lines, columnNames: model.columnNames), isCancelled: options.isCancelled)
    for k in 0..<model.components {
      let means = expected.components.column(k)
      let band = try band(k, y, lines, means, like: rows.columns[1])
      panel.add(.band(band.map { [lines[$0.row, x], $0.low, $0.high] }), .area(k, opacity: 0.16))
    }
    for k in 0..<model.components {
      panel.add(
        .lines([zip(places, expected.components.column(k)).map { [$0, $1] }]), .line(k, width: 2.4))
    }
    panel.y.range = yRange(panel, rows.columns[1])
    var figure = Figure.grid([panel])
    figure.legend = legend(labels)
    var notes = ["Lines: expected response; bands hold \(options.shareText) of a component's."]
    if try model.predictors().count > 1 { notes.append("Other predictors are at their medians.") }
    return finished(figure, notes: notes + self.notes(rows, drawn: rows.drawn.rows))
  }

  /// Places along a predictor; of codes these alone.
  private func predictorPlaces(_ x: Int, _ values: [Double]) -> [Double] {
    let distinct = Set(values.prefix(20_000))
    if distinct.count <= 12 { return distinct.sorted() }
    let axis = Axis(holding: values, margin: 0)
    let places = axis.places(60).filter(model.support(ofColumn: x).contains)
    return places.count > 2 ? places : distinct.sorted()
  }

  /// The data's range, and as much of the bands as is near.
  private func yRange(_ panel: Panel, _ values: [Double]) -> Axis {
    let data = Axis(holding: values, margin: 0)
    let reach = 0.25 * (data.high - data.low)
    var numbers = [data.low, data.high]
    for layer in panel.layers {
      guard case .band(let band) = layer.shape else { continue }
      numbers += band.flatMap { $0.dropFirst() }
    }
    return Axis(
      holding: numbers.map { min(max($0, data.low - reach), data.high + reach) })
  }

  /// The central interval of the responses of component `k` at each row, by its density over a window that
  /// narrows until it fits; rows for which there is none are left out.
  private func band(
    _ k: Int, _ response: Int, _ rows: Matrix, _ means: [Double], like values: [Double]
  ) throws -> [(row: Int, low: Double, high: Double)] {
    let support = model.support(ofColumn: response)
    let data = Axis(holding: values, margin: 0)
    let span = max(data.high - data.low, 1e-9 * max(data.high.magnitude, 1))
    var windows: [(low: Double, high: Double)] = means.map { ($0 - 4 * span, $0 + 4 * span) }
    var result: [(row: Int, low: Double, high: Double)] = []
    for _ in 0..<14 {
      var places: [[Double]] = []
      for i in 0..<rows.rows {
        let window = Axis(low: windows[i].low, high: windows[i].high)
        var list = window.places(160)
        if support.isDiscrete {
          let low = window.low.rounded(.up)
          let step = max(1, ((window.high - low) / 400).rounded(.up))
          list = Array(stride(from: low, through: window.high, by: step))
        }
        places.append(list.filter { $0.isFinite && support.contains($0) })
      }
      let all = zip(0..<rows.rows, places).flatMap { i, list in
        list.map { value -> [Double] in
          var row = Array(rows.row(i))
          row[response] = value
          return row
        }
      }
      let table = Matrix(
        rows: all.count, columns: rows.columns,
        values: all.enumerated().flatMap { i, row -> [Double] in
          guard let group = groupPosition else { return row }
          var row = row
          row[group] = Double(i)
          return row
        })
      guard all.count > 0 else { return [] }
      let densities = try model.logDensity(table, under: k)
      result = []
      var isNarrow = true
      var start = 0
      for i in 0..<rows.rows {
        let own = Array(densities[start..<start + places[i].count])
        start += places[i].count
        guard let highest = own.filter(\.isFinite).max() else { continue }
        let heights = own.map { exponential($0 - highest) }
        guard let interval = interval(places[i], heights, isDiscrete: support.isDiscrete) else {
          continue
        }
        result.append((i, interval.low, interval.high))
        let width = max(interval.high - interval.low, 0)
        let step = places[i].count > 1 ? places[i][1] - places[i][0] : 0
        if !support.isDiscrete && width < 30 * step {
          isNarrow = false
          let middle = (interval.low + interval.high) / 2
          windows[i] = (
            middle - max(width, 3 * step) * 1.5, middle + max(width, 3 * step) * 1.5
          )
        }
      }
      if isNarrow { break }
    }
    return result
  }

  private func interval(_ places: [Double], _ heights: [Double], isDiscrete: Bool)
    -> (low: Double, high: Double)?
  {
    let total = heights.reduce(0, +)
    guard total > 0, let first = places.first, let last = places.last else { return nil }
    let tail = (1 - options.share) / 2
    var (sum, low, high) = (0.0, first, last)
    for (i, height) in heights.enumerated() {
      let before = sum
      sum += height / total
      func at(_ p: Double) -> Double {
        guard !isDiscrete, i > 0, height > 0 else { return places[i] }
        // Within the cell of the place, of whose probability the part up to p lies below.
        return places[i] + ((p - before) * total / height - 0.5) * (places[i] - places[i - 1])
      }
      if before < tail && sum >= tail { low = at(tail) }
      if before < 1 - tail && sum >= 1 - tail { high = at(1 - tail) }
    }
    return (low, max(low, high))
  }
}
