/// What a family makes of a column of texts.
public enum TextReading: Int, Sendable, Comparable {
  /// Nothing: it needs numbers.
  case refused
  /// Two levels, of which the second counts as 1.
  case binary
  /// Codes of any number of levels.
  case categories

  /// By how much is read.
  public static func < (a: TextReading, b: TextReading) -> Bool { a.rawValue < b.rawValue }
}

extension [any FamilyDefinition] {
  /// What all of the families that read a column of texts can make of it; `nil` where none reads it.
  public func reading(ofTextColumn name: String) -> TextReading? {
    compactMap { $0.reading(ofTextColumn: name) }.min()
  }
}
