/// A family as it is asked for, before it has seen data: its registered name with its options.
///
/// Every family has one: a ``Catalogue`` finds it by name for scripts, the command and model files,
/// and ``FitOptions/family`` takes it as a value.
public protocol FamilyDefinition: Sendable {
  /// The name it is registered by.
  var name: String { get }
  /// What it describes, and its parameters: a line, for help; empty where no one has said.
  var summary: String { get }
  /// The ``FamilyTraits/origin`` of its families.
  var origin: String? { get }
  /// How results name it: the name, with the options that differ from the default.
  var label: String { get }
  /// The options that ``configured(with:)`` takes; where scripts may give one without its name, it
  /// comes first.
  var options: [FamilyOption] { get }
  /// The values of its options, as ``configured(with:)`` takes them and model files keep them.
  var optionValues: [String: OptionValue] { get }
  /// Whether it is made of other families, so that users write these and never its name.
  var isComposite: Bool { get }
  /// Whether the covariance option means something to it.
  var usesCovariance: Bool { get }
  /// The family with columns that are independent given the component, for mixed columns; `nil` where
  /// it must be made for one column at a time.
  var withIndependentColumns: (any FamilyDefinition)? { get }
  /// The columns it reads, by name; all that there are where `nil`.
  var requiredColumns: [String]? { get }
  /// The column whose numbers say which rows share one component; `nil` where each row has its own.
  var groupColumn: String? { get }
  /// What it makes of a column of texts; `nil` where it does not read the column.
  func reading(ofTextColumn name: String) -> TextReading?
  /// How many threads may work with its families at once; 1 keeps all of them on the thread that
  /// asked for the fit, as scripts must.
  var maximumConcurrency: Int { get }
  /// Whether its families keep to ``FamilyContext/constraints`` in closed form, and say so by their
  /// ``ParameterSchema/roles``; for others what is not restricted is searched for numerically.
  var keepsConstraints: Bool { get }
  /// Whether it hands restrictions on to the families it is made of, so that these see to single components.
  var passesConstraintsOn: Bool { get }
  /// Whether its families know ``FamilyContext/prior``; others are not asked for where there is one.
  var takesPrior: Bool { get }

  /// The parameters at which a component of its families is one of another family's, or nearly where that one is a
  /// limit of them; `nil` where the other is neither.
  ///
  /// - Parameters:
  ///   - other: Any family.
  ///   - parameters: Those of a component of it.
  func parameters(
    like other: any FamilyDefinition, with parameters: [String: ParameterValue]
  ) -> [String: ParameterValue]?

  /// The same family with other options.
  ///
  /// - Throws: `invalid-option` naming the option.
  func configured(with values: [String: OptionValue]) throws -> any FamilyDefinition
  /// The family for given data, after checking that it can describe them; values outside its
  /// ``FamilyTraits/support(ofColumn:)`` are refused by the driver.
  func makeFamily(in context: FamilyContext) throws -> any ComponentFamily
  /// Rows that components of these parameters could describe, for which the family is made where there are no data.
  ///
  /// - Parameters:
  ///   - columns: Their names, where these are known; else parameters tell how many there are.
  ///   - parameters: Those of each component, by name; not checked.
  /// - Throws: `invalid-option` for families that can't do without data.
  func exampleRows(columns: [String]?, _ parameters: [[String: ParameterValue]]) throws -> Matrix
  /// The family that a model file holds, as its `encode(to:)` wrote it.
  func decodeFamily(from decoder: any Decoder, catalogue: Catalogue) throws -> any ComponentFamily
}

extension FamilyDefinition {
  /// Nothing.
  public var summary: String { "" }
  /// The name, with the options in parentheses.
  public var label: String {
    let values = optionValues.sorted { $0.key < $1.key }.map { "\($0.key) = \($0.value)" }
    return values.isEmpty ? name : "\(name)(\(values.joined(separator: ", ")))"
  }
  /// None.
  public var options: [FamilyOption] { [] }
  /// None.
  public var optionValues: [String: OptionValue] { [:] }
  /// False.
  public var isComposite: Bool { false }
  /// False.
  public var usesCovariance: Bool { false }
  /// Itself: its columns are independent.
  public var withIndependentColumns: (any FamilyDefinition)? { self }
  /// All columns.
  public var requiredColumns: [String]? { nil }
  /// It is there from the start, or comes with a plugin.
  public var origin: String? { nil }
  /// None: rows are independent.
  public var groupColumn: String? { nil }
  /// It needs numbers in the columns that it reads.
  public func reading(ofTextColumn name: String) -> TextReading? {
    requiredColumns?.contains(name) ?? true ? .refused : nil
  }
  /// No limit.
  public var maximumConcurrency: Int { .max }
  /// False.
  public var keepsConstraints: Bool { false }
  /// False.
  public var passesConstraintsOn: Bool { false }
  /// False.
  public var takesPrior: Bool { false }
  /// `nil`: it knows of no special case.
  public func parameters(
    like other: any FamilyDefinition, with parameters: [String: ParameterValue]
  ) -> [String: ParameterValue]? { nil }

