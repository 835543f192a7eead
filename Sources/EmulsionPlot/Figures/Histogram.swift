#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// The density of values in bins of one width.
package struct Histogram: Sendable {
  /// Where the first bin starts.
  package let start: Double
  /// The width of every bin.
  package let width: Double
  /// The weight of the values in each bin.
  package let counts: [Double]
  /// The weight of all values.
  package let total: Double
  /// How the bins were chosen, as the end of a sentence.
  package let rule: String

  /// More bins than this are not told apart.
  package static let mostBins = 200

  /// Bins by the rule of Freedman & Diaconis (1981): 2·IQR/∛n wide, as many as hold the range.
  ///
  /// Where half of the values are alike the rule has no answer, and that of Sturges (1926) does: ⌈log₂ n⌉ + 1
  /// bins. A weight of 3 counts as three values. O(n log n).
  ///
  /// - Parameters:
  ///   - values: The values; what is not finite is left out.
  ///   - weights: Their weights, or `nil`.
  ///   - bins: How many bins there are to be, or `nil` for the rule.
  ///   - areWhole: Whether bins lie about whole numbers, one or more to a bin.
  package init(
    _ values: [Double], weights: [Double]? = nil, bins asked: Int? = nil,
    ofWholeNumbers areWhole: Bool = false
  ) {
    let order = values.indices.filter { values[$0].isFinite }.sorted { values[$0] < values[$1] }
    let sorted = order.map { values[$0] }
    let sortedWeights = order.map { weights?[$0] ?? 1 }
    total = sortedWeights.reduce(0, +)
    let low = sorted.first ?? 0
    let span = (sorted.last ?? 0) - low
    let least = max(.leastNormalMagnitude, 1e-13 * max(low.magnitude, (sorted.last ?? 0).magnitude))
    guard total > 0 && span.isFinite && (areWhole || span > least) else {
      // One bin about one value, or none.
      let reach = low.magnitude > 1e12 ? 1e-3 * low.magnitude : 0.5
      (start, width, counts) = (low - reach, 2 * reach, [total])
      rule = sorted.isEmpty ? "no values" : "one bin: all values are alike"
      return
    }
    var bins: Double
    if areWhole {
      let most = Double(min(asked ?? 80, Self.mostBins))
      width = max(1, ((span + 1) / most).rounded(.up))
      bins = ((span + 1) / width).rounded(.up)
      start = low - 0.5
      rule = width == 1 ? "one bin a whole number" : "bins of \(Int(width)) whole numbers"
    } else {
      if let asked {
        bins = Double(asked)
        rule = "\(asked.counted("bin")), as asked"
      } else {
        let range =
          Self.quantile(0.75, sorted, sortedWeights) - Self.quantile(0.25, sorted, sortedWeights)
        let ideal = (span / (2 * range / cbrt(total))).rounded(.up)
        if range > 0 && ideal.isFinite {
          bins = max(1, min(ideal, Double(Self.mostBins)))
          rule =
            ideal > bins
            ? "\(Self.mostBins) bins: Freedman–Diaconis' rule asks for more"
            : "bins by Freedman–Diaconis' rule"
        } else {
          bins = min(log2(max(total, 1)).rounded(.up) + 1, Double(Self.mostBins))
          rule = "bins by Sturges' rule, as half of the values are alike"
        }
      }
      start = low
      width = span / bins
    }
    var counts = [Double](repeating: 0, count: max(1, Int(bins)))
    for (value, weight) in zip(sorted, sortedWeights) {
      counts[max(0, min(Int((value - start) / width), counts.count - 1))] += weight
    }
    self.counts = counts
  }

  /// The quantile between neighbouring values (Hyndman & Fan's 7th), each value as often as it weighs.
  private static func quantile(_ p: Double, _ sorted: [Double], _ weights: [Double]) -> Double {
    let total = weights.reduce(0, +)
    let place = (max(total, 1) - 1) * p
    func value(at position: Double) -> Double {
      var sum = 0.0
      for (value, weight) in zip(sorted, weights) {
        sum += weight
        if sum > position { return value }
      }
      return sorted.last ?? 0
    }
    let below = place.rounded(.down)
    let (a, b) = (value(at: below), value(at: min(below + 1, total - 1)))
    return a + (place - below) * (b - a)
  }

  /// The height that each bin has as a density.
  package var heights: [Double] { counts.map { $0 / (max(total, .leastNonzeroMagnitude) * width) } }

  /// The bins as rectangles (left, right, bottom, top); empty ones are left out.
  package var boxes: [[Double]] {
    zip(counts.indices, heights).compactMap { bin, height in
      let left = start + Double(bin) * width
      return height > 0 ? [left, left + width, 0, height] : nil
    }
  }

  /// Where the first bin starts and the last one ends.
  var extent: ClosedRange<Double> { start...start + width * Double(counts.count) }

  /// The height of the highest bin.
  package var highest: Double { heights.max() ?? 0 }
}
