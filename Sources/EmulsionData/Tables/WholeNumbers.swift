/// Whole numbers as a column.
package enum WholeNumbers {
  /// Numbers where doubles equal all of them, else texts, so that none is rounded; `nil` is missing.
  package static func column(_ values: [Int128?]) -> Column {
    guard values.contains(where: { $0.map { !isExact($0) } ?? false }) else {
      return .numbers(values.map { $0.map { Double($0) } ?? .nan })
    }
    return .text(values.map { $0.map(String.init) })
  }

  /// Whether a double equals the number.
  package static func isExact(_ value: Int128) -> Bool { Int128(exactly: Double(value)) == value }
}
