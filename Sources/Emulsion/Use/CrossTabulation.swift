/// A class of rows: a number, such as a component's, or a text.
public enum ClassLabel: Sendable, Hashable, Comparable {
  /// A number.
  case number(Double)
  /// A text.
  case text(String)
}

extension ClassLabel: CustomStringConvertible {
  /// The text, or the number in as many digits as it needs.
  public var description: String {
    switch self {
    case .number(let value): Int(exactly: value).map(String.init) ?? "\(value)"
    case .text(let text): text
    }
  }

  /// Whether it says of a row that its class is not known: NaN, or an empty text.
  var isMissing: Bool {
    switch self {
    case .number(let value): value.isNaN
    case .text(let text): text.isEmpty
    }
  }
}

/// How often the classes of two partitions of the same rows go together, and what follows from it.
///
/// Classes are in order, numbers by size and texts by their letters.
public struct CrossTabulation: Sendable {
  /// The classes of the first partition.
  public let rows: [ClassLabel]
  /// The classes of the second.
  public let columns: [ClassLabel]
  /// The number of rows of the data in each pair of classes that go together, by i·C + j.
  private let cells: [Int: Double]
  private let rowSums: [Double]
  private let columnSums: [Double]

  /// More cells than this are those of ids, not of classes.
  private static let mostCells = 10_000_000
  /// The most that are matched, which takes their number times the smaller number of classes.
  private static let mostMatched = 1_000_000

  /// Counts the pairs of classes of n rows. O(n).
  ///
  /// - Parameters:
  ///   - first: The class of each row in one partition.
  ///   - second: The class of each row in the other.
  ///   - names: What they are called in error texts.
  /// - Throws: `invalid-data` where the lists differ in length, are empty, or a class is not known.
  public init(
    _ first: [ClassLabel], _ second: [ClassLabel],
    names: (first: String, second: String) = ("a", "b")
  ) throws {
    guard first.count == second.count else {
      throw EmulsionError(
        .invalidData,
        "\(names.first) has \(first.count.counted("label")), but \(names.second) has \(second.count); both must "
          + "label the same rows")
    }
    guard !first.isEmpty else {
      throw EmulsionError(.invalidData, "\(names.first) and \(names.second) have no labels")
    }
    for (list, name) in [(first, names.first), (second, names.second)] {
      guard let place = list.firstIndex(where: \.isMissing) else { continue }
      throw EmulsionError(
        .invalidData,
        "\(name): element \(place + 1) is missing; leave such rows out of both lists")
    }
    rows = Set(first).sorted()
    columns = Set(second).sorted()
    let rowOf = Dictionary(uniqueKeysWithValues: zip(rows, rows.indices))
    let columnOf = Dictionary(uniqueKeysWithValues: zip(columns, columns.indices))
    var cells: [Int: Double] = [:]
    var (rowSums, columnSums) = (rows.map { _ in 0.0 }, columns.map { _ in 0.0 })
    for (a, b) in zip(first, second) {
      guard let i = rowOf[a], let j = columnOf[b] else { continue }
      cells[i * columns.count + j, default: 0] += 1
      rowSums[i] += 1
      columnSums[j] += 1
    }
    (self.cells, self.rowSums, self.columnSums) = (cells, rowSums, columnSums)
  }

  /// The number of rows of the data in each pair of classes, R × C.
  ///
  /// - Throws: `invalid-data` where there are more than ten million.
  public var counts: Matrix {
    get throws {
      try refuse(moreThan: Self.mostCells)
      var result = Matrix(rows: rows.count, columns: columns.count)
      for (place, count) in cells { result.values[place] = count }
      return result
    }
  }

  private func refuse(moreThan limit: Int) throws {
    guard rows.count > limit / columns.count else { return }
    throw EmulsionError(
      .invalidData,
      "there are \(rows.count.counted("class", "classes")) beside \(columns.count), which are too many for a table; give "
        + "classes, not numbers of rows")
  }

  /// Number of rows of the data.
  private var total: Double { rowSums.reduce(0, +) }

  /// The Rand index of the two partitions, adjusted for chance: 1 where they are the same, about 0 where
  /// they have nothing to do with each other, below 0 where they agree less than that (Hubert & Arabie
  /// 1985). O(n).
  ///
  /// Two partitions into one class each, or into rows that are each a class of their own, are the same.
  public var adjustedRand: Double {
    func pairs(_ n: Double) -> Double { n * (n - 1) / 2 }
    let together = cells.values.reduce(0) { $0 + pairs($1) }
    let first = rowSums.reduce(0) { $0 + pairs($1) }
    let second = columnSums.reduce(0) { $0 + pairs($1) }
    let expected = total > 1 ? first / pairs(total) * second : 0
    let range = (first + second) / 2 - expected
    return range == 0 ? 1 : (together - expected) / range
  }

  /// The share of rows that are misclassified where classes of the first partition are matched with
  /// those of the second one to one, so that it is least; rows of classes without a match all are
  /// (Fraley & Raftery 2002 call it the classification error). O(RC·min(R, C)).
  ///
  /// The matching is the class of the second partition of each class of the first, `nil` where there are
  /// fewer of them.
  ///
  /// - Throws: `invalid-data` where there are more than a million pairs of classes.
  public var classificationError: (error: Double, matching: [ClassLabel?]) {
    get throws {
      try refuse(moreThan: Self.mostMatched)
      let counts = try counts
      var costs = counts
      costs.values = costs.values.map { -$0 }
      let matching = Assignment.least(costs)
      let right = matching.enumerated().reduce(0) { sum, pair in
        sum + (pair.element.map { counts[pair.offset, $0] } ?? 0)
      }
      return ((total - right) / total, matching.map { $0.map { columns[$0] } })
    }
  }
}
