import Emulsion

/// The summed weight of every count: all that an M step needs, however many rows there are.
public struct CountHistogram: SufficientStatistics {
  /// Counts below this have their place in an array, others in a dictionary.
  private static let limit = 512

  private var low = [Double](repeating: 0, count: limit)
  private var high: [Int: Double] = [:]

  /// Adds `weight` at a count.
  mutating func add(_ count: Double, weight: Double) {
    let value = Int(count)
    if value < Self.limit { low[value] += weight } else { high[value, default: 0] += weight }
  }

  /// The counts that occur with their weights, in ascending order.
  var entries: [(count: Double, weight: Double)] {
    let small = low.enumerated().lazy.filter { $0.element > 0 }.map { (Double($0), $1) }
    let large = high.sorted { $0.key < $1.key }.map { (Double($0.key), $0.value) }
    return Array(small) + large
  }

  /// Adds the weights of other rows.
  public mutating func merge(_ other: CountHistogram) {
    for i in low.indices { low[i] += other.low[i] }
    high.merge(other.high, uniquingKeysWith: +)
  }

  /// Multiplies every weight.
  public mutating func scale(by factor: Double) {
    for i in low.indices { low[i] *= factor }
    high = high.mapValues { $0 * factor }
  }
}
