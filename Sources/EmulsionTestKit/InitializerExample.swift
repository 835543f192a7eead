import Emulsion
import Synchronization

/// An initializer with rows to try it on.
///
///     #expect(InitializerExample(Quartiles()).violations().isEmpty)
public struct InitializerExample: Sendable {
  let initializer: any Initializer
  let data: MatrixSource
  let components: Int

  /// Makes an example.
  ///
  /// - Parameters:
  ///   - initializer: The initializer.
  ///   - data: Rows to begin on; three clusters in two columns where `nil`.
  ///   - components: The number of components.
  public init(_ initializer: any Initializer, data: MatrixSource? = nil, components: Int = 3) {
    self.initializer = initializer
    self.components = components
    var random = CounterRandom(seed: 11)
    self.data =
      data
      ?? MatrixSource(
        Matrix(
          rows: 150, columns: 2,
          values: (0..<300).map { random.normal() + 4 * Double($0 / 2 % 3) * Double(1 - $0 % 2) }))
  }

  /// Everything in which the initializer breaks what fits rest on, a sentence each; none for a sound one.
  public func violations() -> [String] {
    let laws: [(String, () throws -> [String])] = [
      ("shares", shareProblems), ("seed", seedProblems), ("restarts", restartProblems),
      ("fit", fitProblems), ("one component", oneProblems), ("weights", weightProblems),
    ]
    return laws.flatMap { name, law in
      do { return try law().map { "\(name): \($0)" } } catch {
        return ["\(name): it fails with the error: \(error)"]
      }
    }
  }

  private func options(_ components: Int) -> FitOptions {
    var options = FitOptions()
    options.initializer = initializer
    (options.components, options.restarts) = (components, 1)
    return options
  }

  /// The numbers of the parameters that a start makes, before any step.
  private func start(_ components: Int, seed: UInt64 = 0, restarts: Int = 1) throws -> [Double] {
    var options = options(components)
    (options.seed, options.restarts, options.maximumIterations) = (seed, restarts, 0)
    let model = try Catalogue.standard.fit(data, options)
    return model.weights + model.parameters.flatMap { $0.flatMap(\.value.numbers) }
  }

  /// Every row is shared out whole, and no component begins without rows.
  private func shareProblems() throws -> [String] {
    let probe = Probe(initializer)
    var options = options(components)
    (options.initializer, options.maximumIterations) = (probe, 0)
    let model = try Catalogue.standard.fit(data, options)
    var problems = probe.problems
    if model.components != components {
      problems.append("\(components) components are asked for, but there are \(model.components)")
    }
    if model.weights.contains(where: { !($0 > 0) }) {
      problems.append("a component begins without rows")
    }
    return problems
  }

  private func seedProblems() throws -> [String] {
    try start(components, seed: 3) == start(components, seed: 3)
      ? [] : ["two starts with one seed differ: random numbers must come from the context"]
  }

  /// Restarts differ where it does not say that all are the same.
  private func restartProblems() throws -> [String] {
    guard !initializer.isDeterministic && !initializer.isGiven else { return [] }
    let starts = try Set((0..<8 as Range<UInt64>).map { try start(components, seed: $0) })
    return starts.count > 1
      ? [] : ["eight seeds make one start: it should say that it is deterministic"]
  }

  private func fitProblems() throws -> [String] {
    let model = try Catalogue.standard.fit(data, options(components))
    let one = try Catalogue.standard.fit(data, options(1))
    return model.logLikelihood >= one.logLikelihood - 1e-9 * abs(one.logLikelihood)
      ? [] : ["a fit of \(components) components is worse than one of 1"]
  }

  private func oneProblems() throws -> [String] {
    let weights = try Catalogue.standard.fit(data, options(1)).weights
    return weights == [1] ? [] : ["the weight of one component is \(weights)"]
  }

