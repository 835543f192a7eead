import Emulsion
import LuaBridge

/// A family that a script defined, as catalogues hold it.
struct ScriptDefinition: FamilyDefinition {
  let functions: ScriptFunctions

  var name: String { functions.name }
  var origin: String? { "em.family" }
  var maximumConcurrency: Int { 1 }
  /// Its functions see the columns by position.
  var withIndependentColumns: (any FamilyDefinition)? { nil }

  /// Two levels, where it describes 0 and 1.
  func reading(ofTextColumn name: String) -> TextReading? {
    functions.support.isBinary ? .binary : .refused
  }

  func makeFamily(in context: FamilyContext) throws -> any ComponentFamily {
    var initial = functions.initial
    if let function = functions.initialFunction {
      initial = try functions.parameters(
        functions.call(function, "initial", context.rows()), "initial")
    } else if initial == nil, !context.constraints.isEmpty {
      initial = try estimate(context.rows())
    }
    var family = try ScriptFamily(
      functions, columns: context.data.columns, initial: initial,
      scale: functions.isDiscrete ? nil : DensityScale(context))
    family.isSearched = !context.constraints.isEmpty
    return family
  }

  /// The parameters of all rows alike, which tell what can be tied or fixed.
  private func estimate(_ rows: MatrixObject) throws -> [String: ParameterValue]? {
    guard let statistics = functions.statistics, let estimate = functions.estimate else {
      return nil
    }
    let weights = VectorObject(Array(repeating: 1, count: rows.rows))
    let sums = try functions.call(statistics, "statistics", rows, weights, LuaValue.nil)
    return try functions.parameters(
      functions.call(estimate, "estimate", Pushed(sums), LuaValue.nil), "estimate")
  }

  func decodeFamily(from decoder: any Decoder, catalogue: Catalogue) throws -> any ComponentFamily {
    try ScriptFamily(reading: decoder, functions)
  }
}

extension FamilyContext {
  /// The data as scripts get them, without what stands in rows of weight 0.
  fileprivate func rows() throws -> MatrixObject {
    var columns = data.columnNames.map { _ in [Double]() }
    try forEachBlock { block in
      for j in columns.indices {
        block.column(j).withUnsafeBufferPointer { columns[j].append(contentsOf: $0) }
      }
    }
    return MatrixObject(columns: columns, rows: columns.first?.count ?? 0)
  }
}

/// One component of a family that a script defined.
struct ScriptComponent: MixtureComponent {
  /// In the order in which they are shown; none where a family has no initial ones and nothing was
  /// estimated yet.
  var parameters: [NamedParameter]
  var freeParameters = 0
  /// Around which points the weighted log-density is summed up, where the family has no sums of its own.
  var differences: CentralDifferences?
  /// Its mean log-density when it was last looked at, nats.
  var height: Double?
  /// Whether it is tried in an M step, where no one looks at its log-densities.
  var isTrial = false
  /// What the script says of its mean and covariance.
  var moments: Moments?

  private enum CodingKeys: String, CodingKey {
    case parameters
  }

  init(_ parameters: [NamedParameter]) { self.parameters = parameters }
}

/// A family that a script defined, for data of so many columns.
///
/// What the script returns is checked here, so that the driver meets no number that it would not meet
/// from a family of its own. Lua runs on one thread, and large blocks make its calls rare.
struct ScriptFamily: WholeFamily {
  typealias Component = ScriptComponent
  typealias Statistics = [ScriptStatistics]

  let functions: ScriptFunctions
  let dimension: Int
  /// The parameters before anything is known.
  let initial: [NamedParameter]?
  /// What log-densities are to be compared with; `nil` where that is not known.
  let scale: DensityScale?
  /// Whether parameters are tied or fixed, so that others search for the maximum.
  var isSearched = false

  /// The family for `columns` columns.
  ///
  /// - Throws: `script` where the initial parameters won't do.
  init(
    _ functions: ScriptFunctions, columns: Int, initial: [String: ParameterValue]?,
    scale: DensityScale? = nil
  ) throws {
    let bare = ScriptFamily(functions, columns, initial: nil, scale)
    self = ScriptFamily(
      functions, columns, initial: try initial.map { try bare.checked($0, "initial").parameters },
      scale)
  }

