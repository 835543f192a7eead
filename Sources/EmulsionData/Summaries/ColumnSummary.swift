/// What one column holds, in a few numbers.
public enum ColumnSummary: Sendable {
  /// A column of numbers.
  case numbers(NumberSummary)
  /// A column of text.
  case text(TextSummary)
}

/// The distribution of a column of numbers; missing values are left out.
public struct NumberSummary: Sendable {
  /// Number of values that are not missing.
  public let count: Int
  /// Number of missing values.
  public let missing: Int
  /// The mean.
  public let mean: Double
  /// The standard deviation of a sample (divided by count − 1).
  public let standardDeviation: Double
  /// The smallest value.
  public let minimum: Double
  /// The first quartile, interpolated linearly between values (type 7 of Hyndman & Fan, 1996).
  public let lowerQuartile: Double
  /// The median.
  public let median: Double
  /// The third quartile.
  public let upperQuartile: Double
  /// The largest value.
  public let maximum: Double

  /// Summarizes `values`; statistics that do not exist are `NaN`.
  public init(_ values: [Double]) {
    let sorted = values.filter { !$0.isNaN }.sorted()
    count = sorted.count
    missing = values.count - sorted.count
    (mean, standardDeviation) = NumberSummary.moments(sorted)
    minimum = sorted.first ?? .nan
    lowerQuartile = Self.quantile(0.25, ofSorted: sorted)
    median = Self.quantile(0.5, ofSorted: sorted)
    upperQuartile = Self.quantile(0.75, ofSorted: sorted)
    maximum = sorted.last ?? .nan
  }

  /// Between the two nearest of sorted values on a line, as R and NumPy do by default; NaN of none.
  package static func quantile(_ p: Double, ofSorted sorted: [Double]) -> Double {
    guard !sorted.isEmpty else { return .nan }
    let position = p * Double(sorted.count - 1)
    let lower = sorted[Int(position)]
    let upper = sorted[min(Int(position) + 1, sorted.count - 1)]
    let fraction = position.rounded(.down) == position ? 0 : position - position.rounded(.down)
    return fraction == 0 || lower == upper ? lower : lower * (1 - fraction) + upper * fraction
  }

  /// Mean and sample standard deviation, on a scale (a power of two) so that no square overflows.
  package static func moments(_ values: [Double]) -> (mean: Double, standardDeviation: Double) {
    guard !values.isEmpty else { return (.nan, .nan) }
    let largest = values.reduce(0) { max($0, $1.magnitude) }
    let isScalable = largest > 0 && largest.isFinite
    let scale = isScalable ? Double(sign: .plus, exponent: largest.exponent, significand: 1) : 1
    let count = Double(values.count)
    // A second pass takes away what rounding left of the first.
    let rough = values.reduce(0) { $0 + $1 / scale } / count
    let mean = rough + values.reduce(0) { $0 + ($1 / scale - rough) } / count
    let squares = values.reduce(0) { $0 + ($1 / scale - mean) * ($1 / scale - mean) }
    return (mean * scale, count > 1 ? (squares / (count - 1)).squareRoot() * scale : .nan)
  }
}

/// The values of a column of text; missing values are left out.
public struct TextSummary: Sendable {
  /// Number of values that are not missing.
  public let count: Int
  /// Number of missing values.
  public let missing: Int
  /// Number of different values.
  public let distinct: Int
  /// The value that occurs most often (the first in the alphabet of several), and how often.
  public let mostFrequent: (value: String, count: Int)?

  /// Summarizes `values`.
  public init(_ values: [String?]) {
    var counts: [String: Int] = [:]
    for case let value? in values { counts[value, default: 0] += 1 }
    count = counts.values.reduce(0, +)
    missing = values.count - count
    distinct = counts.count
    let top = counts.min { $0.value != $1.value ? $0.value > $1.value : $0.key < $1.key }
    mostFrequent = top.map { (value: $0.key, count: $0.value) }
  }
}
