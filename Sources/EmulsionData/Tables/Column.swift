/// The values of one column of a table.
public enum Column: Sendable {
  /// Numbers, `NaN` where missing.
  case numbers([Double])
  /// Texts, `nil` where missing.
  case text([String?])

  /// Number of values, missing ones included.
  public var count: Int {
    switch self {
    case .numbers(let values): values.count
    case .text(let values): values.count
    }
  }

  /// Whether the values are numbers.
  public var isNumeric: Bool {
    switch self {
    case .numbers: true
    case .text: false
    }
  }

  /// The numbers, or `nil` for a column of text.
  public var numbers: [Double]? {
    switch self {
    case .numbers(let values): values
    case .text: nil
    }
  }

  /// The texts, or `nil` for a column of numbers.
  public var text: [String?]? {
    switch self {
    case .numbers: nil
    case .text(let values): values
    }
  }

  /// The values at `positions`, in that order.
  func gathered(at positions: [Int]) -> Column {
    switch self {
    case .numbers(let values): .numbers(positions.map { values[$0] })
    case .text(let values): .text(positions.map { values[$0] })
    }
  }

  /// The first `count` values.
  func prefix(_ count: Int) -> Column {
    switch self {
    case .numbers(let values): .numbers(Array(values.prefix(count)))
    case .text(let values): .text(Array(values.prefix(count)))
    }
  }
}
