/// One component of independent columns: the parameters of each column, one column after another.
public struct IndependentComponent: MixtureComponent {
  let values: [Double]
  /// Summed weights are too small, or an estimate at the border: told by the family.
  let problem: String?
}

/// The columns of a family of independent ones, and what is fixed or tied in them.
public struct UnivariateColumns<Density: UnivariateDensity>: Sendable {
  let density: Density
  let names: [String]
  let constraints: ParameterConstraints

  init(_ density: Density, columnNames: [String], constraints: ParameterConstraints) throws {
    self.density = density
    names = columnNames
    self.constraints = constraints
    var reader = ParameterReader(constraints.fixed, of: density.name)
    for parameter in density.parameters where constraints.fixed[parameter.name] != nil {
      _ = try reader.numbers(parameter.name, count: columnNames.count, in: parameter.domain)
    }
  }

  var count: Int { names.count }
  var parameterCount: Int { density.parameters.count }

  func parameters(of component: IndependentComponent, column j: Int) -> [Double] {
    Array(component.values[j * parameterCount..<(j + 1) * parameterCount])
  }

  func fixedValue(_ name: String, column j: Int) -> Double? {
    switch constraints.fixed[name] {
    case .scalar(let value): value
    case .vector(let values): values[j]
    case .matrix(let matrix): matrix.values[j]
    case nil: nil
    }
  }

  /// An M step, column by column; fixed parameters stay.
  ///
  /// Where a column has several parameters and some are tied or fixed, the others depend on these,
  /// and `objective` is maximised; without it, each is what its estimate says, and tied ones are
  /// those of the pooled sums. A component without rows keeps its parameters.
  ///
  /// - Parameters:
  ///   - objective: Σγ ln p(x|θ) of component k in a column, nats.
  ///   - estimate: The parameters of a column from the sums of component k, or from those of all
  ///     components where k is `nil`.
  func estimate(
    counts: [Double], previous: [IndependentComponent],
    objective: ((_ k: Int, _ column: Int, _ parameters: [Double]) -> Double)? = nil,
    _ estimate: (_ k: Int?, _ column: Int, _ count: Double, _ previous: [Double]) -> [Double]
  ) -> [IndependentComponent] {
    let total = counts.reduce(0, +)
    let used = counts.map { $0 > total * 1e-15 ? $0 : 0 }
    let columns = (0..<count).map { j -> [[Double]] in
      let before = previous.map { parameters(of: $0, column: j) }
      let own = previous.indices.map { k in
        used[k] > 0 ? estimate(k, j, counts[k], before[k]) : before[k]
      }
      if constraints.isEmpty { return own }
      let roles = roles(column: j)
      if let objective, parameterCount > 1 {
        let column = ConstrainedColumn(
          roles: roles, domains: density.parameters.map(\.domain), counts: used)
        return column.maximum(from: [before, own]) { objective($0, j, $1) }
      }
      let shared = constraints.tied.isEmpty ? [] : estimate(nil, j, total, before[0])
      return own.map { own in
        own.indices.map { p in
          switch roles[p] {
          case .free: own[p]
          case .tied: shared[p]
          case .fixed(let value): value
          }
        }
      }
    }
    return previous.indices.map { k in
      var problem = used[k] > 0 ? nil : previous[k].problem
      for column in columns where used[k] > 0 {
        problem = problem ?? density.problem(column[k], count: counts[k])
      }
      return IndependentComponent(values: columns.flatMap { $0[k] }, problem: problem)
    }
  }

  private func roles(column j: Int) -> [ConstrainedColumn.Role] {
    density.parameters.map { parameter in
      if let value = fixedValue(parameter.name, column: j) { return .fixed(value) }
      return constraints.tied.contains(parameter.name) ? .tied : .free
    }
  }
}

extension UnivariateColumns {
  private enum CodingKeys: String, CodingKey {
    case options
    case columnNames
    case constraints
  }

  func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(density.optionValues, forKey: .options)
    try container.encode(names, forKey: .columnNames)
    try container.encode(constraints, forKey: .constraints)
  }

  init(reading decoder: any Decoder, as definition: Density) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    let options = try container.decode([String: OptionValue].self, forKey: .options)
    guard let density = try definition.configured(with: options) as? Density else {
      throw EmulsionError(.invalidData, "the options of \(quoted(definition.name)) don't fit it")
    }
    try self.init(
      density, columnNames: container.decode([String].self, forKey: .columnNames),
      constraints: container.decode(ParameterConstraints.self, forKey: .constraints))
  }
}