  /// Rows of weight 0 do nothing to a fit.
  private func weightProblems() throws -> [String] {
    guard !initializer.isGiven else { return [] }
    var rows = data.matrix
    rows.values += Array(repeating: 1e6, count: data.columns)
    rows = Matrix(rows: data.rows + 1, columns: data.columns, values: rows.values)
    let weights = Array(repeating: 1.0, count: data.rows) + [0]
    let model = try Catalogue.standard.fit(
      MatrixSource(rows, columnNames: data.columnNames, weights: weights), options(components))
    guard let means = model.means else { return [] }
    return means.values.allSatisfy { abs($0) < 1e5 }
      ? [] : ["a row of weight 0 has a component of its own"]
  }
}

/// An initializer that looks at the responsibilities that another one makes.
private final class Probe: Initializer {
  private let base: any Initializer
  private let found = Mutex<[String]>([])

  init(_ base: any Initializer) { self.base = base }

  var name: String { base.name }
  var isGiven: Bool { base.isGiven }
  var isDeterministic: Bool { base.isDeterministic }
  var isConfinedToCaller: Bool { base.isConfinedToCaller }
  var needsSample: Bool { base.needsSample }
  var problems: [String] { found.withLock { $0 } }

  func start(_ context: StartContext) throws -> Start {
    let start = try base.start(context)
    switch start {
    case .responsibilities(let rule): try check(rule, context)
    case .parameters(let list, let weights):
      if list.count != context.components {
        note("\(context.components) components are asked for, but it gives \(list.count)")
      }
      if let weights, abs(weights.reduce(0, +) - 1) > 1e-6 {
        note("the weights of a start sum to \(weights.reduce(0, +)), not to 1")
      }
    }
    return start
  }

  private func note(_ problem: String) { found.withLock { $0.append(problem) } }

  private func check(_ rule: any PosteriorTransform, _ context: StartContext) throws {
    let lanes = 256
    var buffer = BlockBuffer(columns: context.data.columns, capacity: lanes)
    let rows = min(lanes, context.data.rows)
    try context.data.read(0..<rows, into: &buffer)
    var joint = Joint(components: context.components, lanes: lanes)
    var logDensity = [Double](repeating: 0, count: lanes)
    var span = logDensity.mutableSpan
    rule.transform(&joint, block: buffer.block, logDensity: &span)
    for i in 0..<rows {
      let shares = (0..<context.components).map { joint.lanes($0, rows)[i] }
      let sum = shares.reduce(0, +)
      if !(abs(sum - 1) < 1e-6) || shares.contains(where: { !($0 >= 0) }) {
        return note(
          "the responsibilities of row \(i + 1) must be at least 0 and sum to 1, not to \(sum)")
      }
    }
  }
}

/// A selection criterion with figures to try it on.
public struct CriterionExample: Sendable {
  let criterion: any SelectionCriterion

  /// Makes an example.
  public init(_ criterion: any SelectionCriterion) { self.criterion = criterion }

  private func figures(_ logLikelihood: Double, needed: Bool = true) -> FitFigures {
    var figures = FitFigures(
      components: 3, logLikelihood: logLikelihood, freeParameters: 11, totalWeight: 272,
      logMAP: -20, entropy: 35)
    if needed {
      figures.heldOutLogLikelihood = logLikelihood - 20
      figures.oneComponentLogLikelihood = -2000
    }
    return figures
  }

  /// Everything that is wrong with it, a sentence each.
  public func violations() -> [String] {
    var problems: [String] = []
    if criterion.name.isEmpty || criterion.name.contains(where: \.isWhitespace) {
      problems.append("name: a name is a word")
    }
    let (low, high) = (
      criterion.value(of: figures(-1200)), criterion.value(of: figures(-1100))
    )
    if !low.isFinite || !high.isFinite {
      problems.append("value: the value of a sound fit is \(low)")
    } else if high > low {
      problems.append(
        "order: smaller is better, but a fit of a larger likelihood has \(high) in place of \(low)")
    }
    if !criterion.needsHeldOutRows && !criterion.needsOneComponent {
      let alone = criterion.value(of: figures(-1200, needed: false))
      if alone != low {
        problems.append("needs: it uses what it does not say that it needs")
      }
    }
    if !(0...12).contains(criterion.decimals) {
      problems.append("decimals: tables show 0 to 12 of them, not \(criterion.decimals)")
    }
    return problems
  }
}
