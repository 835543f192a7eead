/// Several families side by side, independent given the component: mixed columns, or several
/// regressions of one set of rows.
public struct ProductDefinition: FamilyDefinition {
  static let registeredName = "product"

  /// The factors; each describes the columns that it names.
  public let factors: [any FamilyDefinition]

  /// Makes a product of families that name the columns they read; see
  /// ``FamilyDefinition/on(columns:)``.
  ///
  /// - Throws: `invalid-option` where there is none, or one describes all columns.
  public init(_ factors: [any FamilyDefinition]) throws {
    guard !factors.isEmpty else {
      throw EmulsionError(.invalidOption, "family: an empty list of families")
    }
    for factor in factors where factors.count > 1 && factor.requiredColumns == nil {
      throw EmulsionError(
        .invalidOption,
        "family: in a product each family needs columns of its own, but \(quoted(factor.label)) "
          + "describes all; give it the option columns")
    }
    for factor in factors where factors.count > 1 && factor.groupColumn != nil {
      throw EmulsionError(
        .invalidOption, "family: groups of rows are not supported in a product of families yet")
    }
    self.factors = factors
  }

  /// The definition that catalogues hold, by which model files are read.
  init() { factors = [] }

  /// `product`.
  public var name: String { Self.registeredName }
  /// True.
  public var isComposite: Bool { true }
  /// The factors' labels.
  public var label: String {
    factors.isEmpty ? name : factors.map(\.label).joined(separator: " × ")
  }
  /// The columns of all factors.
  public var requiredColumns: [String]? { factors.isEmpty ? nil : factors.requiredColumns }
  /// The least of the factors'.
  public var maximumConcurrency: Int { factors.map(\.maximumConcurrency).min() ?? .max }
  /// What all factors that read it can.
  public func reading(ofTextColumn name: String) -> TextReading? {
    factors.reading(ofTextColumn: name)
  }
  /// True: each factor sees to its own, whose names bear its prefix.
  public var keepsConstraints: Bool { true }
  /// True.
  public var passesConstraintsOn: Bool { true }

  /// `gaussian.`, or `regression1.` and `regression2.` where a name comes twice.
  var prefixes: [String] {
    factors.indices.map { i in
      let same = factors.indices.filter { factors[$0].name == factors[i].name }
      guard same.count > 1, let place = same.firstIndex(of: i) else { return factors[i].name + "." }
      return "\(factors[i].name)\(place + 1)."
    }
  }

  /// The product for given data.
  public func makeFamily(in context: FamilyContext) throws -> any ComponentFamily {
    guard !factors.isEmpty else {
      throw EmulsionError(
        .invalidOption, "family: a product needs families, as in { height = \"gaussian\" }")
    }
    let names = context.data.columnNames
    try refuseUnknown(context.constraints)
    let parts = try zip(factors, prefixes).map { factor, prefix -> any ComponentFamily in
      let columns = factor.requiredColumns ?? names
      let positions = try names.positions(of: columns)
      let family = try factor.constrainedFamily(
        in: context.restricted(to: positions, prefix: prefix))
      guard !family.traits.mixesItself else {
        throw EmulsionError(
          .invalidOption,
          "family: a factor of a product has no concomitant of its own; give it as an option of the fit, beside family"
        )
      }
      return opened(family, positions, names.count, prefix)
    }
    guard let first = parts.first else { return try GaussianDefinition().makeFamily(in: context) }
    var product = first
    for part in parts.dropFirst() { product = multiply(product, part) }
    return product
  }

  private func refuseUnknown(_ constraints: ParameterConstraints) throws {
    for (option, names) in [
      ("tied", constraints.tied.sorted()), ("fixed", constraints.fixed.keys.sorted()),
      ("fixed", constraints.components.values.flatMap(\.keys).sorted()),
    ] {
      for name in names where !prefixes.contains(where: { name.hasPrefix($0) }) {
        throw EmulsionError(
          .invalidOption,
          "\(option): names of parameters of a product begin with \(prefixes.joined(separator: " or ")), "
            + "not \(quoted(name))")
      }
    }
  }

