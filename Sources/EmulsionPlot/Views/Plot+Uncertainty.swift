import Emulsion

extension PlotSubject {
  /// 1 less the largest posterior probability of every row.
  func uncertainty() throws -> Plot {
    let chosen = try options.columns == nil ? uncertaintyPair : positions(most: 2)
    let rows = try requiredRows(.uncertainty, chosen)
    let values =
      rows.drawn.rows == 0
      ? [] : try model.uncertainty(rows.drawn, isCancelled: options.isCancelled)
    let notes = notes(rows, drawn: rows.drawn.rows)
    switch chosen.count {
    case 2:
      return finished(uncertainPoints(chosen, rows, values), notes: notes + choiceNote(chosen))
    case 1: return finished(try uncertainCurve(chosen[0], rows, values), notes: notes)
    default: return finished(rankedUncertainty(values), notes: notes)
    }
  }

  /// Columns in which rows can be told apart: regressions' predictor and response, else the first two of
  /// numbers.
  private var uncertaintyPair: [Int] {
    if let response = model.responseColumn {
      return predictor(response).map { [$0, response] } ?? []
    }
    let columns = model.columnNames.indices.filter { !model.holdsCodes(inColumn: $0) }
    return model.dimension == 1 && isContinuous(0)
      ? [0] : columns.count >= 2 ? Array(columns.prefix(2)) : []
  }

  /// The classes of uncertainty: how they look, and what they are called.
  private static let classes: [(limit: Double, look: Look, name: String)] = [
    (0.05, Look(color: "9DB8CC", opacity: 0.7, size: 0.45, symbol: "·"), "below 0.05"),
    (0.25, Look(color: "E69F00", pointType: 9, size: 0.8, symbol: "o"), "0.05 to 0.25"),
    (2, Look(color: "A03000", pointType: 5, size: 0.95, symbol: "#"), "above 0.25"),
  ]

  private func uncertainPoints(_ positions: [Int], _ rows: ShownRows, _ values: [Double]) -> Figure
  {
    var panel = Panel(
      x: PanelAxis(
        range: Axis(holding: rows.columns[0]), label: model.columnNames[positions[0]]),
      y: PanelAxis(
        range: Axis(holding: rows.columns[1]), label: model.columnNames[positions[1]]))
    var figure = Figure.grid([])
    figure.legend = [.text("Uncertainty")]
    var lowest = 0.0
    for item in Self.classes {
      let chosen = values.indices.filter { values[$0] >= lowest && values[$0] < item.limit }
      panel.add(
        .points(chosen.map { i in positions.map { rows.drawn.matrix[i, $0] } }), item.look)
      let share = chosen.count
      figure.legend.append(
        LegendEntry(kind: .point, look: item.look, text: "\(item.name): \(share)"))
      lowest = item.limit
    }
    figure.panels = [panel]
    figure.notes = ["Uncertainty is 1 less the largest probability of a component."]
    return figure
  }

  private func uncertainCurve(_ j: Int, _ rows: ShownRows, _ values: [Double]) throws -> Figure {
    let range = axis(j, rows.columns[0])
    var panel = Panel(
      x: PanelAxis(range: range, label: model.columnNames[j]),
      y: PanelAxis(range: Axis(low: 0, high: 1), label: "Uncertainty"))
    if model.dimension == 1 && isContinuous(j) {
      let all = range.places(400)
      let places = try covered(Matrix(rows: all.count, columns: 1, values: all), in: model)
        .map { all[$0] }
      let curve = try model.uncertainty(
        MatrixSource(
          Matrix(rows: places.count, columns: 1, values: places), columnNames: model.columnNames))
      panel.add(.lines([zip(places, curve).map { [$0, $1] }]), .mixture)
    }
    panel.add(
      .points(values.indices.map { [rows.drawn.matrix[$0, j], values[$0]] }),
      .points(0, of: values.count))
    panel.y.range = Axis(low: 0, high: max(0.05, 1.08 * max(values.max() ?? 0, curveTop(panel))))
    var figure = Figure.grid([panel])
    figure.notes = ["Uncertainty is 1 less the largest probability of a component."]
    return figure
  }

  private func curveTop(_ panel: Panel) -> Double {
    panel.layers.reduce(0) { top, layer in
      guard case .lines(let lines) = layer.shape else { return top }
      return lines.joined().reduce(top) { max($0, $1[1].isFinite ? $1[1] : 0) }
    }
  }

  /// Rows from the surest to the least sure, where no columns lend themselves to a picture.
  private func rankedUncertainty(_ values: [Double]) -> Figure {
    let sorted = values.sorted()
    let count = Double(max(1, sorted.count))
    var panel = Panel(
      x: PanelAxis(range: Axis(low: 0, high: 1), label: "Share of the rows, the surest first"),
      y: PanelAxis(
        range: Axis(low: 0, high: max(0.05, 1.08 * (sorted.last ?? 0))), label: "Uncertainty"))
    let points = sorted.enumerated().map { [(Double($0) + 0.5) / count, $1] }
    panel.add(.lines([points]), .outline(0))
    panel.add(.points(points), .points(0, of: points.count))
    var figure = Figure.grid([panel])
    figure.notes = ["Uncertainty is 1 less the largest probability of a component."]
    return figure
  }

  /// Histograms of the posterior probabilities of each component, roots of counts as heights (Leisch 2004):
  /// the more of them lie near 0 and 1, the better components are told apart.
  func rootogram() throws -> Plot {
    let rows = try requiredRows(.rootogram, [], most: 200_000)
    let posterior =
      rows.drawn.rows == 0
      ? Matrix(rows: 0, columns: model.components)
      : try model.posterior(rows.drawn, isCancelled: options.isCancelled)
    let shown = min(model.components, 12)
    let bins = options.bins ?? 20
    var panels: [Panel] = []
    var highest = 1.0
    for k in 0..<shown {
      var counts = [Double](repeating: 0, count: bins)
      for i in 0..<posterior.rows where posterior[i, k] > Self.leastPosterior {
        counts[min(bins - 1, Int(posterior[i, k] * Double(bins)))] += 1
      }
      highest = max(highest, counts.max() ?? 0)
      var panel = Panel(
        title: names[k],
        x: PanelAxis(range: Axis(low: 0, high: 1), label: "Probability"),
        y: PanelAxis(range: Axis(low: 0, high: 1), label: "√rows"))
      let width = 1 / Double(bins)
      let boxes = counts.enumerated().filter { $0.element > 0 }.map { bin, count in
        [Double(bin) * width, Double(bin + 1) * width, 0, count.squareRoot()]
      }
      var look = Look.area(k, opacity: 0.8)
      (look.border, look.symbol) = ("FFFFFF", nil)
      panel.add(.boxes(boxes), look)
      panels.append(panel)
    }
    for i in panels.indices {
      panels[i].y.range = Axis(low: 0, high: 1.05 * highest.squareRoot())
    }
    var notes = notes(rows, drawn: rows.drawn.rows)
    if shown < model.components {
      notes.append(
        "\(shown) of \(model.components.counted("component")) are shown, the first by weight.")
    }
    notes.append("Heights are roots of counts; rows below \(Self.leastPosterior) are left out.")
    return finished(.grid(panels), notes: notes)
  }

  /// Smaller probabilities say nothing but that a row is another component's.
  private static var leastPosterior: Double { 0.0001 }
}