  /// Itself, where no options are given; families that have options replace this.
  public func configured(with values: [String: OptionValue]) throws -> any FamilyDefinition {
    try refuseUnknown(values)
    return self
  }

  /// Throws `invalid-option` for a name that is not among ``options``.
  public func refuseUnknown(_ values: [String: OptionValue]) throws {
    let known = options.map(\.name)
    for key in values.keys.sorted() where !known.contains(key) {
      throw EmulsionError(
        .invalidOption,
        "\(name): unknown option \(quoted(key))" + nameHint(for: key, among: known))
    }
  }
}

extension [any FamilyDefinition] {
  /// The columns that any of the families reads, in the order of their first mention; `nil` where
  /// one reads all.
  public var requiredColumns: [String]? {
    let lists = compactMap(\.requiredColumns)
    guard lists.count == count else { return nil }
    return lists.reduce(into: [String]()) { names, list in
      names += list.filter { !names.contains($0) }
    }
  }
}

/// What a family is made for: the data, and the options of the fit that concern families.
public struct FamilyContext: Sendable {
  /// The data to be fitted.
  public let data: any DataSource
  /// Means, deviations and ranges of its columns.
  public let summary: DataSummary
  /// K.
  public let components: Int
  /// The covariance model, for families that use one.
  public let covariance: any CovarianceModel
  /// Smallest eigenvalue of a covariance, relative to the data's own scale; 0 makes collapse an
  /// error.
  public let covarianceFloor: Double
  /// What is added to covariance diagonals, in squared units of the data.
  public let regularization: Double
  /// What is fixed, and what is shared by all components.
  public internal(set) var constraints: ParameterConstraints
  /// The conjugate prior of Gaussian components, where there is one.
  public var prior: ConjugatePrior?
  /// Where families made of others find these.
  public let catalogue: Catalogue
  let execution: Execution
  /// Whether what falls to the floor ends the fit as degenerate, rather than being held up by it: among
  /// many fits those that collapse are of no use.
  var endsAtFloor = false
  /// The rows of which the data are a part.
  var whole: (any DataSource)?

  /// The rows that say what there can be at all, such as the levels of a column: ``data``, or more where these are a
  /// part, as the rows of one class are. Models of the parts are then of one family, and their parameters count alike.
  public var population: any DataSource { whole ?? data }

  /// Sums over all rows of positive weight, block by block, spread over threads; the bits don't
  /// depend on these.
  ///
  /// - Parameters:
  ///   - count: How many sums.
  ///   - rows: Which rows; ``data`` by default.
  ///   - add: Adds a block, given the weights of its rows.
  public func sums(
    count: Int, over rows: (any DataSource)? = nil,
    _ add: @Sendable (borrowing Block, _ weights: Span<Double>, inout [Double]) throws -> Void
  ) throws -> [Double] {
    let rows = rows ?? data
    guard rows.rows > 0 else { return [] }
    return try execution.reduceBlocks(of: rows, from: Sums(count: count)) {
      $0.merge($1)
    } add: { buffer, sums in
      guard buffer.coverWeightlessRows() else { return }
      if !buffer.hasWeights { buffer.setWeights([Double](repeating: 1, count: buffer.rows).span) }
      try add(buffer.block, buffer.weights(), &sums.values)
    }.values
  }
}

extension FamilyContext {
  /// The same context with other data, such as transformed columns, summarised anew.
  ///
  /// - Throws: `invalid-data` where these are not finite.
  public func describing(_ data: any DataSource) throws -> FamilyContext {
    FamilyContext(
      data: data, summary: try DataSummary(data, execution: execution), components: components,
      covariance: covariance, covarianceFloor: covarianceFloor, regularization: regularization,
      constraints: constraints, prior: prior,
      catalogue: catalogue, execution: execution, endsAtFloor: endsAtFloor)
  }

  /// Calls `body` with every block of some rows, ``data`` by default, in order; rows of weight 0 don't show.
  public func forEachBlock(
    of rows: (any DataSource)? = nil, _ body: (borrowing Block) throws -> Void
  ) throws {
    let rows = rows ?? data
    let chunks = Chunks(rows: rows.rows)
    var buffer = BlockBuffer(columns: rows.columns, capacity: Chunks.rowsPerBlock(of: rows.rows))
    for chunk in 0..<chunks.count {
      try execution.checkCancellation()
      try chunks.forEachBlock(of: chunk) { range in
        try rows.read(range, into: &buffer)
        guard buffer.coverWeightlessRows() else { return }
        try body(buffer.block)
      }
    }
  }
}

/// A family that is its own definition.
extension FamilyTraits where Self: FamilyDefinition {
  /// No limit.
  public var maximumConcurrency: Int { .max }
  /// It is there from the start, or comes with a plugin.
  public var origin: String? { nil }
}
