import Emulsion

/// A family of a library with something to try it on.
public struct PluginExample: Sendable {
  /// The family.
  public let family: any FamilyDefinition
  /// Rows drawn from two components that differ.
  public let data: MatrixSource
  /// For one column, points and the volumes they stand for: densities times volumes sum to 1.
  public let grid: (points: Matrix, volumes: [Double])?
}

extension PluginLibrary {
  /// Every family with data of its own: of as many columns as it describes, else of one and of two.
  ///
  /// - Throws: `script` with the function that failed.
  public func examples() throws -> [PluginExample] {
    try plugins.flatMap { plugin in
      try (plugin.functions.columns.map { [$0] } ?? [1, 2]).map { columns in
        let family = try PluginFamily(plugin.functions, columns: columns)
        let data = try family.drawnData()
        return PluginExample(
          family: plugin, data: data,
          grid: columns == 1 ? DensityGrid(family.support(ofColumn: 0), data).grid : nil)
      }
    }
  }
}

extension PluginFamily {
  /// 150 rows of each of two components.
  fileprivate func drawnData() throws -> MatrixSource {
    let neutral = try neutralComponents(1)[0]
    let components = [neutral, other(than: neutral)]
    let rows = try (0..<300).map { row in
      var random = CounterRandom(seed: 1, stream: UInt64(row))
      return try sample(components[row % 2], using: &random)
    }
    return MatrixSource(Matrix(rows: 300, columns: dimension, values: rows.flatMap(\.self)))
  }

  /// A component with other parameters, as far as the family allows them.
  private func other(than component: PluginComponent) -> PluginComponent {
    var values = component.values
    for (parameter, range) in zip(functions.parameters, functions.parameters.ranges(dimension)) {
      let changes: [(Double) -> Double] = [{ 4 * $0 }, { $0 + 3 }, { $0 / 4 }, { 1 - $0 / 2 }]
      for change in changes {
        let changed = component.values[range].map(change)
        guard changed != Array(component.values[range]),
          changed.allSatisfy(parameter.domain.contains)
        else { continue }
        values.replaceSubrange(range, with: changed)
        break
      }
    }
    return PluginComponent(values: values)
  }
}

/// Points that cover what a family of one column supports.
private struct DensityGrid {
  let grid: (points: Matrix, volumes: [Double])

  init(_ support: Support, _ data: MatrixSource) {
    let isWhole = [0.5, 0.25, 1.5, -1.5, 2.75].allSatisfy { !support.contains($0) }
    let points = (isWhole ? Self.wholeNumbers : Self.numbers(support, data))
      .filter { support.contains($0.value) }
    grid = (
      Matrix(rows: points.count, columns: 1, values: points.map(\.value)), points.map(\.volume)
    )
  }

  private static var wholeNumbers: [(value: Double, volume: Double)] {
    (-1000...20_000).map { (Double($0), 1) }
  }

  /// The trapezoidal rule after a change of variable that makes the density fall off fast (Stenger
  /// 1993): x = m + s·sinh t on the line, eᵗ on half of it, 1/(1 + e⁻ᵗ) between 0 and 1.
  private static func numbers(_ support: Support, _ data: MatrixSource)
    -> [(value: Double, volume: Double)]
  {
    let mean = data.matrix.values.reduce(0, +) / Double(data.rows)
    let square = data.matrix.values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
    let scale = (square / Double(data.rows)).squareRoot()
    let step = 0.002
    return (-15_000...15_000).map { place in
      let t = Double(place) * step
      let (up, down) = (Elementary.exp(t), Elementary.exp(-t))
      if support.contains(-1.5) {
        return (mean + scale * (up - down) / 2, scale * (up + down) / 2 * step)
      }
      if support.contains(1.5) { return (up, up * step) }
      return (1 / (1 + down), step / ((1 + down) * (1 + up)))
    }
  }
}
