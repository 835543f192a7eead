import CEmulsionPlugin
import Emulsion

/// A family in a shared library that tells its features: one product evaluates all components of a block.
struct NaturalPluginFamily: LibraryFamily, ExponentialFamily {
  let functions: PluginFunctions
  let dimension: Int
  let featureCount: Int
  /// What evaluates components for which the features would lose digits.
  private let componentwise: PluginFamily

  init(_ functions: PluginFunctions, columns: Int) throws {
    self.functions = functions
    dimension = columns
    componentwise = try PluginFamily(functions, columns: columns)
    featureCount = try Self.checkedStatisticCount(functions, columns: columns)
    guard featureCount > 0 else {
      throw functions.failure("statistic_count", "gave 0, but the family has features")
    }
  }

  /// η and −A; `nil` where they would lose digits.
  private func natural(_ component: PluginComponent) throws -> (eta: [Double], offset: Double)? {
    var (offset, isApart) = (Double.nan, false)
    let eta = try functions.guarded([Double](repeating: .nan, count: featureCount), "natural") {
      eta in
      try functions.call("natural") {
        let status = table.natural?(table.context, columns, component.values, eta, &offset, $0)
        isApart = status == EMULSION_APART
        return isApart ? EMULSION_OK : status
      }
    }
    if isApart { return nil }
    if let wrong = (eta + [offset]).first(where: { !$0.isFinite }) {
      throw functions.failure("natural", "gave \(wrong.formatted(significant: 6))")
    }
    return (eta, offset)
  }

  func prepare(_ components: [PluginComponent]) throws -> any PreparedMixture<FeatureSums> {
    guard try components.allSatisfy({ try natural($0) != nil }) else {
      return ApartMixture(base: try componentwise.prepare(components), features: featureCount)
    }
    return try naturalMixture(components)
  }

  /// The sums of components apart depend on these.
  func references(for components: [PluginComponent]) -> References {
    let isNatural = components.allSatisfy { ((try? natural($0)) ?? nil) != nil }
    return References(shared: [], own: components.map { isNatural ? nil : $0.values })
  }

  func writeNaturalParameters(
    of component: PluginComponent, about reference: [Double], into eta: inout MutableSpan<Double>
  ) throws -> Double {
    guard let form = try natural(component) else { return 0 }
    for i in form.eta.indices { eta[i] = form.eta[i] }
    return form.offset
  }

  func writeFeatures(
    of block: borrowing Block, about reference: [Double], into features: inout LaneMatrix
  ) throws {
    let (stride, rows) = (features.stride, block.rows)
    try block.withPluginBlock { block in
      try features.withRows { base in
        try functions.call("features") {
          table.features?(table.context, block, base, stride, $0)
        }
      }
    }
    for i in 0..<featureCount where Lanes.sum(features.lanes(i, rows)).isNaN {
      let lanes = features.lanes(i, rows)
      // Infinities of both signs have no sum either.
      guard let row = lanes.indices.first(where: { lanes[$0].isNaN }) else { continue }
      throw functions.failure(
        "features", "gave nan as feature \(i + 1) of row \(block.rowID(row) + 1)")
    }
  }

  var hasBaseMeasure: Bool { table.add_log_base_measure != nil }

  func addLogBaseMeasure(of block: borrowing Block, to lanes: inout MutableSpan<Double>) throws {
    try block.withPluginBlock { block in
      try lanes.withUnsafeMutableBufferPointer { lanes in
        try functions.call("add_log_base_measure") {
          table.add_log_base_measure?(table.context, block, lanes.baseAddress, $0)
        }
      }
    }
  }

  func estimate(_ statistics: FeatureSums, counts: [Double], previous: [PluginComponent]) throws
    -> [PluginComponent]
  { try estimate(counts, previous: previous) { Array(statistics[$0]) } }
}

/// Components that are evaluated and summed one by one, with sums of the form that features have.
private struct ApartMixture: PreparedMixture {
  let base: any PreparedMixture<[Sums]>
  let features: Int

  func makeWorker(lanes: Int) -> any BlockWorker<FeatureSums> {
    ApartWorker(base.makeWorker(lanes: lanes), features: features)
  }
}

private final class ApartWorker: BlockWorker {
  private let base: any BlockWorker<[Sums]>
  private let features: Int

  init(_ base: any BlockWorker<[Sums]>, features: Int) {
    (self.base, self.features) = (base, features)
  }

  func addLogDensities(of block: borrowing Block, to joint: inout Joint) throws {
    try base.addLogDensities(of: block, to: &joint)
  }

  func accumulate(_ block: borrowing Block, responsibilities: borrowing Joint) throws {
    try base.accumulate(block, responsibilities: responsibilities)
  }

  func takeStatistics() -> FeatureSums {
    let sums = base.takeStatistics()
    var result = FeatureSums(components: sums.count, features: features)
    result.numbers = sums.numbers
    return result
  }
}
