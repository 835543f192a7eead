#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// The range of an axis and its tics.
package struct Axis {
  package let low: Double
  package let high: Double

  /// Makes an axis from `low` to `high`.
  package init(low: Double, high: Double) {
    self.low = low
    self.high = high
  }

  /// The axis made longer where it has to be, so that all of a range is on it.
  func holding(_ range: ClosedRange<Double>?) -> Axis {
    guard let range else { return self }
    let margin = 0.02 * (range.upperBound - range.lowerBound)
    return Axis(
      low: min(low, range.lowerBound - margin), high: max(high, range.upperBound + margin))
  }

  /// Distance of tics: 1, 2 or 5 times a power of ten, for at most `count` tics or so.
  package func step(_ count: Int) -> Double {
    let rough = (high - low) / Double(count)
    guard rough > .leastNormalMagnitude, rough.isFinite else { return 1 }
    let power = pow(10, log10(rough).rounded(.down))
    let factor = [1.0, 2, 5].first { $0 * power >= rough * 0.999 } ?? 10
    return factor * power
  }

  /// How to write the numbers at tics: with enough digits to tell them from each other.
  package func format(_ count: Int) -> String {
    let largest = max(low.magnitude, high.magnitude)
    let digits = log10(largest / step(count)).rounded(.up) + 1
    return digits > 6 && digits < 16 ? "%.\(Int(digits))g" : "%h"
  }

  /// The command that sets range and tics of axis `name`, `x` or `y`.
  ///
  /// - Parameters:
  ///   - name: The axis.
  ///   - count: Most tics, or so.
  ///   - isLabelled: Whether there are numbers at the tics.
  ///   - font: The numbers' font, as gnuplot writes it; of the size of all else if `nil`.
  func commands(
    _ name: String, tics count: Int, isLabelled: Bool = true, font: String? = nil
  ) -> String {
    "set \(name)range [\(number(low)):\(number(high))]; "
      + "set \(name)tics \(number(step(count))) nomirror out scale 0.6\(font.map { " font '\($0)'" } ?? ""); "
      + "set format \(name) '\(isLabelled ? format(count) : "")'"
  }
}
