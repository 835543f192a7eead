/// Components in some of the columns, as what rows with values in these alone make of a mixture: their
/// densities, and the sums that the M step is to be given.
///
/// Sums are taken of the columns that have values; once a chunk they are completed to those that are
/// expected of all columns.
public struct ObservedMixture<Part: SufficientStatistics, Whole: SufficientStatistics>:
  PreparedMixture
{
  let part: (any PreparedMixture<Part>)?
  let columns: [Int]
  let components: Int
  let completed: @Sendable (Part?, [Double]) -> Whole

  /// - Parameters:
  ///   - part: The components in the columns, made ready; `nil` where there are none.
  ///   - columns: These columns, ascending.
  ///   - components: K.
  ///   - completed: The sums of all columns, from those of the part and the summed weight of each component.
  public init(
    _ part: (any PreparedMixture<Part>)?, columns: [Int], components: Int,
    completed: @escaping @Sendable (_ sums: Part?, _ counts: [Double]) -> Whole
  ) {
    self.part = part
    self.columns = columns
    self.components = components
    self.completed = completed
  }

  /// A worker that looks at the columns alone.
  public func makeWorker(lanes: Int) -> any BlockWorker<Whole> {
    ObservedWorker(self, lanes: lanes)
  }
}

private final class ObservedWorker<Part: SufficientStatistics, Whole: SufficientStatistics>:
  BlockWorker
{
  private let mixture: ObservedMixture<Part, Whole>
  private let part: (any BlockWorker<Part>)?
  private var buffer: BlockBuffer
  private var counts: [Double]

  init(_ mixture: ObservedMixture<Part, Whole>, lanes: Int) {
    self.mixture = mixture
    part = mixture.part?.makeWorker(lanes: lanes)
    buffer = BlockBuffer(columns: max(1, mixture.columns.count), capacity: lanes)
    counts = .zeros(mixture.components)
  }

  func addLogDensities(of block: borrowing Block, to joint: inout Joint) throws {
    guard let part else { return }
    buffer.copy(block, rows: 0..<block.rows, columns: mixture.columns)
    try Self.add(buffer, part, &joint)
  }

  private static func add(
    _ buffer: borrowing BlockBuffer, _ part: any BlockWorker<Part>, _ joint: inout Joint
  ) throws {
    try part.addLogDensities(of: buffer.block, to: &joint)
  }

  func accumulate(_ block: borrowing Block, responsibilities: borrowing Joint) throws {
    responsibilities.addRowSums(rows: block.rows, to: &counts)
    // The buffer still holds the block, which was evaluated right before.
    if let part { try Self.accumulate(buffer, part, responsibilities) }
  }

  private static func accumulate(
    _ buffer: borrowing BlockBuffer, _ part: any BlockWorker<Part>,
    _ responsibilities: borrowing Joint
  ) throws {
    try part.accumulate(buffer.block, responsibilities: responsibilities)
  }

  func takeStatistics() -> Whole {
    defer { counts = .zeros(mixture.components) }
    return mixture.completed(part?.takeStatistics(), counts)
  }
}

extension BlockBuffer {
  /// Becomes a copy of some rows of a block in some of its columns.
  mutating func copy(_ block: borrowing Block, rows: Range<Int>, columns: [Int]) {
    let records = rows.map { block.rowID($0) }
    begin(records.span)
    for (j, column) in columns.enumerated() {
      let values = block.column(column)
      withColumn(j) { lanes in
        for i in lanes.indices { lanes[i] = values[rows.lowerBound + i] }
      }
    }
  }
}

/// The components for rows some of whose cells have no value: a mixture for every pattern.
struct IncompleteMixture<Statistics: SufficientStatistics>: PreparedMixture {
  let missing: MissingCells
  let parts: [any PreparedMixture<Statistics>]
  let components: Int
  let dimension: Int

  func makeWorker(lanes: Int) -> any BlockWorker<Statistics> {
    IncompleteWorker(self, lanes: lanes)
  }
}

private final class IncompleteWorker<Statistics: SufficientStatistics>: BlockWorker {
  private let mixture: IncompleteMixture<Statistics>
  private let lanes: Int
  private let columns: [Int]
  /// One a pattern, made when it is first met.
  private var workers: [(any BlockWorker<Statistics>)?]
  private var used: [Int] = []
  /// The rows of one pattern among those of a block.
  private var buffer: BlockBuffer
  private var joint: Joint
  /// Where each pattern begins and ends in the block at hand.
  private var runs: [(pattern: Int, rows: Range<Int>)] = []

  init(_ mixture: IncompleteMixture<Statistics>, lanes: Int) {
    self.mixture = mixture
    self.lanes = lanes
    columns = Array(0..<mixture.dimension)
    workers = mixture.parts.map { _ in nil }
    buffer = BlockBuffer(columns: mixture.dimension, capacity: lanes)
    joint = Joint(components: mixture.components, lanes: lanes)
  }

