import Emulsion
import LuaBridge

/// Components of a family that a script defined, with their parameters as Lua tables.
struct ScriptMixture: PreparedMixture {
  struct Part: Sendable {
    /// `p`; `nil` before anything was estimated.
    let parameters: LuaTable?
    /// The points around `p` at which log-densities are summed up, itself first.
    let points: [LuaTable]
    let isTrial: Bool
  }

  let functions: ScriptFunctions
  let logDensity: LuaFunction
  let parts: [Part]

  init(_ functions: ScriptFunctions, _ components: [ScriptComponent]) throws {
    guard let logDensity = functions.logDensity else {
      throw functions.failure("log_density", "there is no such function")
    }
    self.functions = functions
    self.logDensity = logDensity
    let context = logDensity.context
    parts = try components.map { component in
      let space = ParameterSpace(component.parameters, functions.transforms)
      let points = component.differences?.points(around: space.coordinates) ?? []
      return Part(
        parameters: component.parameters.isEmpty
          ? nil : try component.parameters.table(in: context),
        points: try points.map { try space.parameters(at: $0).table(in: context) },
        isTrial: component.isTrial)
    }
  }

  func makeWorker(lanes: Int) -> any BlockWorker<[ScriptStatistics]> { ScriptWorker(self) }
}

extension [NamedParameter] {
  fileprivate func table(in context: LuaContext) throws -> LuaTable {
    let table = try LuaTable(in: context)
    for parameter in self { try table.set(parameter.name, to: parameter.value.scriptValue) }
    return table
  }
}

/// Hands blocks to a script, and checks what comes back.
private final class ScriptWorker: BlockWorker {
  private let mixture: ScriptMixture
  private var functions: ScriptFunctions { mixture.functions }
  private var sums: [ScriptStatistics]
  /// The block that was evaluated last: its columns, copied once.
  private var columns: [[Double]] = []
  private var rows = 0
  private var data = MatrixObject(columns: [], rows: 0)
  /// The log-densities of that block under each component.
  private var densities: [[Double]]

  init(_ mixture: ScriptMixture) {
    self.mixture = mixture
    sums = Self.empty(mixture)
    densities = mixture.parts.map { _ in [] }
  }

  private static func empty(_ mixture: ScriptMixture) -> [ScriptStatistics] {
    mixture.parts.map { _ in ScriptStatistics(family: mixture.functions.name) }
  }

  func addLogDensities(of block: borrowing Block, to joint: inout Joint) throws {
    rows = block.rows
    columns = (0..<block.columns).map { Array(copying: block.column($0)) }
    data = MatrixObject(columns: columns, rows: rows)
    for (k, part) in mixture.parts.enumerated() {
      if part.isTrial { continue }
      guard let parameters = part.parameters else {
        // A component of which nothing is known yet has no density.
        densities[k] = Array(repeating: -.infinity, count: rows)
        var lanes = joint[component: k]
        Lanes.add(densities[k], to: &lanes)
        continue
      }
      densities[k] = try logDensity(parameters)
      // One sum finds NaN and +∞ of any row; −∞ is a density of 0.
      if !(Lanes.sum(densities[k]) < .infinity),
        let i = densities[k].firstIndex(where: { !($0 < .infinity) })
      {
        throw wrong(densities[k][i], row: block.rowID(i), component: k)
      }
      var lanes = joint[component: k]
      Lanes.add(densities[k], to: &lanes)
    }
  }

  private func wrong(_ value: Double, row: Int, component k: Int) -> EmulsionError {
    let number = value.formatted(significant: 6)
    return functions.failure(
      "log_density", "returned \(number) for row \(row + 1) under component \(k + 1)",
      // Infinite is what collapses onto a row; it is another start's turn.
      value.isNaN ? .script : .degenerate)
  }

  /// The block for a script; anew where it has written into the last one.
  private func unchanged() -> MatrixObject {
    if data.isChanged { data = MatrixObject(columns: columns, rows: rows) }
    return data
  }

