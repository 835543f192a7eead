/// Columns that are independent given the component: everything but the E and M step.
public protocol ColumnwiseFamily: WholeFamily where Component == IndependentComponent {
  /// The density of one column.
  associatedtype Density: UnivariateDensity
  /// The columns with their constraints.
  var columns: UnivariateColumns<Density> { get }
}

extension ColumnwiseFamily {
  /// The univariate family's name.
  public var name: String { columns.density.name }
  /// The number of columns.
  public var dimension: Int { columns.count }
  /// The univariate family's, as far as what is fixed leaves it.
  public func support(ofColumn j: Int) -> Support {
    columns.density.support(fixed: columns.roles(column: j).map(\.fixedValue))
  }
  /// The roles of the parameters of all columns.
  public var roles: [ParameterRole] { columns.roles }

  private var names: [UnivariateParameter] { columns.density.parameters }

  /// Neutral parameters in every column.
  public func neutralComponents(_ k: Int) -> [IndependentComponent] {
    let values = (0..<dimension).flatMap { _ in names.map(\.neutral) }
    return Array(repeating: IndependentComponent(values: values, problem: nil), count: k)
  }

  /// One for every parameter, column and component; tied ones count once, fixed ones not at all.
  public func freeParameters(_ components: [IndependentComponent]) -> Int {
    roles.freeParameters(components: components.count)
  }

  /// Each parameter within the borders of its domain.
  public func restrained(_ far: [IndependentComponent], from near: [IndependentComponent])
    -> [IndependentComponent]?
  {
    let domains = names.map(\.domain)
    return withinDomains(
      zip(far, near).map { far, near in
        IndependentComponent(
          values: far.values.indices.map {
            domains[$0 % domains.count].restrained(far.values[$0], from: near.values[$0])
          }, problem: far.problem)
      })
  }

  /// True: all columns are independent of each other.
  public func separates(_ given: [Int]) -> Bool { true }

  /// Each parameter with one number a column.
  public func parameters(of component: IndependentComponent) -> [NamedParameter] {
    names.enumerated().map { p, parameter in
      NamedParameter(
        parameter.name, .numbers((0..<dimension).map { component.values[$0 * names.count + p] }),
        labels: columns.titles.map { $0.map { "\(parameter.name) \($0)" } } ?? [])
    }
  }

  /// By the parameter's domain.
  public func transform(ofParameter name: String) -> ParameterTransform {
    guard let domain = names.first(where: { $0.name == name })?.domain else { return .real }
    return domain.contains(-1) ? .real : domain.contains(2) ? .positive : .interval
  }

  /// A component from its parameters, which are all needed.
  public func component(from parameters: [String: ParameterValue]) throws -> IndependentComponent {
    var reader = ParameterReader(parameters, of: name)
    var values = [Double].zeros(dimension * names.count)
    for (p, parameter) in names.enumerated() {
      let given = try reader.numbers(parameter.name, count: dimension, in: parameter.domain)
      for j in 0..<dimension { values[j * names.count + p] = given[j] }
    }
    try reader.finish()
    return IndependentComponent(values: values, problem: nil)
  }

  /// The columns' moments, without correlations; `nil` where a column has none.
  public func moments(of component: IndependentComponent) -> Moments? {
    let moments = (0..<dimension).compactMap {
      columns.density.moments(columns.parameters(of: component, column: $0))
    }
    guard moments.count == dimension else { return nil }
    return Moments(
      mean: moments.map(\.mean), covariance: Covariance(variances: moments.map(\.variance)))
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
      columns.density.sample(columns.parameters(of: component, column: $0), using: &random)
    }
  }

  /// The univariate family's, of one column.
  public func distribution(of component: IndependentComponent) -> CumulativeDistribution? {
    dimension == 1
      ? columns.density.distribution(columns.parameters(of: component, column: 0)) : nil
  }

  /// True: those of other columns say nothing of a mean.
  public var hasLinearConditionalMeans: Bool { true }

  /// Writes the options, the columns and the constraints.
  public func encode(to encoder: any Encoder) throws { try columns.encode(to: encoder) }

  /// Reads back a component whose parameters are in their domains.
  public func decodeComponent(from decoder: any Decoder) throws -> IndependentComponent {
    let component = try IndependentComponent(from: decoder)
    guard component.values.count == dimension * names.count else {
      throw EmulsionError(
        .invalidData, "a component's parameters don't fit \(dimension.counted("column"))")
    }
    for (i, value) in component.values.enumerated() {
      let parameter = names[i % names.count]
      guard value.isFinite, parameter.domain.contains(value) else {
        throw EmulsionError(.invalidData, "a component's \(parameter.name) is out of range")
      }
    }
    return component
  }
}