  private func worker(_ pattern: Int) -> any BlockWorker<Statistics> {
    if let worker = workers[pattern] { return worker }
    let worker = mixture.parts[pattern].makeWorker(lanes: lanes)
    workers[pattern] = worker
    used.append(pattern)
    return worker
  }

  func addLogDensities(of block: borrowing Block, to joint: inout Joint) throws {
    runs.removeAll(keepingCapacity: true)
    for i in 0..<block.rows {
      let pattern = mixture.missing.pattern(of: block, row: i)
      if let last = runs.last, last.pattern == pattern {
        runs[runs.count - 1].rows = last.rows.lowerBound..<i + 1
      } else {
        runs.append((pattern, i..<i + 1))
      }
    }
    if runs.count == 1 {
      return try worker(runs[0].pattern).addLogDensities(of: block, to: &joint)
    }
    for run in runs {
      try evaluate(block, run)
      for k in 0..<mixture.components {
        var lanes = joint[component: k]
        let own = self.joint.lanes(k, run.rows.count)
        for i in own.indices { lanes[run.rows.lowerBound + i] += own[i] }
      }
    }
  }

  /// Leaves the rows of a run in the buffer, and their log-densities in the joint.
  private func evaluate(_ block: borrowing Block, _ run: (pattern: Int, rows: Range<Int>)) throws {
    buffer.copy(block, rows: run.rows, columns: columns)
    joint.begin(.zeros(mixture.components), rows: run.rows.count)
    try Self.add(buffer, worker(run.pattern), &joint)
    joint.settle()
  }

  private static func add(
    _ buffer: borrowing BlockBuffer, _ worker: any BlockWorker<Statistics>, _ joint: inout Joint
  ) throws {
    try worker.addLogDensities(of: buffer.block, to: &joint)
  }

  func accumulate(_ block: borrowing Block, responsibilities: borrowing Joint) throws {
    if runs.count == 1 {
      return try worker(runs[0].pattern).accumulate(block, responsibilities: responsibilities)
    }
    for run in runs {
      // Workers rest on having evaluated right before what they are to add.
      try evaluate(block, run)
      for k in 0..<mixture.components {
        let all = responsibilities.lanes(k, block.rows)
        var own = joint[component: k]
        for i in 0..<run.rows.count { own[i] = all[run.rows.lowerBound + i] }
      }
      joint.clearPadding(from: run.rows.count)
      try Self.accumulate(buffer, worker(run.pattern), joint)
    }
  }

  private static func accumulate(
    _ buffer: borrowing BlockBuffer, _ worker: any BlockWorker<Statistics>,
    _ responsibilities: borrowing Joint
  ) throws {
    try worker.accumulate(buffer.block, responsibilities: responsibilities)
  }

  func takeStatistics() -> Statistics {
    if used.isEmpty { _ = worker(0) }
    var sums = worker(used[0]).takeStatistics()
    for pattern in used.dropFirst() {
      // Sums of one family merge.
      try? sums.merge(worker(pattern).takeStatistics())
    }
    used.removeAll(keepingCapacity: true)
    workers = mixture.parts.map { _ in nil }
    return sums
  }
}

extension ComponentFamily {
  /// None: the components in some of the columns alone are not known.
  public func prepare(_ components: [Component], observing columns: [Int]) throws
    -> any PreparedMixture<Statistics>
  {
    throw EmulsionError(
      .invalidOption,
      "missing: \"likelihood\" needs densities of those columns alone that have values, which the family "
        + "\(quoted(name)) does not tell; use missing = \"drop\"")
  }

  /// None: what errors make of the components is not known.
  public func prepare(
    _ components: [Component], observing columns: [Int], errors: MeasurementErrors
  ) throws -> any PreparedMixture<Statistics> {
    throw EmulsionError(
      .invalidOption,
      "errors: they are there for the family \"gaussian\" alone, and not for algorithm = \"variational\"; leave them "
        + "out, or change that")
  }

  /// Refuses data with errors, or cells that have no value, where the family can do nothing with them.
  func refuseUnobservable(_ data: any DataSource) throws {
    if data.missing != nil || data.errors != nil {
      _ = try prepare(schema.neutralComponents(1), for: data)
    }
  }

  /// Everything the E step needs for these data, which may have errors and cells without a value.
  ///
  /// - Parameter isExact: Whether errors are ignored, as where clusters of the rows as they are begin a fit.
  func prepare(_ components: [Component], for data: any DataSource, isExact: Bool = false) throws
    -> any PreparedMixture<Statistics>
  {
    let dimension = traits.dimension
    let errors = isExact ? nil : data.errors
    func part(_ columns: [Int]) throws -> any PreparedMixture<Statistics> {
      if let errors { return try prepare(components, observing: columns, errors: errors) }
      return columns.count == dimension
        ? try prepare(components) : try prepare(components, observing: columns)
    }
    guard let missing = data.missing else {
      return errors == nil ? try prepare(components) : try part(Array(0..<dimension))
    }
    return IncompleteMixture(
      missing: missing, parts: try missing.patterns.map(part), components: components.count,
      dimension: dimension)
  }
}
