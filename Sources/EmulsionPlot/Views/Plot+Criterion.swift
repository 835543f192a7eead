import Emulsion

/// A line of a plot of criteria: one kind of model, fitted with several numbers of components.
public struct CriterionSeries: Sendable {
  /// The covariance model, or what else tells this line from the others.
  public let name: String
  /// Numbers of components and the criterion's values; `NaN` where there is none.
  public let values: [(components: Int, value: Double)]
  /// Numbers of components of fits that may not win, with their values.
  public let degenerate: [(components: Int, value: Double)]

  /// Makes a line.
  public init(
    name: String, values: [(components: Int, value: Double)],
    degenerate: [(components: Int, value: Double)] = []
  ) {
    self.name = name
    self.values = values.sorted { $0.components < $1.components }
    self.degenerate = degenerate.sorted { $0.components < $1.components }
  }
}

extension Plot {
  /// A criterion such as BIC against the number of components, a line for each covariance model;
  /// the smallest value is marked.
  ///
  /// The axis covers the best fits; what lies far above them is cut. Fits that may not win are marked by ×, at the
  /// border where they lie outside.
  ///
  /// - Parameters:
  ///   - name: The criterion, such as `BIC`; smaller is better.
  ///   - series: The lines.
  ///   - best: The name and number of components of the model to mark; the smallest if `nil`.
  ///   - options: Title and size.
  /// - Throws: `invalid-data` where there is no value to draw, `invalid-option` for a size out of bounds.
  public static func criterion(
    _ name: String, _ series: [CriterionSeries], best: (name: String, components: Int)? = nil,
    options: PlotOptions = PlotOptions()
  ) throws -> Plot {
    try options.validate()
    let points = series.flatMap { line in
      line.values.filter(\.value.isFinite).map {
        (name: line.name, components: $0.components, value: $0.value)
      }
    }
    guard let smallest = points.min(by: { $0.value < $1.value }) else {
      throw EmulsionError(.invalidData, "no model has a \(name) to draw; see their status")
    }
    let marked =
      points.first { $0.name == best?.name && $0.components == best?.components } ?? smallest
    let range = decisive(points.map { ($0.components, $0.value) }, best: marked.value)
    let counts = Set(series.flatMap { ($0.values + $0.degenerate).map(\.components) }).sorted()
    let (low, high) = (Double(counts.first ?? 1), Double(counts.last ?? 1))
    var panel = Panel(
      x: PanelAxis(
        range: Axis(low: low - 0.4, high: high + 0.4), label: "Components",
        tics: .names(counts.map { (Double($0), "\($0)") })),
      y: PanelAxis(range: range, label: "\(name) (smaller is better)"))
    var figure = Figure.grid([])
    for (index, line) in series.enumerated() {
      let look = Look.series(index, of: series.count)
      var runs: [[[Double]]] = [[]]
      for point in line.values {
        if point.value.isFinite {
          runs[runs.count - 1].append([Double(point.components), point.value])
        } else {
          runs.append([])
        }
      }
      panel.add(.lines(runs.filter { !$0.isEmpty }), look.ofLines)
      panel.add(.points(runs.joined().filter { range.contains($0[1]) }), look)
      let bad = line.degenerate.map { point -> [Double] in
        let value = point.value.isFinite ? point.value : range.high
        return [Double(point.components), min(max(value, range.low), range.high)]
      }
      panel.add(
        .points(bad),
        Look(color: look.color, pointType: 2, size: 0.9, width: 1.5, symbol: "x"))
      figure.legend.append(LegendEntry(kind: .point, look: look, text: line.name))
    }
    let mark = [[Double(marked.components), marked.value]]
    panel.add(
      .points(mark), Look(color: "101010", pointType: 6, size: 2, width: 2, symbol: "◉"))
    let text = "\(series.count == 1 ? "" : "\(marked.name), ")K = \(marked.components)"
    panel.add(
      .texts([
        (
          labelPlace(marked.components, low, high, letters: text.count),
          marked.value - 0.055 * (range.high - range.low), text
        )
      ]), Look(color: "101010", size: 0.95))
    figure.panels = [panel]
    let hidden = points.count { $0.value > range.high }
    if hidden > 0 {
      figure.notes.append(
        "\(hidden) of \(points.count.counted("fit")) lie above the axis, which covers the best.")
    }
    if series.contains(where: { !$0.degenerate.isEmpty }) {
      figure.notes.append("× marks degenerate fits, which may not win.")
    }
    figure.title = options.title
    figure.naturalSize = (760, 500)
    figure.askedSize = (options.width, options.height)
    return Plot(figure: figure)
  }

