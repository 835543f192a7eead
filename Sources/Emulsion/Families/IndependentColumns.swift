/// One component of independent columns: the parameters of each column, one column after another.
public struct IndependentComponent: MixtureComponent {
  let values: [Double]
  /// Summed weights are too small, or an estimate at the border: told by the family.
  let problem: String?
}

/// Columns that are independent given the component, each under one univariate family.
///
/// Density Πⱼ p(xⱼ | θₖⱼ); the M step is the univariate family's, column by column.
public struct IndependentColumns<Density: UnivariateExponentialFamily>: ExponentialFamily {
  let density: Density
  let columnNames: [String]
  let constraints: ParameterConstraints

  init(_ density: Density, columnNames: [String], constraints: ParameterConstraints) throws {
    self.density = density
    self.columnNames = columnNames
    self.constraints = constraints
    var reader = ParameterReader(constraints.fixed, of: density.name)
    for parameter in density.parameters where constraints.fixed[parameter.name] != nil {
      _ = try reader.numbers(parameter.name, count: columnNames.count, in: parameter.domain)
    }
  }

  /// The univariate family's name.
  public var name: String { density.name }
  /// The number of columns.
  public var dimension: Int { columnNames.count }
  /// The features of every column, one column after another.
  public var featureCount: Int { dimension * density.featureCount }

  private var parameterCount: Int { density.parameters.count }

  /// The univariate family's, in every column.
  public func support(ofColumn j: Int) -> Support { density.support }

  /// Neutral parameters in every column.
  public func neutralComponents(_ k: Int) -> [IndependentComponent] {
    let values = (0..<dimension).flatMap { _ in density.parameters.map(\.neutral) }
    return Array(repeating: IndependentComponent(values: values, problem: nil), count: k)
  }

  /// The features of every column.
  public func writeFeatures(
    of block: borrowing Block, about reference: [Double], into features: inout LaneMatrix
  ) {
    for j in 0..<dimension {
      for i in 0..<density.featureCount {
        var lanes = features[row: j * density.featureCount + i]
        density.writeFeature(i, of: block.column(j), into: &lanes)
      }
    }
  }

  /// η of every column; constants add up.
  public func writeNaturalParameters(
    of component: IndependentComponent, about reference: [Double],
    into eta: inout MutableSpan<Double>
  ) throws -> Double {
    var constant = 0.0
    for j in 0..<dimension {
      let form = density.naturalForm(parameters(of: component, column: j))
      constant += form.constant
      for (i, value) in form.eta.enumerated() { eta[j * density.featureCount + i] = value }
    }
    guard constant.isFinite else {
      throw EmulsionError(.degenerate, "a \(name) component has no density")
    }
    return constant
  }

  /// The univariate family's.
  public var hasBaseMeasure: Bool { density.hasBaseMeasure }

  /// Adds ln h of every column.
  public func addLogBaseMeasure(of block: borrowing Block, to lanes: inout MutableSpan<Double>) {
    for j in 0..<dimension { density.addLogBaseMeasure(of: block.column(j), to: &lanes) }
  }

  private func parameters(of component: IndependentComponent, column j: Int) -> [Double] {
    Array(component.values[j * parameterCount..<(j + 1) * parameterCount])
  }
}

