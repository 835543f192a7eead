import Emulsion

/// A family of a library with something to try it on.
public struct PluginExample: Sendable {
  /// The family.
  public let family: any FamilyDefinition
  /// Rows drawn from two components that differ.
  public let data: MatrixSource
  /// The parameters of these components.
  public let components: [[String: ParameterValue]]
}

extension PluginLibrary {
  /// Every family with data of its own: of as many columns as it describes, else of one and of two.
  ///
  /// - Throws: `script` with the function that failed.
  public func examples() throws -> [PluginExample] {
    try plugins.flatMap { plugin in
      try (plugin.functions.columns.map { [$0] } ?? [1, 2]).map { columns in
        try PluginFamily(plugin.functions, columns: columns).example(of: plugin)
      }
    }
  }
}

extension PluginFamily {
  /// 150 rows of each of two components.
  fileprivate func example(of definition: any FamilyDefinition) throws -> PluginExample {
    let neutral = try neutralComponents(1)[0]
    let components = [neutral, other(than: neutral)]
    let rows = try (0..<300).map { row in
      var random = CounterRandom(seed: 1, stream: UInt64(row))
      return try sample(components[row % 2], using: &random)
    }
    return PluginExample(
      family: definition,
      data: MatrixSource(Matrix(rows: 300, columns: dimension, values: rows.flatMap(\.self))),
      components: components.map { parameters(of: $0).byName })
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