  /// Where a label is centred so that it stays within the axis.
  private static func labelPlace(_ k: Int, _ low: Double, _ high: Double, letters: Int) -> Double {
    let half = min(0.45, 0.006 * Double(letters)) * (high - low + 0.8)
    return min(max(Double(k), low - 0.4 + half), high + 0.4 - half)
  }

  /// An axis that covers the fits among which the decision falls: the better half of them, or three quarters of few, and the best one of
  /// each number of components as far as these lie within three times that range.
  static func decisive(_ points: [(components: Int, value: Double)], best: Double) -> Axis {
    let values = points.map(\.value).sorted()
    let low = min(best, values.first ?? best)
    let highest = values.last ?? low
    let share = values.count > 20 ? 0.5 : 0.75
    let middle = values[min(values.count - 1, max(4, Int(share * Double(values.count))))]
    var least: [Int: Double] = [:]
    for point in points {
      least[point.components] = min(least[point.components] ?? .infinity, point.value)
    }
    let reach = low + 3 * max(middle - low, 0)
    var high = least.values.reduce(middle) { $1 <= reach ? max($0, $1) : $0 }
    // Little is gained by cutting a little.
    if highest - low <= 1.5 * (high - low) { high = highest }
    let axis = Axis(holding: [low, high], margin: 0.06)
    return Axis(low: axis.low - 0.07 * (axis.high - axis.low), high: axis.high)
  }

  /// The difference of every fit's criterion from the best, one row a structure and one column a number of
  /// components; the better, the darker.
  ///
  /// - Parameters: As of ``criterion(_:_:best:options:)``.
  /// - Throws: As there.
  public static func grid(
    _ name: String, _ series: [CriterionSeries], best: (name: String, components: Int)? = nil,
    options: PlotOptions = PlotOptions()
  ) throws -> Plot {
    try options.validate()
    let finite = series.flatMap { line in line.values.filter(\.value.isFinite).map(\.value) }
    guard let least = finite.min() else {
      throw EmulsionError(.invalidData, "no model has a \(name) to draw; see their status")
    }
    let counts = Set(series.flatMap { ($0.values + $0.degenerate).map(\.components) }).sorted()
    let rows = series.count
    var panel = Panel(
      x: PanelAxis(
        range: Axis(low: -0.5, high: Double(counts.count) - 0.5), label: "Components",
        tics: .names(counts.enumerated().map { (Double($0), "\($1)") })),
      y: PanelAxis(
        range: Axis(low: -0.5, high: Double(rows) - 0.5),
        tics: .names(series.enumerated().map { (Double(rows - 1 - $0), $1.name) })))
    // Steps of strength: differences that count for little, some and much (Kass & Raftery 1995).
    let shades: [(most: Double, share: Double, name: String)] = [
      (2, 0.75, "within 2 of the best"), (10, 0.5, "within 10"), (100, 0.28, "within 100"),
      (.infinity, 0.1, "farther"),
    ]
    var boxes = [[[Double]]](repeating: [], count: shades.count)
    var texts: [(x: Double, y: Double, text: String)] = []
    var winner: [[Double]] = []
    for (row, line) in series.enumerated() {
      let y = Double(rows - 1 - row)
      for point in line.values where point.value.isFinite {
        let x = Double(counts.firstIndex(of: point.components) ?? 0)
        let difference = point.value - least
        let shade = shades.firstIndex { difference <= $0.most } ?? shades.count - 1
        boxes[shade].append([x - 0.48, x + 0.48, y - 0.46, y + 0.46])
        texts.append((x, y, short(difference)))
        if line.name == best?.name ?? line.name,
          point.components == best?.components ?? point.components,
          best != nil || difference == 0
        {
          winner = [[x - 0.48, x + 0.48, y - 0.46, y + 0.46]]
        }
      }
      for point in line.degenerate {
        texts.append((Double(counts.firstIndex(of: point.components) ?? 0), y, "×"))
      }
    }
    var figure = Figure.grid([])
    for (shade, own) in zip(shades, boxes) {
      let look = Look(color: Palette.tint(0, shade.share), symbol: " ")
      panel.add(.boxes(own), look)
      figure.legend.append(LegendEntry(kind: .fill, look: look, text: shade.name))
    }
    for box in winner {
      panel.add(
        .lines([
          [
            [box[0], box[2]], [box[1], box[2]], [box[1], box[3]], [box[0], box[3]],
            [box[0], box[2]],
          ]
        ]), Look(color: "101010", width: 2.4))
    }
    panel.add(.texts(texts), Look(color: "101010", size: counts.count > 10 ? 0.75 : 0.85))
    figure.panels = [panel]
    figure.notes = ["Numbers: \(name) less that of the best; the frame marks it."]
    if series.contains(where: { !$0.degenerate.isEmpty }) {
      figure.notes.append("× marks degenerate fits, which may not win.")
    }
    figure.title = options.title
    figure.naturalSize = (
      max(620, min(1200, 260 + 60 * counts.count)), max(260, min(1000, 130 + 30 * rows))
    )
    figure.askedSize = (options.width, options.height)
    return Plot(figure: figure)
  }

