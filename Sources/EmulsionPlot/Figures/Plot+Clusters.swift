import Emulsion

extension Plot {
  /// Most columns that a grid of pairs shows; with more, panels are too small to read.
  static let mostColumns = 6
  /// Most points that a panel draws; more of them hide each other.
  static let mostPoints = 4000

  /// Data coloured by class, with the ellipses that hold 95 % of each component.
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
  ///   - title: What to write above the plot.
  ///   - unlabelled: What the legend calls rows of no class.
  /// - Throws: `invalid-data` where the shapes do not fit each other, or values are beyond 1e300.
  public static func clusters(
    _ data: Matrix, labels: [Int], columns: [String], components: PlotComponents? = nil,
    classNames: [String]? = nil, title: String = "", unlabelled: String = "none"
  ) throws -> Plot {
    Plot(
      figure: try clusterFigure(
        data, labels, columns, components, classNames: classNames, title: title,
        unlabelled: unlabelled))
  }

  private static func clusterFigure(
    _ data: Matrix, _ labels: [Int], _ columns: [String], _ components: PlotComponents?,
    classNames: [String]?, title: String, unlabelled: String
  ) throws -> ClusterFigure {
    guard labels.count == data.rows, columns.count == data.columns, data.columns > 0 else {
      throw EmulsionError(
        .invalidData,
        "\(data.rows) × \(data.columns) data, \(labels.count) labels and \(columns.count) column "
          + "names do not fit each other")
    }
    if let components, components.means.columns != data.columns {
      throw EmulsionError(
        .invalidData,
        "components of \(components.means.columns) columns over data of \(data.columns)")
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
    let shown = min(data.columns, mostColumns)
    return ClusterFigure(
      columns: (0..<shown).map(data.column), names: Array(columns.prefix(shown)), labels: labels,
      classNames: names, components: components, title: title, unlabelled: unlabelled,
      columnCount: data.columns)
  }

  /// Data coloured by the component that a model gives each row to, with its components.
  ///
  /// The curves of a model of one column are its components' own densities, or probabilities of whole
  /// numbers; beside other columns, normal ones of the same means and variances where the family describes
  /// all numbers.
  ///
  /// - Parameters:
  ///   - model: The model.
  ///   - source: Rows to draw; n × D, with the model's columns.
  ///   - positions: Which of the model's columns to draw; all if `nil`.
  ///   - title: What to write above the plot.
  /// - Throws: What `Model.predict` throws, and `invalid-data` where values are beyond 1e300.
  public static func clusters(
    of model: Model, in source: any DataSource, columns positions: [Int]? = nil, title: String = ""
  ) throws -> Plot {
    let positions = positions ?? Array(model.columnNames.indices)
    let names = positions.map { model.columnNames[$0] }
    // Of more columns a model takes those of its names.
    let places =
      source.columns == model.dimension
      ? positions : names.compactMap { source.columnNames.firstIndex(of: $0) }
    var figure = try clusterFigure(
      Matrix(reading: source, columns: places), model.predict(source), names,
      PlotComponents(model, columns: positions),
      classNames: (1...model.components).map { "Component \($0)" }, title: title,
      unlabelled: "Noise")
    figure.normalColumns = Set(
      positions.indices.filter { model.support(ofColumn: positions[$0]).isUnlimited })
    if model.dimension == 1 && positions == [0] {
      figure.ownCurves = try DensityCurves(
        model, axis: figure.axis(0), values: figure.columns[0])
    }
    return Plot(figure: figure)
  }
}