  /// Reads factors back, each by its own name.
  public func decodeFamily(from decoder: any Decoder, catalogue: Catalogue) throws
    -> any ComponentFamily
  {
    let container = try decoder.container(keyedBy: FactorKeys.self)
    guard let name = try container.decodeIfPresent(String.self, forKey: .name) else {
      let first = try decodeFamily(
        from: container.superDecoder(forKey: .first), catalogue: catalogue)
      let second = try decodeFamily(
        from: container.superDecoder(forKey: .second), catalogue: catalogue)
      guard first.traits.dimension == second.traits.dimension else {
        throw EmulsionError(.invalidData, "the factors of the product differ in dimension")
      }
      return multiply(first, second)
    }
    let positions = try container.decode([Int].self, forKey: .positions)
    let dimension = try SavedDimension.checked(container.decode(Int.self, forKey: .dimension))
    let origin = try container.decodeIfPresent(String.self, forKey: .origin)
    let family = try catalogue.savedFamily(named: name, origin: origin).constrainedFamily(
      from: container.superDecoder(forKey: .family), catalogue: catalogue)
    guard positions.count == family.traits.dimension, positions.allSatisfy((0..<dimension).contains)
    else {
      throw EmulsionError(.invalidData, "the columns of the factor \(quoted(name)) don't fit")
    }
    return opened(
      family, positions, dimension, try container.decode(String.self, forKey: .prefix))
  }

  private func opened<Family: ComponentFamily>(
    _ family: Family, _ positions: [Int], _ dimension: Int, _ prefix: String
  ) -> any ComponentFamily {
    ColumnsFamily(
      base: family, columns: ColumnPlaces(positions: positions, dimension: dimension),
      prefix: prefix)
  }

  private func multiply<First: ComponentFamily, Second: ComponentFamily>(
    _ first: First, _ second: Second
  ) -> any ComponentFamily {
    ProductFamily(first: first, second: second)
  }
}

extension ProductDefinition {
  /// Those of the factors side by side.
  public func exampleRows(columns: [String]?, _ parameters: [[String: ParameterValue]]) throws
    -> Matrix
  {
    let names = requiredColumns ?? columns
    let parts = try zip(factors, prefixes).map { factor, prefix in
      let own = factor.requiredColumns ?? names
      let rows = try factor.exampleRows(
        columns: own, parameters.map { $0.withPrefix(prefix) })
      return (names: own ?? (0..<rows.columns).map { "x\($0 + 1)" }, rows: rows)
    }
    let all = names ?? parts.first?.names ?? []
    let count = parts.map(\.rows.rows).max() ?? 0
    var result = Matrix(rows: count, columns: all.count)
    for part in parts {
      for (a, j) in try all.positions(of: part.names).enumerated() {
        for i in 0..<count { result[i, j] = part.rows[i % part.rows.rows, a] }
      }
    }
    return result
  }
}

extension [String] {
  /// Where columns stand.
  ///
  /// - Throws: `invalid-data` naming one that is not there.
  func positions(of names: [String]) throws -> [Int] {
    try names.map { name in
      if let position = firstIndex(of: name) { return position }
      let hint = spellingHint(for: name, among: self)
      throw EmulsionError(
        .invalidData,
        "the data have no column \(quoted(name))"
          + (hint ?? "; they have \(map(quoted).joined(separator: ", "))"))
    }
  }
}

extension FamilyContext {
  /// What one factor of a product gets to see.
  fileprivate func restricted(to positions: [Int], prefix: String) throws -> FamilyContext {
    var own = ParameterConstraints()
    own.tied = Set(
      constraints.tied.filter { $0.hasPrefix(prefix) }.map { String($0.dropFirst(prefix.count)) })
    own.fixed = constraints.fixed.withPrefix(prefix)
    own.components = constraints.components.mapValues { $0.withPrefix(prefix) }
      .filter { !$1.isEmpty }
    return selecting(positions, own)
  }

  /// The same context in some of the columns, with restrictions that concern these.
  func selecting(_ positions: [Int], _ constraints: ParameterConstraints) -> FamilyContext {
    let names = data.columnNames
    func selected(_ rows: any DataSource) -> any DataSource {
      positions == Array(names.indices)
        ? rows
        : ColumnSelection(
          base: rows, positions: positions, columnNames: positions.map { names[$0] })
    }
    return FamilyContext(
      data: selected(data), summary: summary.selecting(positions), components: components,
      covariance: covariance,
      covarianceFloor: covarianceFloor, regularization: regularization, constraints: constraints,
      prior: prior, catalogue: catalogue, execution: execution, endsAtFloor: endsAtFloor,
      whole: whole.map(selected))
  }
}

extension DataSummary {
  /// The summary of some of the columns.
  fileprivate func selecting(_ positions: [Int]) -> DataSummary {
    var result = self
    result.means = positions.map { means[$0] }
    result.standardDeviations = positions.map { standardDeviations[$0] }
    result.minima = positions.map { minima[$0] }
    result.maxima = positions.map { maxima[$0] }
    return result
  }
}
