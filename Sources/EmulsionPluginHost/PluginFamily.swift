import CEmulsionPlugin
import Emulsion

/// A family whose components are evaluated one by one.
struct PluginFamily: LibraryFamily, ComponentwiseFamily {
  typealias ComponentStatistics = Sums

  let functions: PluginFunctions
  let dimension: Int
  private let statisticCount: Int

  init(_ functions: PluginFunctions, columns: Int) throws {
    self.functions = functions
    dimension = columns
    statisticCount = try Self.checkedStatisticCount(functions, columns: columns)
    _ = try checkedFreeParameters(of: 1)
  }

  /// Sums that are followed by numbers that must not be touched.
  private static let mostGuarded = 64

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

  func estimate(_ statistics: [Sums], counts: [Double], previous: [PluginComponent]) throws
    -> [PluginComponent]
  { try estimate(counts, previous: previous) { statistics[$0].values } }
}

extension Block {
  /// The block as the interface has it.
  func withPluginBlock<Result>(
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
