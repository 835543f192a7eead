import ArgumentParser

/// An amount of memory: `500M`, `2G`, `1.5 GiB`, or plain bytes. Units are powers of 1024.
package struct MemorySize: ExpressibleByArgument, Hashable, Sendable {
  package var bytes: Int

  private static let units: [Substring: Double] = [
    "": 1, "b": 1, "k": 1024, "m": 1_048_576, "g": 1_073_741_824, "t": 1_099_511_627_776,
  ]

  package init?(argument: String) {
    let text = argument.lowercased()
    let digits = text.prefix { $0.isNumber || $0 == "." }
    var unit = text.dropFirst(digits.count).drop { $0 == " " }
    for suffix in ["ib", "b"] where unit.count > 1 && unit.hasSuffix(suffix) {
      unit = unit.dropLast(suffix.count)
      break
    }
    guard let amount = Double(digits), let factor = Self.units[unit],
      let bytes = Int(exactly: (amount * factor).rounded()), bytes >= 1
    else { return nil }
    self.bytes = bytes
  }
}
