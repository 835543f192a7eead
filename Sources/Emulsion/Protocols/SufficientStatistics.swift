/// What an M step needs to know of the data: sums over rows, a value apart from the model.
///
/// Threads, files and ranks each sum their share, and the sums are merged; `merge` is associative
/// and commutative up to rounding.
public protocol SufficientStatistics: Sendable, Codable {
  /// Adds the sums of other rows.
  mutating func merge(_ other: Self) throws
  /// Multiplies every sum by `factor`, for incremental and online EM.
  mutating func scale(by factor: Double)
  /// Takes over the sums of some components from others; false where it can't tell sums by component, and by default.
  mutating func replace(_ components: Set<Int>, by other: Self) -> Bool
}

extension SufficientStatistics {
  /// Can't.
  public mutating func replace(_ components: Set<Int>, by other: Self) -> Bool { false }
}

extension Array: SufficientStatistics where Element: SufficientStatistics {
  /// Merges element by element.
  public mutating func merge(_ other: [Element]) throws {
    for i in indices { try self[i].merge(other[i]) }
  }

  /// Scales every element.
  public mutating func scale(by factor: Double) {
    for i in indices { self[i].scale(by: factor) }
  }
}

/// Statistics that are a list of numbers, such as a family in a shared library hands over.
public protocol NumberedStatistics: SufficientStatistics {
  /// The numbers; as many are set as there are.
  var numbers: [Double] { get set }
}

extension Array: NumberedStatistics where Element: NumberedStatistics {
  /// Those of every element, one after another.
  public var numbers: [Double] {
    get { flatMap(\.numbers) }
    set {
      var rest = newValue[...]
      for i in indices {
        let count = self[i].numbers.count
        self[i].numbers = [Double](rest.prefix(count))
        rest = rest.dropFirst(count)
      }
    }
  }
}
