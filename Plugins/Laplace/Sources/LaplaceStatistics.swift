import Emulsion

/// Weights and first moments of t = (x − location)/scale in bins whose borders are 0 and
/// ±2ʲ, ±1.5·2ʲ for j from −40 to 40.
///
/// At every border c, Σγ|t − c| is known exactly: each bin lies on one side of it.
public struct LaplaceStatistics: SufficientStatistics {
  /// The first border has exponent −40; a border every half binade.
  private static let firstKey = Int(0x1p-40.bitPattern >> 51)
  /// Bins on each side of 0.
  private static let bins = 162

  private var weights = [Double](repeating: 0, count: 2 * bins)
  private var moments = [Double](repeating: 0, count: 2 * bins)

  /// Adds `weight` at t.
  mutating func add(_ t: Double, weight: Double) {
    let key = Int(t.magnitude.bitPattern >> 51) - Self.firstKey + 1
    let bin = min(max(key, 0), Self.bins - 1)
    let index = t < 0 ? Self.bins - 1 - bin : Self.bins + bin
    weights[index] += weight
    moments[index] += weight * t
  }

  /// The border between bins `i − 1` and `i`.
  private static func border(_ i: Int) -> Double {
    let step = i - bins
    guard step != 0 else { return 0 }
    let size = Double(bitPattern: UInt64(firstKey + abs(step) - 1) << 51)
    return step < 0 ? -size : size
  }

  /// Σγ|t − c| at every border c.
  fileprivate var deviations: [Double] {
    var (weightBelow, momentBelow) = (0.0, 0.0)
    let (weight, moment) = (weights.reduce(0, +), moments.reduce(0, +))
    return (1..<2 * Self.bins).map { i in
      weightBelow += weights[i - 1]
      momentBelow += moments[i - 1]
      return (moment - 2 * momentBelow) - Self.border(i) * (weight - 2 * weightBelow)
    }
  }

  /// The borders, ascending.
  fileprivate static var borders: [Double] { (1..<2 * bins).map(border) }

  /// Σγ.
  fileprivate var weight: Double { weights.reduce(0, +) }

  /// The border c with the least Σγ|t − c|, and this sum; 0 where others are no better.
  var best: (border: Double, sum: Double) {
    let sums = deviations
    var (choice, least) = (Self.bins, max(0, sums[Self.bins - 1]))
    for (index, sum) in sums.enumerated() where sum < least - 1e-14 * abs(least) {
      (choice, least) = (index + 1, max(0, sum))
    }
    return (Self.border(choice), least)
  }

  /// Adds the sums of other rows.
  public mutating func merge(_ other: LaplaceStatistics) {
    for i in weights.indices {
      weights[i] += other.weights[i]
      moments[i] += other.moments[i]
    }
  }

  /// Multiplies every sum.
  public mutating func scale(by factor: Double) {
    for i in weights.indices {
      weights[i] *= factor
      moments[i] *= factor
    }
  }
}

/// Σγ|x − μ| of one component as a function of μ: exact at the borders, by chords between them.
struct DeviationCurve {
  /// The borders, in the units of the numbers.
  let locations: [Double]
  /// The location with the least deviation.
  let best: Double
  private let deviations: [Double]
  private let weight: Double

  /// - Parameters:
  ///   - sums: The sums taken under `location` and `scale`.
  init(_ sums: LaplaceStatistics, location: Double, scale: Double) {
    locations = LaplaceStatistics.borders.map { location + $0 * scale }
    deviations = sums.deviations.map { max(0, $0) * scale }
    weight = sums.weight
    best = location + sums.best.border * scale
  }

  func value(at location: Double) -> Double {
    var (low, high) = (0, locations.count - 1)
    if location <= locations[low] {
      return deviations[low] + weight * (locations[low] - location)
    }
    if location >= locations[high] {
      return deviations[high] + weight * (location - locations[high])
    }
    while high - low > 1 {
      let middle = (low + high) / 2
      if locations[middle] <= location { low = middle } else { high = middle }
    }
    guard location > locations[low] else { return deviations[low] }
    let share = (location - locations[low]) / (locations[high] - locations[low])
    return (1 - share) * deviations[low] + share * deviations[high]
  }
}