  private init(
    _ functions: ScriptFunctions, _ dimension: Int, initial: [NamedParameter]?,
    _ scale: DensityScale?
  ) {
    (self.functions, self.dimension) = (functions, dimension)
    (self.initial, self.scale) = (initial, scale)
  }

  var name: String { functions.name }
  var origin: String? { "em.family" }
  var maximumConcurrency: Int { 1 }
  var rowsPerBlock: Int { 8192 }
  func support(ofColumn j: Int) -> Support { functions.support }

  func neutralComponents(_ k: Int) throws -> [ScriptComponent] {
    let component = try initial.map { try made(of: $0, "initial") } ?? ScriptComponent([])
    return Array(repeating: component, count: k)
  }

  func prepare(_ components: [ScriptComponent]) throws -> any PreparedMixture<Statistics> {
    try ScriptMixture(functions, components)
  }

  /// The script's M step.
  func estimate(_ statistics: Statistics, counts: [Double], previous: [ScriptComponent]) throws
    -> [ScriptComponent]
  {
    let total = counts.reduce(0, +)
    guard let function = functions.estimate else {
      return previous.indices.map { k in
        var component = previous[k]
        component.height = counts[k] > 0 ? statistics[k].logDensity / counts[k] : nil
        return component
      }
    }
    return try previous.indices.map { k in
      // What has no rows keeps its parameters.
      guard counts[k] > total * 1e-15, let sum = statistics[k].sum else {
        guard previous[k].parameters.isEmpty else { return previous[k] }
        throw EmulsionError(.degenerate, "component \(k + 1) of the start has no rows")
      }
      let before: (any LuaConvertible) =
        previous[k].parameters.isEmpty ? LuaValue.nil : previous[k].parameters.record
      let value = try functions.call(
        function, "estimate", Pushed(sum.scriptValue(in: function.context)), Pushed(before))
      var component = try made(of: functions.parameters(value, "estimate"), "estimate")
      component.height = statistics[k].logDensity / counts[k]
      return component
    }
  }

  /// The script's M step, or one by looks at the log-density.
  func estimate(
    _ statistics: Statistics, counts: [Double], previous: [ScriptComponent],
    remeasured: (_ trial: [ScriptComponent]) throws -> Statistics
  ) throws -> [ScriptComponent] {
    guard functions.isNumeric && !isSearched else {
      return try estimate(statistics, counts: counts, previous: previous)
    }
    return try maximised(statistics, counts: counts, previous: previous, remeasured)
  }

  func freeParameters(_ components: [ScriptComponent]) -> Int {
    components.reduce(0) { $0 + $1.freeParameters }
  }

  /// One row.
  func sample(_ component: ScriptComponent, using random: inout CounterRandom) throws -> [Double] {
    guard let function = functions.sample else {
      throw EmulsionError(
        .invalidOption,
        "the family \"\(name)\" can't be drawn from: give em.family a function sample(p, random)")
    }
    let source = RandomObject(random)
    let value = try functions.call(function, "sample", component.parameters.record, source)
    random = source.random
    let row = try value.number.map { [$0] } ?? value.numberList()
    guard let row, row.count == dimension else {
      let what = dimension == 1 ? "a number" : "a list of \(dimension) numbers"
      let found = row.map { "\($0.count) numbers" } ?? value.explanation
      throw functions.failure("sample", "must return \(what), not \(found)")
    }
    if let wrong = row.first(where: { !$0.isFinite }) {
      throw functions.failure("sample", "returned \(wrong.formatted(significant: 6))")
    }
    return row
  }

  /// One component by the script, drawn anew for each.
  func start(_ context: StartContext) throws -> Start? {
    guard let function = functions.start else { return nil }
    let data = MatrixObject(try Matrix(reading: context.data))
    let source = RandomObject(context.random)
    return .parameters(
      try (0..<context.components).map { _ in
        try functions.parameters(functions.call(function, "start", data, source), "start")
      }, weights: nil)
  }
}
