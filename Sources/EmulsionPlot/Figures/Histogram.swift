#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// Counts of values in bins of one width, class by class.
package struct Histogram {
  /// Where the first bin starts.
  package let start: Double
  /// The width of every bin.
  package let width: Double
  /// Counts by class, then by bin.
  package let counts: [[Int]]
  /// Number of values counted.
  package let total: Int

  /// Bins by the rule of Freedman & Diaconis (1981), at least 12 and at most 80.
  ///
  /// - Parameters:
  ///   - values: The values; what is not finite is left out.
  ///   - labels: The class of each, from 0; less for none.
  ///   - classes: Number of classes; values of none are counted as a class of their own, the last.
  ///   - areWhole: Whether bins lie about whole numbers, one or more to a bin.
  package init(
    _ values: [Double], labels: [Int], classes: Int, ofWholeNumbers areWhole: Bool = false
  ) {
    let sorted = values.filter(\.isFinite).sorted()
    total = sorted.count
    let low = sorted.first ?? 0
    let span = (sorted.last ?? 0) - low
    guard total > 0 && span.isFinite && (areWhole || span > .leastNormalMagnitude) else {
      start = low - 0.5
      width = 1
      counts = (0...classes).map { label in
        [zip(values, labels).count { $0.isFinite && Histogram.row($1, classes) == label }]
      }
      return
    }
    let range = sorted[total * 3 / 4] - sorted[total / 4]
    let ideal = 2 * range / cbrt(Double(total))
    var bins = ideal > 0 ? min(max((span / ideal).rounded(.up), 12), 80) : 20
    if areWhole {
      width = max(1, ((span + 1) / 80).rounded(.up))
      bins = ((span + 1) / width).rounded(.up)
      start = low - 0.5
    } else {
      start = low
      width = span / bins
    }
    var counts = [[Int]](
      repeating: [Int](repeating: 0, count: Int(bins)), count: classes + 1)
    for (value, label) in zip(values, labels) where value.isFinite {
      let bin = min(Int((value - start) / width), Int(bins) - 1)
      counts[Histogram.row(label, classes)][bin] += 1
    }
    self.counts = counts
  }

  private static func row(_ label: Int, _ classes: Int) -> Int {
    label >= 0 && label < classes ? label : classes
  }

  /// The height that a bin of `count` values has as a density.
  func density(_ count: Int) -> Double { Double(count) / (Double(max(total, 1)) * width) }

  /// Bins of class `row` stacked on those of the classes before it: centre, bottom, top.
  package func stacked(_ row: Int) -> [[Double]] {
    counts[row].indices.compactMap { bin in
      guard counts[row][bin] > 0 else { return nil }
      let below = counts[..<row].reduce(0) { $0 + $1[bin] }
      let left = start + Double(bin) * width
      return [left, left + width, density(below), density(below + counts[row][bin])]
    }
  }

  /// Where the first bin starts and the last one ends.
  var extent: ClosedRange<Double> { start...start + width * Double(counts.first?.count ?? 0) }

  /// The height of the highest stack.
  package var highest: Double {
    let totals = (counts.first ?? []).indices.map { bin in counts.reduce(0) { $0 + $1[bin] } }
    return density(totals.max() ?? 0)
  }
}
