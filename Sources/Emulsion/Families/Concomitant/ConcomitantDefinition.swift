/// Any family with mixing probabilities that depend on covariates; see
/// ``Catalogue/concomitant(_:of:)``.
struct ConcomitantDefinition: FamilyDefinition {
  let base: any FamilyDefinition
  let covariates: any CovariateDefinition

  var name: String { base.name }
  var summary: String { base.summary }
  var origin: String? { base.origin }
  var label: String { "\(base.label), weights \(covariates.label)" }
  var options: [FamilyOption] { base.options }
  var optionValues: [String: OptionValue] { base.optionValues }
  var isComposite: Bool { base.isComposite }
  var usesCovariance: Bool { base.usesCovariance }
  /// None: it is of all columns together.
  var withIndependentColumns: (any FamilyDefinition)? { nil }
  var groupColumn: String? { base.groupColumn }
  var maximumConcurrency: Int { base.maximumConcurrency }
  var keepsConstraints: Bool { true }
  var passesConstraintsOn: Bool { true }
  var takesPrior: Bool { base.takesPrior }

  /// Those of both; a family that names none describes all that covariates don't read.
  var requiredColumns: [String]? {
    guard let own = base.requiredColumns, let others = covariates.requiredColumns else {
      return nil
    }
    return own + others.filter { !own.contains($0) }
  }

  func reading(ofTextColumn name: String) -> TextReading? {
    let other = covariates.reading(ofTextColumn: name)
    guard base.requiredColumns == nil, covariates.requiredColumns?.contains(name) ?? false else {
      return [base.reading(ofTextColumn: name), other].compactMap { $0 }.min()
    }
    return other
  }

  func configured(with values: [String: OptionValue]) throws -> any FamilyDefinition {
    ConcomitantDefinition(base: try base.configured(with: values), covariates: covariates)
  }

  func makeFamily(in context: FamilyContext) throws -> any ComponentFamily {
    let names = context.data.columnNames
    let read = covariates.requiredColumns ?? []
    // A dot stands for what is left, which is nothing where the family takes all.
    let isAll = base.requiredColumns == nil && covariates.requiredColumns == nil
    let own = isAll ? [] : base.requiredColumns ?? names.filter { !read.contains($0) }
    guard !own.isEmpty else {
      throw EmulsionError(
        .invalidOption,
        "concomitant: \(covariates.label) reads all columns, so that none is left to the family "
          + "\(quoted(base.name)); name its own by columns = { … }")
    }
    let positions = try names.positions(of: own)
    let (constraints, others) = context.constraints.split
    let family = try base.constrainedFamily(in: context.selecting(positions, constraints))
    guard !family.traits.mixesItself else {
      throw EmulsionError(
        .invalidOption,
        "concomitant: the family \(quoted(base.label)) has mixing probabilities of its own; give it the covariates"
      )
    }
    var mixing = MixingLogit(
      covariates: try covariates.makeCovariates(
        in: context, among: names.filter { !own.contains($0) }))
    if !others.isEmpty {
      mixing.restrict(
        to: try others.roles(
          of: [mixing.parameter(.zeros(mixing.width))], columns: names, family: name))
    }
    return opened(family, positions, names.count, mixing)
  }

  private func opened<Family: ComponentFamily>(
    _ family: Family, _ positions: [Int], _ dimension: Int, _ mixing: MixingLogit
  ) -> any ComponentFamily {
    ConcomitantFamily(
      ColumnsFamily(
        base: family, columns: ColumnPlaces(positions: positions, dimension: dimension), prefix: ""),
      mixing,
      Concomitant(
        formula: covariates.label,
        columns: (0..<dimension).filter { !positions.contains($0) }))
  }

  func decodeFamily(from decoder: any Decoder, catalogue: Catalogue) throws -> any ComponentFamily {
    try base.decodeFamily(from: decoder, catalogue: catalogue)
  }
}

extension FamilyDefinition {
  /// What mixing probabilities depend on beside the family, as it was written.
  var concomitantLabel: String? { (self as? ConcomitantDefinition)?.covariates.label }
}

extension ParameterConstraints {
  /// What concerns a family, and what concerns the mixing probabilities: `concomitant`, or
  /// `concomitant.age`.
  fileprivate var split: (own: ParameterConstraints, mixing: ParameterConstraints) {
    func isMixing(_ name: String) -> Bool {
      name == "concomitant" || name.hasPrefix("concomitant.")
    }
    var (own, mixing) = (self, ParameterConstraints())
    mixing.tied = tied.filter(isMixing)
    mixing.fixed = fixed.filter { isMixing($0.key) }
    own.tied.subtract(mixing.tied)
    for name in mixing.fixed.keys { own.fixed[name] = nil }
    return (own, mixing)
  }
}

