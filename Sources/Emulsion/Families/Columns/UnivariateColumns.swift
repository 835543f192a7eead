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
  /// Of every column for the first parameter, then for the next.
  let roles: [ParameterRole]
  /// What the columns of the data are like; none in files of older versions.
  let scales: [ColumnScale]?
  /// What its columns are called where some are of texts; none where all are of numbers.
  let titles: [String]?
  /// The number of parameters of a column; a family's list of them is made anew each time.
  let parameterCount: Int

  init(
    _ density: Density, columnNames: [String], roles: [ParameterRole], scales: [ColumnScale]?,
    titles: [String]?
  ) {
    self.density = density
    names = columnNames
    self.roles = roles
    self.scales = scales
    self.titles = titles
    parameterCount = density.parameters.count
  }

  init(_ density: Density, in context: FamilyContext) throws {
    let names = context.data.columnNames
    let template = density.parameters.map {
      NamedParameter($0.name, .numbers(Array(repeating: $0.neutral, count: names.count)))
    }
    let domains = density.parameters.map { ($0.name, $0.domain) }
    self.init(
      density, columnNames: names,
      roles: try context.roles(
        of: template, family: density.name, domains: Dictionary(uniqueKeysWithValues: domains)),
      scales: names.indices.map {
        ColumnScale(
          mean: context.summary.means[$0], deviation: context.summary.standardDeviations[$0],
          floor: context.covarianceFloor)
      }, titles: context.data.columnLevels.titles(of: names))
  }

  var count: Int { names.count }

  func parameters(of component: IndependentComponent, column j: Int) -> [Double] {
    Array(component.values[j * parameterCount..<(j + 1) * parameterCount])
  }

  /// Some of the columns, in this order.
  func selecting(_ positions: [Int]) -> UnivariateColumns {
    UnivariateColumns(
      density, columnNames: positions.map { names[$0] },
      roles: (0..<parameterCount).flatMap { p in positions.map { roles[p * count + $0] } },
      scales: scales.map { scales in positions.map { scales[$0] } },
      titles: titles.map { titles in positions.map { titles[$0] } })
  }

  /// The components in these columns.
  func selecting(_ positions: [Int], of components: [IndependentComponent])
    -> [IndependentComponent]
  {
    components.map { component in
      IndependentComponent(
        values: positions.flatMap { parameters(of: component, column: $0) },
        problem: component.problem)
    }
  }

  /// The roles of the parameters of one column.
  func roles(column j: Int) -> [ParameterRole] {
    (0..<parameterCount).map { roles[$0 * count + j] }
  }

  /// An M step, column by column; fixed parameters stay.
  ///
  /// Where a column has several parameters and some are tied or fixed, the others depend on these:
  /// `joint` knows them all, or `objective` is maximised; without either, each is what its estimate
  /// says, and tied ones are those of the pooled sums. A component without rows keeps its parameters.
  ///
  /// - Parameters:
  ///   - absent: How much of these counts has no value in a column, K × columns.
  ///   - joint: The parameters of all components in a column under restrictions.
  ///   - objective: Σγ ln p(x|θ) of component k in a column, nats.
  ///   - estimate: The parameters of a column from the sums of component k, or from those of all
  ///     components where k is `nil`.
  func estimate(
    counts all: [Double], absent: [Double]? = nil, previous: [IndependentComponent],
    objective: ((_ k: Int, _ column: Int, _ parameters: [Double]) -> Double)? = nil,
    joint: (_ column: Int, _ counts: [Double], _ roles: [ParameterRole]) -> [[Double]]? = {
      _, _, _ in
      nil
    },
    _ estimate: (_ k: Int?, _ column: Int, _ count: Double, _ previous: [Double]) -> [Double]
  ) -> [IndependentComponent] {
    let sufficient = all.reduce(0, +) * 1e-15
    func used(_ counts: [Double]) -> [Double] { counts.map { $0 > sufficient ? $0 : 0 } }
    let columns = (0..<count).map { j -> [[Double]] in
      let counts = self.counts(all, absent: absent, column: j)
      let (total, used) = (counts.reduce(0, +), used(counts))
      let before = previous.map { parameters(of: $0, column: j) }
      let own = previous.indices.map { k in
        used[k] > 0 ? estimate(k, j, counts[k], before[k]) : before[k]
      }
      let roles = roles(column: j)
      if roles.isFree { return own }
      if let joint = joint(j, used, roles) { return joint }
      if let objective, parameterCount > 1 {
        let column = ConstrainedColumn(
          roles: roles, domains: density.parameters.map(\.domain), counts: used)
        return column.maximum(from: [before, own]) { objective($0, j, $1) }
      }
      let shared = roles.hasTied ? estimate(nil, j, total, before[0]) : []
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
      let isUsed = all[k] > sufficient
      var problem = isUsed ? nil : previous[k].problem
      for (j, column) in columns.enumerated() where isUsed {
        let count = counts(all, absent: absent, column: j)[k]
        problem = problem ?? self.problem(column[k], count: count, column: j)
      }
      return IndependentComponent(values: columns.flatMap { $0[k] }, problem: problem)
    }
  }
}

extension UnivariateColumns {
  /// Σγ of each component over the rows with a value in column `j`.
  func counts(_ all: [Double], absent: [Double]?, column j: Int) -> [Double] {
    guard let absent else { return all }
    return all.indices.map { max(0, all[$0] - absent[$0 * count + j]) }
  }

  private func problem(_ parameters: [Double], count: Double, column j: Int) -> String? {
    scales.map { density.problem(parameters, count: count, in: $0[j]) }
      ?? density.problem(parameters, count: count)
  }

  private enum CodingKeys: String, CodingKey {
    case options
    case columnNames
    case roles
    case scales
  }

  func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(density.optionValues, forKey: .options)
    try container.encode(names, forKey: .columnNames)
    if !roles.isFree { try container.encode(roles, forKey: .roles) }
    try container.encodeIfPresent(scales, forKey: .scales)
  }

  init(reading decoder: any Decoder, as definition: Density) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    let options = try container.decode([String: OptionValue].self, forKey: .options)
    guard let density = try definition.configured(with: options) as? Density else {
      throw EmulsionError(.invalidData, "the options of \(quoted(definition.name)) don't fit it")
    }
    let names = try container.decode([String].self, forKey: .columnNames)
    let count = names.count * density.parameters.count
    let scales = try container.decodeIfPresent([ColumnScale].self, forKey: .scales)
    guard scales.map({ $0.count == names.count }) ?? true else {
      throw EmulsionError(.invalidData, "the scales of a family's columns don't fit these")
    }
    self.init(
      density, columnNames: names, roles: try container.roles(forKey: .roles, count: count),
      scales: scales, titles: decoder.columnLevels.titles(of: names))
  }
}
