import Emulsion

/// Numbers as text, for people (a few digits, aligned) and for files (every bit).
package enum NumberText {
  /// The shortest text that reads back as the same double; whole numbers without a point.
  ///
  /// `nan` where not a number, `inf` and `-inf` where infinite.
  package static func shortest(_ value: Double) -> String {
    let text = "\(value)"
    return text.hasSuffix(".0") ? String(text.dropLast(2)) : text
  }

  /// At most `digits` significant digits, as C's `%g` writes them.
  package static func general(_ value: Double, digits: Int = 5) -> String {
    value.formatted(significant: digits)
  }

  /// One text for each value, all with as many decimals as the value that needs most, so that their
  /// points are below each other where the texts are aligned to the right.
  ///
  /// - Parameters:
  ///   - values: What to write; `NaN` is written as `NA`.
  ///   - digits: Significant digits of the value that needs most of them.
  package static func aligned(_ values: [Double], digits: Int = 5) -> [String] {
    let finite = values.filter(\.isFinite)
    let texts = finite.map { general($0, digits: digits) }
    let needsExponent = texts.contains { $0.contains("e") }
    let decimals = texts.map(decimals(in:)).max() ?? 0
    return values.map { value in
      if value.isNaN { return "NA" }
      if needsExponent || value.isInfinite { return general(value, digits: digits) }
      return value.formatted(decimals: decimals)
    }
  }

  private static func decimals(in text: String) -> Int {
    text.firstIndex(of: ".").map { text.distance(from: $0, to: text.endIndex) - 1 } ?? 0
  }
}
