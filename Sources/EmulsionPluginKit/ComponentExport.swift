import CEmulsionPlugin
import Emulsion
import Synchronization

/// A family whose components are estimated apart from each other, one component at a time.
///
/// Every call prepares the component anew: blocks of 256 rows make that small against densities that take
/// a while, and more than all the rest for the simplest ones. Exponential families tell their features instead.
final class ComponentExport<Family: ComponentFamily>: ExportedFamily
where Family.Statistics: NumberedStatistics {
  let columns: Int
  let name: String
  let parameters: [(name: String, domain: String, shape: Int32)]
  let support: String
  let maximumThreads: Int
  private let make: @Sendable (_ columns: Int) throws -> Family
  private let made = Mutex<[Int: Family]>([:])
  /// By column: every number of the data is asked for.
  private let columnSupports = Mutex<[Support]>([])

  /// - Parameter columns: How many columns it describes; 0 for any.
  /// - Throws: What `make` throws, and `invalid-option` for parameters that are no number, no number a
  ///   column and no matrix of the columns.
  init(columns: Int, _ make: @escaping @Sendable (_ columns: Int) throws -> Family) throws {
    // Two columns tell a number from a vector of one and from a matrix.
    let probe = try make(columns == 0 ? 2 : columns)
    self.columns = columns
    self.make = make
    name = probe.name
    support = probe.traits.support(ofColumn: 0).description
    maximumThreads = probe.traits.maximumConcurrency == .max ? 0 : probe.traits.maximumConcurrency
    let d = probe.traits.dimension
    parameters = try probe.schema.parameters(of: Self.neutral(probe)).map {
      ($0.name, "finite numbers", try $0.value.shape(columns: d))
    }
  }

  private static func neutral(_ family: Family) throws -> Family.Component {
    guard let component = try family.schema.neutralComponents(1).first else {
      throw EmulsionError(.invalidOption, "\(family.name) has no neutral component")
    }
    return component
  }

  private func family(_ columns: Int) throws -> Family {
    if let family = made.withLock({ $0[columns] }) { return family }
    let family = try make(columns)
    made.withLock { $0[columns] = family }
    return family
  }

  private func component(_ values: [Double], of family: Family) throws -> Family.Component {
    let d = family.traits.dimension
    var rest = values[...]
    var named: [String: ParameterValue] = [:]
    for (name, _, shape) in parameters {
      let count = shape == EMULSION_MATRIX ? d * d : shape == EMULSION_VECTOR ? d : 1
      let own = [Double](rest.prefix(count))
      rest = rest.dropFirst(count)
      named[name] =
        shape == EMULSION_MATRIX
        ? .matrix(Matrix(rows: d, columns: d, values: own))
        : shape == EMULSION_VECTOR && d > 1 ? .vector(own) : .scalar(own[0])
    }
    return try family.schema.component(from: named)
  }

  private func numbers(_ component: Family.Component, of family: Family) -> [Double] {
    family.schema.parameters(of: component).flatMap(\.value.numbers)
  }

  func supports(_ column: Int, _ value: Double) -> Bool {
    support(ofColumn: column)?.contains(value) ?? false
  }

  private func support(ofColumn j: Int) -> Support? {
    if let known = columnSupports.withLock({ $0.indices.contains(j) ? $0[j] : nil }) {
      return known
    }
    guard let family = try? family(columns == 0 ? max(2, j + 1) : columns) else { return nil }
    let supports = (0...j).map { family.traits.support(ofColumn: $0) }
    columnSupports.withLock { $0 = supports.count > $0.count ? supports : $0 }
    return supports[j]
  }

  func allows(_ parameter: Int, _ value: Double) -> Bool { value.isFinite }

  func statisticCount(_ columns: Int) -> Int {
    guard let family = try? family(columns), let neutral = try? Self.neutral(family),
      let mixture = try? family.prepare([neutral])
    else { return 0 }
    return mixture.makeWorker(lanes: 1).takeStatistics().numbers.count
  }

  func neutral(_ columns: Int) throws -> [Double] {
    let family = try family(columns)
    return numbers(try Self.neutral(family), of: family)
  }

  func addLogDensity(
    of block: borrowing Block, _ parameters: [Double], to lanes: inout MutableSpan<Double>
  ) throws {
    let rows = block.rows
    var joint = Joint(components: 1, lanes: rows)
    _ = try evaluate(block, parameters, into: &joint)
    let densities = joint.lanes(0, rows)
    for i in 0..<rows { lanes[i] += densities[i] }
  }

  func accumulate(
    _ block: borrowing Block, weights: Span<Double>, _ parameters: [Double],
    into sums: UnsafeMutableBufferPointer<Double>
  ) throws {
    // Sums may rest on what the log-densities left behind.
    var joint = Joint(components: 1, lanes: block.rows)
    let worker = try evaluate(block, parameters, into: &joint)
    var lanes = joint[component: 0]
    for i in lanes.indices { lanes[i] = i < weights.count ? weights[i] : 0 }
    try worker.accumulate(block, responsibilities: joint)
    for (i, value) in worker.takeStatistics().numbers.enumerated() where i < sums.count {
      sums[i] += value
    }
  }

  private func evaluate(
    _ block: borrowing Block, _ parameters: [Double], into joint: inout Joint
  ) throws -> any BlockWorker<Family.Statistics> {
    let family = try family(block.columns)
    let mixture = try family.prepare([component(parameters, of: family)])
    let worker = mixture.makeWorker(lanes: block.rows)
    try worker.addLogDensities(of: block, to: &joint)
    return worker
  }

  func estimate(_ columns: Int, sums: [Double], count: Double, previous: [Double]) throws
    -> [Double]
  {
    let family = try family(columns)
    let before = try component(previous, of: family)
    var statistics = try family.prepare([before]).makeWorker(lanes: 1).takeStatistics()
    statistics.numbers = sums
    let estimates = try family.estimate(statistics, counts: [count], previous: [before])
    return numbers(estimates.first ?? before, of: family)
  }

  func sample(_ columns: Int, _ parameters: [Double], using random: inout CounterRandom) throws
    -> [Double]
  {
    let family = try family(columns)
    return try family.properties.sample(component(parameters, of: family), using: &random)
  }

  func freeParameters(_ columns: Int, components: Int) -> Int {
    guard let family = try? family(columns),
      let neutral = try? family.schema.neutralComponents(components)
    else { return 0 }
    return family.schema.freeParameters(neutral)
  }

  func moments(_ columns: Int, _ parameters: [Double]) throws -> Moments? {
    let family = try family(columns)
    return family.properties.moments(of: try component(parameters, of: family))
  }

  func problem(_ columns: Int, _ parameters: [Double], count: Double) -> String? {
    guard let family = try? family(columns), let own = try? component(parameters, of: family)
    else { return nil }
    return family.properties.diagnose([own], counts: [count]).first?.problem
  }
}