extension IndependentColumns {
  /// The univariate M step, column by column; tied parameters are those of the pooled sums, fixed
  /// ones stay.
  ///
  /// A component without rows keeps its parameters.
  public func estimate(
    _ statistics: FeatureSums, counts: [Double], previous: [IndependentComponent]
  ) -> [IndependentComponent] {
    let total = counts.reduce(0, +)
    let width = density.featureCount
    let pooled = (0..<featureCount).map { f in
      previous.indices.reduce(0) { $0 + statistics.values[$1 * featureCount + f] }
    }
    return previous.indices.map { k in
      guard counts[k] > total * 1e-15 else { return previous[k] }
      var values: [Double] = []
      var problem: String?
      for j in 0..<dimension {
        let before = previous[k].values[j * parameterCount..<(j + 1) * parameterCount]
        let start = statistics[k].startIndex + j * width
        var own = density.estimate(
          sums: statistics[k][start..<start + width], count: counts[k], previous: before)
        if !constraints.tied.isEmpty {
          let shared = density.estimate(
            sums: pooled[j * width..<(j + 1) * width], count: total, previous: before)
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

  private func fixedValue(_ name: String, column j: Int) -> Double? {
    switch constraints.fixed[name] {
    case .scalar(let value): value
    case .vector(let values): values[j]
    case .matrix(let matrix): matrix.values[j]
    case nil: nil
    }
  }

  /// One for every parameter, column and component; tied ones count once, fixed ones not at all.
  public func freeParameters(_ components: [IndependentComponent]) -> Int {
    density.parameters.reduce(0) { sum, parameter in
      if constraints.fixed[parameter.name] != nil { return sum }
      return sum + dimension * (constraints.tied.contains(parameter.name) ? 1 : components.count)
    }
  }

  /// Each parameter with one number a column.
  public func parameters(of component: IndependentComponent) -> [NamedParameter] {
    density.parameters.enumerated().map { p, parameter in
      let values = (0..<dimension).map { component.values[$0 * parameterCount + p] }
      return NamedParameter(
        parameter.name, values.count == 1 ? .scalar(values[0]) : .vector(values))
    }
  }

  /// A component from its parameters, which are all needed unless fixed.
  public func component(from parameters: [String: ParameterValue]) throws -> IndependentComponent {
    var reader = ParameterReader(parameters, of: name)
    var values = [Double](repeating: 0, count: dimension * parameterCount)
    for (p, parameter) in density.parameters.enumerated() {
      let fixed = (0..<dimension).compactMap { fixedValue(parameter.name, column: $0) }
      let given = try reader.numbers(
        parameter.name, count: dimension, in: parameter.domain,
        default: fixed.count == dimension ? fixed : nil)
      for j in 0..<dimension {
        values[j * parameterCount + p] = fixed.count == dimension ? fixed[j] : given[j]
      }
    }
    try reader.finish()
    return IndependentComponent(values: values, problem: nil)
  }

  /// The columns' moments, without correlations; `nil` where a column has none.
  public func moments(of component: IndependentComponent) -> Moments? {
    let columns = (0..<dimension).compactMap {
      density.moments(parameters(of: component, column: $0))
    }
    guard columns.count == dimension else { return nil }
    var covariance = Matrix(rows: dimension, columns: dimension)
    for (j, column) in columns.enumerated() { covariance[j, j] = column.variance }
    return Moments(mean: columns.map(\.mean), covariance: covariance)
  }

  /// What the univariate family says of its estimates.
  public func diagnose(_ components: [IndependentComponent], counts: [Double]) -> [Diagnosis] {
    components.enumerated().compactMap { k, component in
      component.problem.map { Diagnosis(component: k, problem: $0) }
    }
  }

  /// Draws every column.
  public func sample(_ component: IndependentComponent, using random: inout CounterRandom)
    -> [Double]
  {
    (0..<dimension).map {
      density.sample(parameters(of: component, column: $0), using: &random)
    }
  }
}

extension IndependentColumns {
  private enum CodingKeys: String, CodingKey {
    case options
    case columnNames
    case constraints
  }

  /// Writes the options, the columns and the constraints.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(density.optionValues, forKey: .options)
    try container.encode(columnNames, forKey: .columnNames)
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

  /// Reads back a component whose parameters are in their domains.
  public func decodeComponent(from decoder: any Decoder) throws -> IndependentComponent {
    let component = try IndependentComponent(from: decoder)
    guard component.values.count == dimension * parameterCount else {
      throw EmulsionError(.invalidData, "a component's parameters don't fit \(dimension) columns")
    }
    for (i, value) in component.values.enumerated() {
      let parameter = density.parameters[i % parameterCount]
      guard value.isFinite, parameter.domain.contains(value) else {
        throw EmulsionError(.invalidData, "a component's \(parameter.name) is out of range")
      }
    }
    return component
  }
}
