import CEmulsionPlugin
import Emulsion

/// One component of a family in a shared library: its parameters, one after another.
struct PluginComponent: MixtureComponent {
  let values: [Double]
}

/// A family in a shared library for data of so many columns.
///
/// What comes out of the library is checked here, so that the driver meets no number that it would
/// not meet from a family of its own.
struct PluginFamily: ComponentwiseFamily {
  typealias ComponentStatistics = Sums

  let functions: PluginFunctions
  let dimension: Int
  private let statisticCount: Int
  private var table: emulsion_family { functions.table }
  private var columns: UInt32 { UInt32(dimension) }

  /// The family for `columns` columns.
  ///
  /// - Throws: `invalid-data` where it describes another number of them.
  init(_ functions: PluginFunctions, columns: Int) throws {
    if let needed = functions.columns, needed != columns {
      throw EmulsionError(
        .invalidData,
        "the family \"\(functions.name)\" describes \(needed.counted("column")), but the data have \(columns)"
      )
    }
    self.functions = functions
    dimension = columns
    let count = functions.table.statistic_count?(functions.table.context, UInt32(columns)) ?? 0
    guard (0...1 << 24).contains(count) else {
      let number = UInt(bitPattern: count)
      throw functions.failure("statistic_count", "gave \(number), which is too many")
    }
    statisticCount = count
    _ = try checkedFreeParameters(of: 1)
  }

  /// What the library says of the free parameters of `k` components; `nil` where it doesn't.
  private func checkedFreeParameters(of k: Int) throws -> Int? {
    // Sizes of C are read as signed numbers: those from 2⁶³ are negative.
    guard let count = table.free_parameters?(table.context, columns, k) else { return nil }
    guard (0...Self.mostFreeParameters).contains(count) else {
      let number = UInt(bitPattern: count)
      throw functions.failure(
        "free_parameters",
        "gave \(number) for \(k) component\(k == 1 ? "" : "s"), which is too many")
    }
    return count
  }

  /// Sums that are followed by numbers that must not be touched.
  private static let mostGuarded = 64

  /// More no data could tell; sums of them stay whole numbers.
  private static let mostFreeParameters = 1 << 40

  var name: String { functions.name }
  var maximumConcurrency: Int { functions.maximumConcurrency }

  func support(ofColumn j: Int) -> Support {
    let table = functions
    guard table.table.supports != nil else { return .real }
    return Support(functions.support.description) {
      table.table.supports?(table.table.context, UInt32(j), $0) != 0
    }
  }

  func neutralComponents(_ k: Int) throws -> [PluginComponent] {
    let values = try functions.parameterValues("neutral", columns: dimension) {
      table.neutral?(table.context, columns, $0, $1)
    }
    return Array(repeating: PluginComponent(values: values), count: k)
  }

  func emptyStatistics() -> Sums { Sums(count: statisticCount) }

  func addLogDensity(
    of block: borrowing Block, under component: PluginComponent, to lanes: inout MutableSpan<Double>
  ) throws {
    let rows = block.rows
    let wrong = try block.withPluginBlock { block in
      try lanes.withUnsafeMutableBufferPointer { lanes -> Int? in
        try functions.call("add_log_density") {
          table.add_log_density?(table.context, block, component.values, lanes.baseAddress, $0)
        }
        let filled = UnsafeBufferPointer(rebasing: lanes[..<rows])
        // One sum finds NaN and +∞ of any row; −∞ is a density of 0.
        if Lanes.sum(filled.span) < .infinity { return nil }
        return filled.firstIndex { !($0 < .infinity) }
      }
    }
    guard let wrong else { return }
    let value = lanes[wrong].formatted(significant: 6)
    throw functions.failure("add_log_density", "gave \(value) for row \(block.rowID(wrong) + 1)")
  }

  func accumulate(
    _ block: borrowing Block, weights: Span<Double>, under component: PluginComponent,
    into sums: inout Sums
  ) throws {
    try block.withPluginBlock { block in
      try weights.withUnsafeBufferPointer { weights in
        func add(to sums: UnsafeMutablePointer<Double>?) throws {
          try functions.call("accumulate") {
            table.accumulate?(
              table.context, block, weights.baseAddress, component.values, sums, $0)
          }
        }
        // To copy many would cost more than they are worth.
        if sums.values.count <= Self.mostGuarded {
          sums.values = try functions.guarded(sums.values, "accumulate", add)
        } else {
          try sums.values.withUnsafeMutableBufferPointer { try add(to: $0.baseAddress) }
        }
      }
    }
  }

  /// The M step of each component; one without rows keeps its parameters.
  func estimate(_ statistics: [Sums], counts: [Double], previous: [PluginComponent]) throws
    -> [PluginComponent]
  {
    let total = counts.reduce(0, +)
    _ = try checkedFreeParameters(of: previous.count)
    return try previous.indices.map { k in
      guard counts[k] > total * 1e-15 else { return previous[k] }
      let sums = statistics[k].values
      if let place = sums.firstIndex(where: { !$0.isFinite }) {
        throw functions.failure(
          "accumulate", "sum \(place + 1) came out as \(sums[place].formatted(significant: 6))")
      }
      return PluginComponent(
        values: try functions.parameterValues("estimate", columns: dimension) {
          table.estimate?(table.context, columns, sums, counts[k], previous[k].values, $0, $1)
        })
    }
  }

  func freeParameters(_ components: [PluginComponent]) -> Int {
    // What it must not be was an error of the M step.
    let count = try? checkedFreeParameters(of: components.count)
    return (count ?? nil) ?? components.count * functions.parameters.count(dimension)
  }
}

extension Block {
  /// The block as the interface has it.
  fileprivate func withPluginBlock<Result>(
    _ body: (UnsafePointer<emulsion_block>) throws -> Result
  ) rethrows -> Result {
    let (rows, columns) = (rows, columns)
    return try withStorage { values, stride in
      var block = emulsion_block(
        values: values, stride: stride, rows: rows, columns: UInt32(columns))
      return try withUnsafePointer(to: &block, body)
    }
  }
}
