import Emulsion

extension Plot {
  /// Data coloured by class, with the ellipses that hold a share of each component.
  ///
  /// Two columns are drawn as one panel; more as a grid of all pairs with histograms on the
  /// diagonal, the first six of them where there are more; one as a histogram with the components'
  /// densities. Of many rows, evenly spaced ones are drawn; histograms count all.
  ///
  /// - Parameters:
  ///   - data: Rows to draw; n × D. Values that are not finite are left out.
  ///   - labels: The class of each row from 0, −1 for none; n values.
  ///   - columns: The columns' names; D of them.
  ///   - components: The components to draw over the data, in the order of the classes.
  ///   - classNames: What to call the classes; `Component 1`, … if `nil`.
  ///   - unlabelled: What the legend calls rows of no class.
  ///   - options: Title, size, level and bins.
  /// - Throws: `invalid-data` where the shapes do not fit each other, or values are beyond 1e300.
  public static func clusters(
    _ data: Matrix, labels: [Int], columns: [String], components: PlotComponents? = nil,
    classNames: [String]? = nil, unlabelled: String = "none", options: PlotOptions = PlotOptions()
  ) throws -> Plot {
    try options.validate()
    guard labels.count == data.rows, columns.count == data.columns, data.columns > 0 else {
      throw EmulsionError(
        .invalidData,
        "\(data.rows) × \(data.columns) data, \(labels.count.counted("label")) and \(columns.count) column "
          + "names do not fit each other")
    }
    if let components, components.means.columns != data.columns {
      throw EmulsionError(
        .invalidData,
        "components of \(components.means.columns.counted("column")) over data of \(data.columns)")
    }
    if let cell = data.values.firstIndex(where: { $0.isFinite && $0.magnitude > 1e300 }) {
      throw EmulsionError(
        .invalidData,
        "column \"\(columns[cell % data.columns])\" has values beyond 1e300, too large to draw; "
          + "rescale it")
    }
    let classes = max((labels.max() ?? -1) + 1, components?.count ?? 0, classNames?.count ?? 0)
    let names = (0..<classes).map { k in
      if let classNames, k < classNames.count { return classNames[k] }
      return components != nil || classNames == nil ? "Component \(k + 1)" : "Class \(k + 1)"
    }
    let shown = min(data.columns, 6)
    let classPlot = ClassPlot(
      columns: (0..<shown).map(data.column), names: Array(columns.prefix(shown)),
      labels: labels.map { max($0, -1) }, components: components, options: options)
    var figure = classPlot.figure
    figure.legend = names.enumerated().map { .points($0, $1) }
    if labels.contains(where: { $0 < 0 }) && classes > 0 {
      figure.legend.append(.points(-1, unlabelled))
    }
    if components != nil && shown > 1 {
      figure.notes.append("Outlines hold \(options.shareText) of a component; crosses are means.")
    }
    if classPlot.drawn.count < data.rows {
      figure.notes.append(
        "\(classPlot.drawn.count) of \(data.rows.counted("row")) are drawn, evenly spaced.")
    }
    if shown < data.columns {
      figure.notes.append(
        "Columns 1 to \(shown) of \(data.columns) are shown; name others to see them.")
    }
    figure.title = options.title
    figure.askedSize = (options.width, options.height)
    return Plot(figure: figure)
  }
}

/// Columns of plain numbers with a class for each row.
private struct ClassPlot {
  let columns: [[Double]]
  let names: [String]
  let labels: [Int]
  let components: PlotComponents?
  let options: PlotOptions

  /// The rows to draw: all, or evenly spaced ones of many.
  var drawn: [Int] {
    let panels = max(1, columns.count * (columns.count - 1) / 2)
    let (all, most) = (labels.count, max(300, PlotSubject.mostPoints / panels))
    return all <= most ? Array(0..<all) : (0..<most).map { $0 * all / most }
  }

