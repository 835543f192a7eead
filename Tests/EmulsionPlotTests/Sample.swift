import Emulsion
import EmulsionPlot

/// Data, labels and components to plot.
struct Sample {
  var data: Matrix
  var labels: [Int]
  var components: PlotComponents

  /// `rows` values about `k` means in `columns` columns.
  init(rows: Int, columns: Int, k: Int) throws {
    var state: UInt64 = 1
    func uniform() -> Double {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return Double(state >> 11) / Double(1 << 53)
    }
    labels = (0..<rows).map { $0 % k }
    data = Matrix(rows: rows, columns: columns)
    for i in 0..<rows {
      for j in 0..<columns {
        data[i, j] = Double(labels[i] * (j + 1)) * 3 + uniform() + uniform() - 1
      }
    }
    var means = Matrix(rows: k, columns: columns)
    for c in 0..<k {
      for j in 0..<columns { means[c, j] = Double(c * (j + 1)) * 3 }
    }
    var covariance = Matrix.identity(columns)
    for j in 0..<columns { covariance[j, j] = 0.17 }
    components = try PlotComponents(
      weights: Array(repeating: 1 / Double(k), count: k), means: means,
      covariances: Array(repeating: covariance, count: k))
  }

  /// Names of its columns.
  var names: [String] { (0..<data.columns).map { "column_\($0)" } }

  /// Its plot.
  func plot(title: String = "") throws -> Plot {
    var options = PlotOptions()
    options.title = title
    return try .clusters(
      data, labels: labels, columns: names, components: components, options: options)
  }
}
