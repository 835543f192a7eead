/// What the columns of a table hold, in a few numbers each.
public struct TableSummary: Sendable, CustomStringConvertible {
  /// Number of rows of the table.
  public let rows: Int
  /// The columns' names and summaries, in the table's order.
  public let columns: [(name: String, summary: ColumnSummary)]

  /// The summary as `text()` writes it for a screen 80 wide.
  public var description: String { text() }

  /// A line for each column, numbers first, in lines of at most `width` characters where names and
  /// numbers allow it.
  public func text(width: Int = 80) -> String {
    var parts = ["Table, \(rows.counted("row")) × \(columns.count.counted("column"))"]
    var numbers: [(String, NumberSummary)] = []
    var texts: [(String, TextSummary)] = []
    for (name, summary) in columns {
      switch summary {
      case .numbers(let summary): numbers.append((name, summary))
      case .text(let summary): texts.append((name, summary))
      }
    }
    if !numbers.isEmpty { parts.append(Self.grid(numbers, width: width).text) }
    if !texts.isEmpty { parts.append(Self.grid(texts, width: width).text) }
    return parts.joined(separator: "\n\n")
  }

  /// Statistics, the ones that are given up last first where the line is too short for all.
  private static func grid(_ columns: [(String, NumberSummary)], width: Int) -> TextGrid {
    func number(
      _ heading: String, _ value: (NumberSummary) -> Double, _ importance: Int
    ) -> (column: TextGrid.Column, importance: Int) {
      let texts = columns.map { _, summary in
        let x = value(summary)
        return x.isNaN ? "–" : NumberText.general(x)
      }
      return (TextGrid.Column(heading, texts), importance)
    }
    func counted(
      _ heading: String, _ value: (NumberSummary) -> Int, _ importance: Int
    ) -> (column: TextGrid.Column, importance: Int) {
      (TextGrid.Column(heading, columns.map { String(value($0.1)) }), importance)
    }
    var statistics = [
      counted("count", \.count, 5), number("mean", \.mean, 9),
      number("sd", \.standardDeviation, 8), number("min", \.minimum, 7),
      number("25%", \.lowerQuartile, 2), number("median", \.median, 4),
      number("75%", \.upperQuartile, 3), number("max", \.maximum, 6),
    ]
    if columns.contains(where: { $0.1.missing > 0 }) {
      statistics.insert(counted("missing", \.missing, 10), at: 1)
    }
    let names = columns.map(\.0)
    while true {
      let used = statistics.reduce(0) { $0 + $1.column.width + 2 }
      let widest = max(12, width - used)
      let name = TextGrid.Column("", names.map { clipped($0, to: widest) }, isRightAligned: false)
      let grid = TextGrid([name] + statistics.map(\.column))
      if name.width + used <= width || statistics.count <= 2 { return grid }
      let least = statistics.indices.min { statistics[$0].importance < statistics[$1].importance }
      statistics.remove(at: least ?? 0)
    }
  }

  private static func grid(_ columns: [(String, TextSummary)], width: Int) -> TextGrid {
    let widest = max(12, width / 3)
    var grid = TextGrid([
      TextGrid.Column("", columns.map { clipped($0.0, to: widest) }, isRightAligned: false),
      TextGrid.Column("count", columns.map { String($0.1.count) }),
    ])
    if columns.contains(where: { $0.1.missing > 0 }) {
      grid.columns.append(TextGrid.Column("missing", columns.map { String($0.1.missing) }))
    }
    grid.columns.append(TextGrid.Column("distinct", columns.map { String($0.1.distinct) }))
    let used = grid.columns.reduce(0) { $0 + $1.width + 2 }
    let frequent = columns.map { _, summary in
      summary.mostFrequent.map { top in
        "\(clipped(top.value, to: max(8, width - used - 12))) (\(top.count))"
      } ?? "–"
    }
    grid.columns.append(TextGrid.Column("most frequent", frequent, isRightAligned: false))
    return grid
  }
}

extension Table {
  /// The columns' counts, means, standard deviations and quartiles, or distinct values for text.
  ///
  /// - Throws: `io` where a file was changed.
  /// - Complexity: O(n log n) a column.
  public func describe() throws -> TableSummary {
    let summaries = try zip(names, storage).map { name, column in
      let summary =
        switch try column.column() {
        case .numbers(let values): ColumnSummary.numbers(NumberSummary(values))
        case .text(let values): ColumnSummary.text(TextSummary(values))
        }
      return (name: name, summary: summary)
    }
    return TableSummary(rows: rows, columns: summaries)
  }
}
