/// A family that describes given columns alone.
struct ColumnsDefinition: FamilyDefinition {
  let base: any FamilyDefinition
  let columns: [String]

  var name: String { base.name }
  var origin: String? { base.origin }
  var label: String { "\(base.label) on \(columns.joined(separator: ", "))" }
  var options: [FamilyOption] { base.options }
  var optionValues: [String: OptionValue] { base.optionValues }
  var usesCovariance: Bool { base.usesCovariance }
  var requiredColumns: [String]? { columns }
  var groupColumn: String? { base.groupColumn }
  var maximumConcurrency: Int { base.maximumConcurrency }
  var keepsConstraints: Bool { base.keepsConstraints }
  var takesPrior: Bool { base.takesPrior }
  var passesConstraintsOn: Bool { base.passesConstraintsOn }

  func reading(ofTextColumn name: String) -> TextReading? {
    columns.contains(name) ? base.reading(ofTextColumn: name) : nil
  }

  func configured(with values: [String: OptionValue]) throws -> any FamilyDefinition {
    ColumnsDefinition(base: try base.configured(with: values), columns: columns)
  }

  func exampleRows(columns names: [String]?, _ parameters: [[String: ParameterValue]]) throws
    -> Matrix
  { try base.exampleRows(columns: columns, parameters) }

  func makeFamily(in context: FamilyContext) throws -> any ComponentFamily {
    try base.makeFamily(in: context)
  }

  func decodeFamily(from decoder: any Decoder, catalogue: Catalogue) throws -> any ComponentFamily {
    try base.decodeFamily(from: decoder, catalogue: catalogue)
  }
}

extension FamilyDefinition {
  /// The same family on columns of these names alone, such as one factor of a product.
  public func on(columns: [String]) -> any FamilyDefinition {
    ColumnsDefinition(base: self, columns: columns)
  }
}

extension Catalogue {
  /// Columns of different kinds, independent given the component: a family for each column.
  ///
  /// Columns of one family make one factor where it can take them for independent, Gaussian ones with
  /// diagonal covariances; use
  /// ``ProductDefinition`` and ``FamilyDefinition/on(columns:)`` for blocks of dependent columns.
  public func mixed(_ families: [String: any FamilyDefinition]) throws -> any FamilyDefinition {
    var factors: [(family: any FamilyDefinition, columns: [String])] = []
    for (column, family) in families.sorted(by: { $0.key < $1.key }) {
      if family.withIndependentColumns != nil,
        let place = factors.firstIndex(where: { $0.family.label == family.label })
      {
        factors[place].columns.append(column)
      } else {
        factors.append((family, [column]))
      }
    }
    return try ProductDefinition(
      factors.map { ($0.family.withIndependentColumns ?? $0.family).on(columns: $0.columns) })
  }
}
