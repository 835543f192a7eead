import Emulsion

extension Plot {
  /// A picture of a model.
  ///
  /// - Parameters:
  ///   - model: The model.
  ///   - view: What to show; what suits the model best if `nil`.
  ///   - data: Rows with the model's columns; where there are none the densities alone are drawn. Rows with
  ///     cells that are not finite are left out, and of many rows evenly spaced ones are drawn.
  ///   - options: Columns, levels, sizes.
  /// - Throws: `invalid-option` for what this model can't show, naming what it can, `invalid-data` where
  ///   columns don't fit or numbers are too large, `cancelled`.
  public static func model(
    _ model: Model, _ view: ModelView? = nil, data: (any DataSource)? = nil,
    options: PlotOptions = PlotOptions()
  ) throws -> Plot {
    let subject = try PlotSubject(model, data, options)
    let possible = ModelView.allCases.filter { subject.canShow($0) }
    let view = view ?? subject.bestView
    guard possible.contains(view) else {
      throw EmulsionError(
        .invalidOption,
        "plot: this model (\(subject.kind)) has no \"\(view.rawValue)\" to draw; it has "
          + possible.map(\.rawValue).joined(separator: ", "))
    }
    return switch view {
    case .classification: try subject.classification()
    case .density: try subject.densities()
    case .uncertainty: try subject.uncertainty()
    case .contour: try subject.contours()
    case .trace: subject.trace()
    case .profile: try subject.profile()
    case .regression: try subject.regression()
    case .rootogram: try subject.rootogram()
    case .regions: try subject.regions()
    }
  }

  /// What can be shown of a model.
  public static func views(of model: Model) -> [ModelView] {
    guard let subject = try? PlotSubject(model, nil, PlotOptions()) else { return [] }
    return ModelView.allCases.filter { subject.canShow($0) }
  }

  /// What suits a model best.
  public static func bestView(of model: Model) -> ModelView {
    (try? PlotSubject(model, nil, PlotOptions()))?.bestView ?? .classification
  }
}

extension PlotSubject {
  /// The model in a few words, for errors.
  var kind: String {
    let count = model.dimension
    return "\(model.family), \(count.counted("column"))"
      + (model.trace.isEmpty ? ", not fitted" : "")
  }

  /// The regression where there is one, the density of one column, else rows by component.
  var bestView: ModelView {
    if canShow(.regression) { return .regression }
    return model.dimension == 1 && canShow(.density) ? .density : .classification
  }

  /// Whether a column has a density of its own.
  func hasDensity(_ position: Int) -> Bool { marginal([position]) != nil }

  /// Whether a column has a density of its own over an interval.
  func isContinuous(_ position: Int) -> Bool {
    !model.support(ofColumn: position).isDiscrete && hasDensity(position)
  }

  /// Two columns that have a density together.
  func pair(_ positions: [Int]) -> Model? {
    positions.count == 2 ? marginal(positions) : nil
  }

  func canShow(_ view: ModelView) -> Bool {
    let columns = model.columnNames.indices
    switch view {
    case .classification, .uncertainty, .rootogram: return true
    case .trace: return !model.trace.isEmpty
    case .regression: return model.responseColumn != nil
    case .density: return columns.contains(where: hasDensity)
    case .profile: return columns.contains { isProfiled($0) }
    case .contour: return continuousPair != nil
    case .regions:
      return model.dimension == 1
        ? isContinuous(0) : continuousPair != nil
    }
  }

  /// The first two columns that have a density together over intervals.
  var continuousPair: [Int]? {
    let columns = Array(model.columnNames.indices.lazy.filter { isContinuous($0) }.prefix(2))
    return pair(columns) == nil ? nil : columns
  }

  /// Two columns: those asked for, which must have a density together, or the first two.
  func chosenPair(_ view: ModelView) throws -> [Int] {
    guard options.columns != nil else { return continuousPair ?? [] }
    let positions = try positions(most: 2)
    guard positions.count == 2 else {
      throw EmulsionError(
        .invalidOption, "plot: \(view.rawValue) shows two columns; name two in columns")
    }
    guard positions.allSatisfy(isContinuous), pair(positions) != nil else {
      throw EmulsionError(
        .invalidOption,
        "plot: \(view.rawValue) shows two columns of real numbers with a density, which "
          + positions.map { "\"\(model.columnNames[$0])\"" }.joined(separator: " and ")
          + " do not have together")
    }
    return positions
  }
}
