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
protocol LibraryFamily: WholeFamily where Component == PluginComponent {
  var functions: PluginFunctions { get }
  var dimension: Int { get }

  /// The family for `columns` columns.
  ///
  /// - Throws: `invalid-data` where it describes another number of them.
  init(_ functions: PluginFunctions, columns: Int) throws
}

/// More free parameters no data could tell; sums of them stay whole numbers.
private let mostFreeParameters = 1 << 40

extension LibraryFamily {
  var table: emulsion_family { functions.table }
  var columns: UInt32 { UInt32(dimension) }

  /// The number of sums, where the library describes so many columns and counts what is sensible.
  static func checkedStatisticCount(_ functions: PluginFunctions, columns: Int) throws -> Int {
    if let needed = functions.columns, needed != columns {
      throw EmulsionError(
        .invalidData,
        "the family \"\(functions.name)\" describes \(needed.counted("column")), but the data have \(columns)"
      )
    }
    let count = functions.table.statistic_count?(functions.table.context, UInt32(columns)) ?? 0
    guard (0...1 << 24).contains(count) else {
      let number = UInt(bitPattern: count)
      throw functions.failure("statistic_count", "gave \(number), which is too many")
    }
    return count
  }

  /// What the library says of the free parameters of `k` components; `nil` where it doesn't.
  func checkedFreeParameters(of k: Int) throws -> Int? {
    // Sizes of C are read as signed numbers: those from 2⁶³ are negative.
    guard let count = table.free_parameters?(table.context, columns, k) else { return nil }
    guard (0...mostFreeParameters).contains(count) else {
      let number = UInt(bitPattern: count)
      throw functions.failure(
        "free_parameters", "gave \(number) for \(k.counted("component")), which is too many")
    }
    return count
  }

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

  /// The M step of each component from its sums; one without rows keeps its parameters.
  func estimate(_ counts: [Double], previous: [PluginComponent], sums: (_ k: Int) -> [Double])
    throws
    -> [PluginComponent]
  {
    let total = counts.reduce(0, +)
    _ = try checkedFreeParameters(of: previous.count)
    return try previous.indices.map { k in
      guard counts[k] > total * 1e-15 else { return previous[k] }
      let sums = sums(k)
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