  /// ln p of the block's rows.
  private func logDensity(_ parameters: LuaTable) throws -> [Double] {
    let value = try functions.call(mixture.logDensity, "log_density", parameters, unchanged())
    let column = value.object(as: MatrixObject.self).flatMap {
      $0.columns == 1 ? $0.column(0) : nil
    }
    guard let values = try column ?? value.numberList() else {
      throw functions.failure(
        "log_density", "must return a Vector, one log-density a row, not \(value.explanation)")
    }
    guard values.count == rows else {
      throw functions.failure(
        "log_density", "must return one log-density a row, \(rows) here, not \(values.count)")
    }
    return values
  }

  func accumulate(_ block: borrowing Block, responsibilities: borrowing Joint) throws {
    for (k, part) in mixture.parts.enumerated() {
      let weights = Array(copying: responsibilities.lanes(k, block.rows))
      guard weights.contains(where: { $0 > 0 }) else { continue }
      let sum = try summed(part, k, weights)
      let values = densities[k]
      let logDensity = part.isTrial ? 0 : Lanes.weightedSum(values.span, weights.span)
      try sums[k].merge(
        ScriptStatistics(family: functions.name, logDensity: logDensity, sum: sum))
    }
  }

  private func summed(_ part: ScriptMixture.Part, _ k: Int, _ weights: [Double]) throws -> Quantity?
  {
    guard !functions.isNumeric else {
      guard !part.points.isEmpty else { return nil }
      return .vector(
        try part.points.enumerated().map { place, parameters in
          let isKnown = place == 0 && !part.isTrial
          let values = try isKnown ? densities[k] : logDensity(parameters)
          return Lanes.weightedSum(values.span, weights.span)
        })
    }
    guard let function = functions.statistics else { return nil }
    var sum = try statistics(function, part, unchanged(), weights)
    if sum.firstWrong("") != nil, let covered = covered(weights) {
      sum = try statistics(function, part, covered, weights)
    }
    if let (place, value) = sum.firstWrong("statistics") {
      throw functions.failure(
        "statistics", "\(place) came out as \(value.formatted(significant: 6))")
    }
    return sum
  }

  private func statistics(
    _ function: LuaFunction, _ part: ScriptMixture.Part, _ data: MatrixObject, _ weights: [Double]
  ) throws -> Quantity {
    let value: LuaValue
    do {
      value = try functions.call(
        function, "statistics", data, VectorObject(weights),
        Pushed(part.parameters.map { LuaValue.table($0) } ?? .nil))
    } catch let error as EmulsionError where error.code == .script && part.parameters == nil {
      throw EmulsionError(
        .script,
        error.message + " (p is nil before anything was estimated, unless there is initial)")
    }
    guard value.table != nil else {
      throw functions.failure(
        "statistics", "must return a table of sums by name, not \(value.explanation)")
    }
    do {
      return try Quantity(value, "statistics")
    } catch let problem as Quantity.Problem {
      throw functions.failure("statistics", problem.text)
    }
  }

  /// The block with rows of weight 0 replaced by one that counts: 0 times what is not finite is not 0.
  private func covered(_ weights: [Double]) -> MatrixObject? {
    guard let model = weights.firstIndex(where: { $0 > 0 }), weights.contains(0) else { return nil }
    var copies = columns
    for j in copies.indices {
      for i in 0..<rows where weights[i] == 0 { copies[j][i] = copies[j][model] }
    }
    return MatrixObject(columns: copies, rows: rows)
  }

  func takeStatistics() -> [ScriptStatistics] {
    defer { sums = Self.empty(mixture) }
    return sums
  }
}

extension [Double] {
  /// The numbers of a span.
  fileprivate init(copying span: Span<Double>) {
    self = span.withUnsafeBufferPointer { Array($0) }
  }
}