  var figure: Figure {
    switch columns.count {
    case 1: return .grid([histogram(0)])
    case 2: return .grid([scatter(0, 1)])
    default:
      var panels: [Panel] = []
      for y in columns.indices {
        for x in 0...y {
          var panel = x == y ? histogram(x) : scatter(x, y)
          if x == y { (panel.title, panel.y.tics) = (names[x], .none) }
          (panel.x.label, panel.y.label, panel.place) = ("", "", (y, x))
          panels.append(panel)
        }
      }
      var figure = Figure(panels: panels, columns: columns.count, sharesAxes: true)
      figure.naturalSize =
        columns.count == 3 ? (780, 740) : (170 * columns.count + 110, 165 * columns.count + 90)
      figure.mainPanel = 1
      return figure
    }
  }

  private func axis(_ j: Int) -> Axis {
    let data = Axis(holding: columns[j], margin: 0)
    var (low, high) = (data.low, data.high)
    let reach = 0.25 * (high - low)
    for k in 0..<(components?.count ?? 0) {
      guard let components else { break }
      let extent = 2.45 * max(components.covariances[k][j, j], 0).squareRoot()
      low = min(low, max(components.means[k, j] - extent, data.low - reach))
      high = max(high, min(components.means[k, j] + extent, data.high + reach))
    }
    return Axis(holding: [low, high])
  }

  private func histogram(_ j: Int) -> Panel {
    let histogram = Histogram(columns[j], bins: options.bins)
    let axis = axis(j)
    var panel = Panel(
      x: PanelAxis(range: axis, label: names[j]),
      y: PanelAxis(range: Axis(low: 0, high: 1), label: "Density"))
    panel.add(.boxes(histogram.boxes), .bars)
    var highest = histogram.highest
    if let components {
      let curves = DensityCurves(components, column: j, axis: axis)
      for k in 0..<components.count { panel.add(.lines([curves.points(k)]), .line(k)) }
      if components.count > 1 || components.noise != nil {
        panel.add(.lines([curves.points(nil)]), .mixture)
      }
      // A narrow component may be far higher than any bar; bars must stay legible.
      highest = max(highest, min(curves.highest, highest > 0 ? 2.5 * highest : .infinity))
    } else {
      addOutlines(of: histogram, j, to: &panel)
    }
    panel.y.range = Axis(low: 0, high: highest > 0 && highest.isFinite ? 1.06 * highest : 1)
    return panel
  }

  /// The bins of each class as steps that add up to the bars.
  private func addOutlines(of histogram: Histogram, _ j: Int, to panel: inout Panel) {
    for k in Set(labels).sorted() where Set(labels).count > 1 {
      var counts = [Double](repeating: 0, count: histogram.counts.count)
      for (value, label) in zip(columns[j], labels) where label == k && value.isFinite {
        counts[max(0, min(Int((value - histogram.start) / histogram.width), counts.count - 1))] += 1
      }
      var steps = [[histogram.start, 0.0]]
      for (bin, count) in counts.enumerated() {
        let left = histogram.start + Double(bin) * histogram.width
        let height = count / (max(1, histogram.total) * histogram.width)
        steps += [[left, height], [left + histogram.width, height]]
      }
      panel.add(.lines([steps + [[histogram.extent.upperBound, 0]]]), .line(k, width: 1.6))
    }
  }

  private func scatter(_ x: Int, _ y: Int) -> Panel {
    var panel = Panel(
      x: PanelAxis(range: axis(x), label: names[x]), y: PanelAxis(range: axis(y), label: names[y]))
    let drawn = drawn
    for k in Set(labels).sorted() {
      let points = drawn.filter { labels[$0] == k }.map { [columns[x][$0], columns[y][$0]] }
      panel.add(.points(points.filter { $0.allSatisfy(\.isFinite) }), .points(k, of: drawn.count))
    }
    for k in 0..<(components?.count ?? 0) {
      guard let components else { break }
      panel.add(.lines([components.ellipse(k, x, y, share: options.share).points]), .outline(k))
      let mean = [[components.means[k, x], components.means[k, y]]]
      var look = Look(color: "FFFFFF", pointType: 2, size: 1.1, width: 5, symbol: "+")
      panel.add(.points(mean), look)
      (look.color, look.width) = (Palette.color(k), 2.2)
      panel.add(.points(mean), look)
    }
    return panel
  }
}
