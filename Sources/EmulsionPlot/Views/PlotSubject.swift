import Emulsion

/// A model with the rows that are to be shown, and what is asked for.
struct PlotSubject {
  let model: Model
  let data: (any DataSource)?
  let options: PlotOptions

  /// More points than this hide each other.
  static let mostPoints = 4000

  init(_ model: Model, _ data: (any DataSource)?, _ options: PlotOptions) throws {
    try options.validate()
    (self.model, self.data, self.options) = (model, data, options)
  }

  /// `Component 1`, …
  var names: [String] { (0..<model.components).map { "Component \($0 + 1)" } }

  /// The columns asked for, or the first ones that `isSuited`, at most `most` of them.
  func positions(most: Int, isSuited: (Int) -> Bool = { _ in true }) throws -> [Int] {
    guard let columns = options.columns else {
      return Array(model.describedColumns.filter(isSuited).prefix(most))
    }
    let positions = try columns.map { name in
      guard let position = model.columnNames.firstIndex(of: name) else {
        throw EmulsionError(
          .invalidOption,
          "columns: the model has no column \"\(name)\""
            + nameHint(for: name, among: model.columnNames))
      }
      return position
    }
    if let covariate = positions.first(where: { !model.describedColumns.contains($0) }) {
      throw EmulsionError(
        .invalidOption,
        "columns: \"\(model.columnNames[covariate])\" is a covariate of the weights, which the model does not "
          + "describe; draw other columns")
    }
    guard positions.count <= most else {
      throw EmulsionError(
        .invalidOption,
        "columns: \(positions.count.counted("column")) are too many to draw here; name at most \(most)"
      )
    }
    return positions
  }

  /// That only some columns are shown, where that is so.
  func choiceNote(_ positions: [Int]) -> [String] {
    let count = model.describedColumns.count
    guard options.columns == nil, positions.count < count else { return [] }
    return [
      "\(positions.count) of \(count.counted("column")) are shown; choose others with columns = { … }."
    ]
  }

  /// The rows to show; `nil` where there are none at hand.
  func rows(_ positions: [Int], most: Int = mostPoints) throws -> ShownRows? {
    guard let data else { return nil }
    let isGrouped = model.groupColumn != nil
    let rows = try model.shownRows(
      of: data, columns: positions, most: isGrouped ? .max : most)
    for (place, values) in rows.columns.enumerated()
    where values.contains(where: { $0.magnitude > 1e300 }) {
      throw EmulsionError(
        .invalidData,
        "column \"\(model.columnNames[positions[place]])\" has values beyond 1e300, too large to "
          + "draw; rescale it")
    }
    return rows
  }

  /// The rows to show, for what can't do without.
  func requiredRows(_ view: ModelView, _ positions: [Int], most: Int = mostPoints) throws
    -> ShownRows
  {
    guard let rows = try rows(positions, most: most) else {
      throw EmulsionError(
        .invalidOption,
        "plot: \(view.rawValue) shows rows, and this model has none at hand; give them, as in "
          + "{ data = table }")
    }
    return rows
  }

  /// What must be said of the rows.
  func notes(_ rows: ShownRows?, drawn: Int? = nil) -> [String] {
    guard let rows else { return ["No rows at hand: the model alone is drawn."] }
    var notes: [String] = []
    if let drawn, drawn < rows.count {
      notes.append("\(drawn) of \(rows.count.counted("row")) are drawn, evenly spaced.")
    }
    if rows.incomplete > 0 {
      notes.append(
        "\(rows.incomplete.counted("row")) with missing cells "
          + "\(rows.incomplete == 1 ? "is" : "are") left out.")
    }
    return notes
  }

  /// The component of each drawn row, −1 for noise.
  func labels(_ rows: ShownRows) throws -> [Int] {
    rows.drawn.rows == 0
      ? [] : try model.predict(rows.drawn, isCancelled: options.isCancelled)
  }

  /// Numbers of a column: those of the rows, or draws from the model where there are none.
  func values(_ position: Int, _ rows: [Double]?) throws -> [Double] {
    if let rows, !rows.isEmpty { return rows }
    return try draws.column(position)
  }

  /// Rows drawn from the model, from which ranges are told where there are no data.
  private var draws: Matrix {
    get throws {
      do {
        return try model.sample(1000, seed: 0, isCancelled: options.isCancelled).rows
      } catch let error as EmulsionError where error.code == .invalidOption {
        throw EmulsionError(
          .invalidOption,
          "plot: this model can't be drawn without rows; give them, as in { data = table }")
      }
    }
  }

