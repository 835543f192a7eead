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

  /// An M step, column by column; tied parameters are those of the pooled sums, fixed ones stay.
  ///
  /// A component without rows keeps its parameters.
  ///
  /// - Parameter estimate: The parameters of a column from the sums of component k, or from those
  ///   of all components where k is `nil`.
  func estimate(
    counts: [Double], previous: [IndependentComponent],
    _ estimate: (_ k: Int?, _ column: Int, _ count: Double, _ previous: [Double]) -> [Double]
  ) -> [IndependentComponent] {
    let total = counts.reduce(0, +)
    return previous.indices.map { k in
      guard counts[k] > total * 1e-15 else { return previous[k] }
      var values: [Double] = []
      var problem: String?
      for j in 0..<count {
        let before = parameters(of: previous[k], column: j)
        var own = estimate(k, j, counts[k], before)
        if !constraints.tied.isEmpty {
          let shared = estimate(nil, j, total, before)
          for (p, parameter) in density.parameters.enumerated()
          where constraints.tied.contains(parameter.name) { own[p] = shared[p] }
        }
        for (p, parameter) in density.parameters.enumerated() {
          if let value = fixedValue(parameter.name, column: j) { own[p] = value }
        }
        problem = problem ?? density.problem(own, count: counts[k])
        values += own
      }
      return IndependentComponent(values: values, problem: problem)
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