extension ComponentExport: ExportedNaturalForm where Family: ExponentialFamily {
  func writeFeatures(
    of block: borrowing Block, into lanes: UnsafeMutablePointer<Double>, stride: Int
  ) throws {
    let family = try family(block.columns)
    try LaneMatrix.withLanes(at: lanes, rows: family.featureCount, stride: stride) { features in
      try family.writeFeatures(of: block, about: [], into: &features)
    }
  }

  /// Features of the interface are about no point: components that need one are evaluated apart.
  func naturalForm(_ columns: Int, _ parameters: [Double]) throws -> (
    eta: [Double], offset: Double
  )? {
    let family = try family(columns)
    let component = try component(parameters, of: family)
    let references = family.references(for: [component])
    guard references.own == [nil], references.shared.isEmpty else { return nil }
    var eta = [Double](repeating: 0, count: family.featureCount)
    var span = eta.mutableSpan
    let offset = try family.writeNaturalParameters(of: component, about: [], into: &span)
    return (eta, offset)
  }

  var hasBaseMeasure: Bool { (try? family(columns == 0 ? 2 : columns))?.hasBaseMeasure ?? false }

  func addLogBaseMeasure(of block: borrowing Block, to lanes: inout MutableSpan<Double>) throws {
    try family(block.columns).addLogBaseMeasure(of: block, to: &lanes)
  }
}

extension ParameterValue {
  fileprivate func shape(columns d: Int) throws -> Int32 {
    switch self {
    case .scalar: return EMULSION_SCALAR
    case .vector(let numbers) where numbers.count == d: return EMULSION_VECTOR
    case .matrix(let matrix) where matrix.rows == d && matrix.columns == d: return EMULSION_MATRIX
    case .covariance(let covariance) where covariance.dimension == d: return EMULSION_MATRIX
    default:
      throw EmulsionError(
        .invalidOption, "parameters of a plugin are numbers, a number a column, or d × d matrices")
    }
  }
}
