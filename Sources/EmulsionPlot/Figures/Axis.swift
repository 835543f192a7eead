import Emulsion

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// The range of an axis and its tics.
package struct Axis: Sendable {
  package let low: Double
  package let high: Double

  /// Makes an axis from `low` to `high`.
  package init(low: Double, high: Double) {
    self.low = low
    self.high = high
  }

  /// An axis that holds all finite numbers of `values`, with a margin.
  init(holding values: some Sequence<Double>, margin share: Double = 0.04) {
    var (low, high) = (Double.infinity, -Double.infinity)
    for value in values where value.isFinite {
      low = min(low, value)
      high = max(high, value)
    }
    if low > high { (low, high) = (0, 1) }
    let span = high - low
    // gnuplot can not tell apart what is closer than this.
    let isOnePoint = !(span > max(1e-290, 1e-13 * max(low.magnitude, high.magnitude)))
    let margin =
      !isOnePoint ? share * span : low.magnitude > 1e-290 ? 0.1 * low.magnitude : 1
    self.init(low: low - margin, high: high + margin)
  }

  /// The axis made longer where it has to be, so that all of a range is on it.
  func holding(_ range: ClosedRange<Double>?) -> Axis {
    guard let range else { return self }
    let margin = 0.02 * (range.upperBound - range.lowerBound)
    return Axis(
      low: min(low, range.lowerBound - margin), high: max(high, range.upperBound + margin))
  }

  /// Whether a number is on it.
  func contains(_ value: Double) -> Bool { value >= low && value <= high }

  /// `count` + 1 evenly spaced numbers along it.
  func places(_ count: Int) -> [Double] {
    (0...count).map { low + (high - low) * Double($0) / Double(count) }
  }

  /// Names of the powers of ten along an axis of decimal logarithms.
  var powersOfTen: [(place: Double, name: String)] {
    let step = max(1, ((high - low) / 8).rounded(.up))
    let first = (low / step).rounded(.up) * step
    return stride(from: first, through: high, by: step).map { power in
      let zeros = String(repeating: "0", count: min(4, Int(power.magnitude)))
      let name =
        power.magnitude > 4
        ? "1e\(Int(power))" : power >= 0 ? "1" + zeros : "0." + zeros.dropLast() + "1"
      return (power, name)
    }
  }

  /// Distance of tics: 1, 2 or 5 times a power of ten, for at most `count` tics or so.
  package func step(_ count: Int) -> Double {
    let rough = (high - low) / Double(count)
    guard rough > .leastNormalMagnitude, rough.isFinite else { return 1 }
    let power = pow(10, log10(rough).rounded(.down))
    let factor = [1.0, 2, 5].first { $0 * power >= rough * 0.999 } ?? 10
    return factor * power
  }

  /// Significant digits that tell the numbers at tics from each other.
  private func digits(_ count: Int) -> Double {
    log10(max(low.magnitude, high.magnitude) / step(count)).rounded(.up) + 1
  }

  /// How to write the numbers at tics: with enough digits to tell them from each other.
  package func format(_ count: Int) -> String {
    let digits = digits(count)
    return digits > 6 && digits < 16 ? "%.\(Int(digits))g" : "%h"
  }

  /// The numbers at tics, as gnuplot or characters write them.
  func ticNumbers(_ count: Int) -> [(place: Double, text: String)] {
    let step = step(count)
    let first = (low / step).rounded(.up)
    guard step > 0, first.isFinite, first.magnitude < 0x1p53 else { return [] }
    let digits = digits(count)
    return (0...(2 * count)).compactMap { i in
      let place = (first + Double(i)) * step
      guard place <= high + 1e-9 * step else { return nil }
      let text = place.formatted(significant: digits > 6 && digits < 16 ? Int(digits) : 6)
      return (place, first + Double(i) == 0 ? "0" : text)
    }
  }
}