  /// A difference in few letters.
  private static func short(_ value: Double) -> String {
    value == 0
      ? "0"
      : value < 9.95
        ? value.formatted(decimals: 1)
        : value < 99_999.5 ? value.formatted(decimals: 0) : value.formatted(significant: 2)
  }
}

extension Look {
  /// Marks of line `index` of many: fourteen differ by colour, shape and dashes, with letters in
  /// characters.
  static func series(_ index: Int, of count: Int) -> Look {
    let colors = ["0072B2", "D55E00", "009E73", "CC79A7", "E69F00", "56B4E9", "505050"]
    let letters = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZ")
    return Look(
      color: colors[index % 7],
      pointType: [7, 5, 9, 11, 13, 6, 4, 8, 10, 12][(index + index / 7) % 10],
      size: 0.85, width: 1.6, dash: [1, 2, 4, 5][index / 7 % 4], symbol: letters[index % 26])
  }

  /// The same for the lines between the marks: in characters made of dots.
  var ofLines: Look {
    var look = self
    look.symbol = nil
    return look
  }
}

extension Selection {
  /// One line of a criterion's plot a structure, in the order of `names`; others follow.
  public func criterionSeries(inOrder names: [String] = []) -> [CriterionSeries] {
    let hasFamilies = Set(entries.map(\.family)).count > 1
    func name(_ entry: Entry) -> String {
      hasFamilies && entry.covariance != nil
        ? "\(entry.family), \(entry.structure)" : entry.structure
    }
    var found: [String] = []
    for entry in entries where !found.contains(name(entry)) { found.append(name(entry)) }
    let order = names + found
    found.sort { order.firstIndex(of: $0) ?? .max < order.firstIndex(of: $1) ?? .max }
    return found.map { own in
      let fits = entries.filter { name($0) == own }
      let (bad, good) = (
        fits.filter { $0.status == "degenerate" }, fits.filter { $0.status != "degenerate" }
      )
      return CriterionSeries(
        name: own,
        values: good.map { ($0.components, $0.model == nil ? .nan : value(of: $0)) },
        degenerate: bad.map { ($0.components, $0.model == nil ? .nan : value(of: $0)) })
    }
  }

  /// The name of the best fit's line, and its number of components.
  var bestCell: (name: String, components: Int)? {
    guard let entry = entries.first else { return nil }
    let hasFamilies = Set(entries.map(\.family)).count > 1
    return (
      hasFamilies && entry.covariance != nil
        ? "\(entry.family), \(entry.structure)" : entry.structure, entry.components
    )
  }
}

extension Plot {
  /// A picture of a selection.
  ///
  /// - Parameters:
  ///   - selection: The selection.
  ///   - view: What to show.
  ///   - names: In which order structures are named; others follow.
  ///   - options: Title and size.
  /// - Throws: `invalid-data` where no fit has a value, `invalid-option` for a size out of bounds.
  public static func selection(
    _ selection: Selection, _ view: SelectionView = .criterion, inOrder names: [String] = [],
    options: PlotOptions = PlotOptions()
  ) throws -> Plot {
    let series = selection.criterionSeries(inOrder: names)
    let name = selection.criterion.uppercased()
    return switch view {
    case .criterion:
      try Plot.criterion(name, series, best: selection.bestCell, options: options)
    case .grid: try Plot.grid(name, series, best: selection.bestCell, options: options)
    }
  }
}
