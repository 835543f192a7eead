/// What an M step needs to know of the data: sums over rows, a value apart from the model.
///
/// Threads, files and ranks each sum their share, and the sums are merged; `merge` is associative
/// and commutative up to rounding.
public protocol SufficientStatistics: Sendable, Codable {
  /// Adds the sums of other rows.
  mutating func merge(_ other: Self) throws
  /// Multiplies every sum by `factor`, for incremental and online EM.
  mutating func scale(by factor: Double)
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