extension Catalogue {
  /// A family whose mixing probabilities depend on covariates, beside what it describes: a multinomial logit,
  /// for every family and product.
  ///
  /// A family that names no columns describes all but the covariates. One that has the option
  /// `concomitant` itself is given it.
  ///
  /// - Parameters:
  ///   - formula: What probabilities depend on: `~ age + sex`.
  ///   - family: The family.
  /// - Throws: `invalid-option` for formulas that can't be read, or where no one is there to read them.
  public func concomitant(_ formula: String, of family: any FamilyDefinition) throws
    -> any FamilyDefinition
  {
    let name = "concomitant"
    if family.options.contains(where: { $0.name == name }) {
      guard family.optionValues[name] == nil else {
        throw EmulsionError(
          .invalidOption,
          "concomitant: the family \(quoted(family.label)) has one already; leave one of the two out"
        )
      }
      return try family.configured(
        with: family.optionValues.merging([name: .text(formula)]) { own, _ in own })
    }
    guard let covariates else {
      throw EmulsionError(
        .invalidOption, "concomitant: nothing here reads formulas; load the plugin that does")
    }
    return ConcomitantDefinition(base: family, covariates: try covariates.reading(formula))
  }

  /// The same for several families.
  ///
  /// - Parameter columns: The columns that families describe which name none themselves; all but the
  ///   covariates where `nil`.
  public func concomitant(
    _ formula: String, of families: [any FamilyDefinition], columns: [String]?
  ) throws -> [any FamilyDefinition] {
    try families.map { family in
      let own = family.requiredColumns == nil ? columns.map { family.on(columns: $0) } : nil
      return try concomitant(formula, of: own ?? family)
    }
  }

  /// The family with covariates that a model file holds; `nil` where it has none of them beside.
  func decodeConcomitant(from decoder: any Decoder) throws -> (any ComponentFamily)? {
    guard let container = try? decoder.container(keyedBy: ConcomitantKeys.self),
      let formula = try container.decodeIfPresent(String.self, forKey: .concomitant)
    else { return nil }
    guard let covariates else {
      throw EmulsionError(.invalidData, "nothing here reads the formula \(quoted(formula))")
    }
    let base = try ProductDefinition().decodeFamily(
      from: container.superDecoder(forKey: .base), catalogue: self)
    let found = try covariates.reading(formula).decodeCovariates(
      from: container.superDecoder(forKey: .covariates))
    let columns = try container.decode([Int].self, forKey: .covariateColumns)
    let dimension = base.traits.dimension
    guard (columns + found.columns).allSatisfy((0..<dimension).contains) else {
      throw EmulsionError(.invalidData, "the covariates don't fit the columns")
    }
    return try opened(
      base, found, Concomitant(formula: formula, columns: columns), container)
  }

  private func opened<Base: ComponentFamily>(
    _ base: Base, _ covariates: any Covariates, _ concomitant: Concomitant?,
    _ container: KeyedDecodingContainer<ConcomitantKeys>
  ) throws -> any ComponentFamily {
    ConcomitantFamily(base, try MixingLogit(covariates, container), concomitant)
  }
}

extension MixingLogit {
  fileprivate init(
    _ covariates: any Covariates, _ container: KeyedDecodingContainer<ConcomitantKeys>
  ) throws {
    self.init(
      group: try container.decodeIfPresent(Int.self, forKey: .group), covariates: covariates)
    let roles = try container.roles(forKey: .mixingRoles, count: width)
    if !roles.isFree { restore(roles) }
  }
}

extension ConcomitantFamily {
  /// Reads back a family that was written with its own covariates; `nil` for one without.
  ///
  /// - Parameters:
  ///   - base: Reads the family.
  ///   - covariates: Reads what probabilities depend on.
  public init?(
    from decoder: any Decoder, base: (any Decoder) throws -> Base,
    covariates: (Base, any Decoder) throws -> any Covariates
  ) throws {
    let container = try decoder.container(keyedBy: ConcomitantKeys.self)
    guard container.contains(.covariates) else { return nil }
    let own = try base(container.superDecoder(forKey: .base))
    let mixing = try MixingLogit(
      covariates(own, container.superDecoder(forKey: .covariates)), container)
    guard mixing.group.map((0..<own.traits.dimension).contains) ?? true,
      mixing.covariates.columns.allSatisfy((0..<own.traits.dimension).contains)
    else { throw EmulsionError(.invalidData, "the covariates don't fit the columns") }
    self.init(own, mixing)
  }
}