  /// The mixture in some columns alone; `nil` where it has no density there.
  func marginal(_ positions: [Int]) -> Model? {
    if positions == Array(0..<model.dimension) {
      // A regression has a density of its response alone.
      return model.responseColumn == nil ? model : nil
    }
    return try? model.marginal(positions.map { model.columnNames[$0] })
  }

  /// Which rows have a density under some component, or noise, which is wherever a row can be: others belong to
  /// none, and families may tell them log-densities of −10¹⁵.
  func covered(_ points: Matrix, in model: Model) throws -> [Int] {
    guard model.noise == nil else {
      let supports = model.columnNames.indices.map { model.support(ofColumn: $0) }
      return (0..<points.rows).filter { i in
        supports.indices.allSatisfy { supports[$0].contains(points[i, $0]) }
      }
    }
    var isCovered = [Bool](repeating: false, count: points.rows)
    for k in 0..<model.components {
      for (i, density) in try model.logDensity(points, under: k).enumerated()
      where density > -1e12 { isCovered[i] = true }
    }
    return isCovered.indices.filter { isCovered[$0] }
  }

  /// The axis of a column: its numbers, and what of the components' bulk is near; all of that where the numbers
  /// are a small part of it.
  func axis(_ position: Int, _ values: [Double]) -> Axis {
    let data = Axis(holding: values, margin: 0)
    var (low, high) = (data.low, data.high)
    let support = model.support(ofColumn: position)
    guard !support.isDiscrete, let means = model.placedMeans else {
      return Axis(holding: [low, high])
    }
    let ends = (0..<model.components).flatMap { k -> [Double] in
      let variance = model.placedCovariance(ofComponent: k)?.variances[position] ?? .nan
      let extent = 2.45 * max(variance, 0).squareRoot()
      return [means[k, position] - extent, means[k, position] + extent].filter(\.isFinite)
    }
    let bulk = (ends.max() ?? high) - (ends.min() ?? low)
    let isSmall = values.isEmpty || high - low < 0.2 * bulk
    let reach = isSmall ? .infinity : 0.25 * (high - low)
    for end in ends {
      let near = max(data.low - reach, min(end, data.high + reach))
      if support.contains(near) { (low, high) = (min(low, near), max(high, near)) }
    }
    return Axis(holding: [low, high])
  }

  /// How a level of a column of codes is called: by its text, where the column had texts.
  func levelName(_ position: Int, _ value: Double) -> String {
    guard let text = model.levels.text(of: value, in: model.columnNames[position]) else {
      return value.formatted(significant: 6)
    }
    let name = ColumnLevels.shown(text)
    return name.count > Self.longestName ? name.prefix(Self.longestName - 1) + "…" : name
  }

  /// Longer names of levels would overlap.
  private static var longestName: Int { 16 }

  /// The levels of a column of codes, ascending.
  func levels(_ position: Int, _ rows: [Double]?) throws -> [Double] {
    let support = model.support(ofColumn: position)
    let known = model.levels[model.columnNames[position]]?.indices.map(Double.init) ?? []
    return Set(try values(position, rows).map { $0 + 0 }).union(known).union(
      [0, 1].filter {
        support.contains($0) && support.contains(1 - $0)
      }
    ).sorted()
  }

  /// Puts title, size and notes to a figure.
  func finished(_ figure: Figure, notes: [String] = []) -> Plot {
    var figure = figure
    figure.title = options.title
    figure.notes += notes
    figure.askedSize = (options.width, options.height)
    return Plot(figure: figure)
  }

  /// Legend entries of the components, and of noise where it is.
  func legend(_ labels: [Int]?, lines: Bool = false) -> [LegendEntry] {
    names.enumerated().map { k, name in lines ? .line(k, name) : .points(k, name) }
      + (labels?.contains { $0 < 0 } == true ? [.points(-1, "Noise")] : [])
  }
}

/// A number between −0.5 and 0.5 that depends on `index` alone, evenly spread.
func jitter(_ index: Int) -> Double {
  // The golden ratio's multiples (Weyl).
  let value = Double(index + 1) * 0.618_033_988_749_894_9
  return value - value.rounded(.down) - 0.5
}
