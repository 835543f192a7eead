import Emulsion

/// What the columns of a file are called, and which of them came without a name.
struct ColumnNames {
  /// One name a column, all different.
  private(set) var all: [String]
  /// The column of the rows' names.
  private(set) var rowNames: String?
  /// Positions without a name, which are left out where they are empty.
  private var unnamed: Set<Int> = []
  private var isDropped = false
  /// The line that they stand on; where there is none, columns have names of their own.
  private var line = 1
  private var hasLine = false

  /// `x1`, `x2`, …; where the first row ends with an empty cell the last column may come from a delimiter at
  /// the ends of lines.
  init(count: Int, endsEmpty: Bool) {
    all = Table.defaultNames(count)
    if endsEmpty && count > 1 { unnamed = [count - 1] }
    rowNames = nil
  }

  /// The names in a line above rows of `width` cells.
  ///
  /// R leaves out the name of the rows' names; lines of names, or of rows, may end with a delimiter.
  ///
  /// - Throws: `invalid-data` where two are the same.
  init(
    _ cells: [String], above width: Int?, _ kind: ReadOptions.RowNames, _ text: DelimitedText,
    line: Int
  ) throws {
    (self.line, hasLine) = (line, true)
    all = cells
    let width = width ?? cells.count
    if width == cells.count - 1, cells.last == "" {
      all.removeLast()
    } else if width == cells.count + 1 {
      let ends = text.ends(ofRecordBelow: line)
      if ends.isLastEmpty {
        all.append("")
      } else if cells.count > 1 || ends.isFirstQuoted {
        // Of a single name, 1,5 below is rather a number.
        all.insert("", at: 0)
      }
    }
    unnamed = Set(all.indices.filter { all[$0].isEmpty })
    for position in unnamed {
      guard position == 0 else {
        all[position] = unusedName("column \(position + 1)")
        continue
      }
      switch kind {
      case .kept(let name): all[0] = unusedName(name)
      case .dropped: (all[0], isDropped) = (unusedName("row"), true)
      }
      rowNames = all[0]
    }
    var seen: [String: Int] = [:]
    for (position, column) in all.enumerated() {
      if let other = seen.updateValue(position, forKey: column) {
        throw text.error(
          line,
          "columns \(other + 1) and \(position + 1) are both named \(quoted(column)); rename one")
      }
    }
  }

  private func unusedName(_ name: String) -> String {
    var name = name
    while all.contains(name) { name += "_" }
    return name
  }

  /// Whether a column without a name is left out.
  ///
  /// - Throws: `invalid-data` where more than one has cells.
  func isLeftOut(_ position: Int, _ column: StoredColumn, _ text: DelimitedText) throws -> Bool {
    guard unnamed.contains(position) else { return false }
    if column.isEmpty { return true }
    if position == 0 && rowNames != nil { return isDropped }
    guard hasLine else { return false }
    throw text.error(
      line,
      "column \(position + 1) has no name; name it, or read with the option header = false")
  }
}

extension StoredColumn {
  /// Whether all cells are missing.
  fileprivate var isEmpty: Bool {
    switch self {
    case .held(.numbers(let values)): values.allSatisfy(\.isNaN)
    case .held(.text(let values)): values.allSatisfy { $0 == nil }
    case .mapped: false
    }
  }
}

extension DelimitedText {
  /// Whether the first record below a line begins with a quote, and ends with a delimiter.
  func ends(ofRecordBelow line: Int) -> (isFirstQuoted: Bool, isLastEmpty: Bool) {
    var scanner = DelimitedScanner(self, position: start, line: 1)
    while scanner.line <= line && !scanner.isAtEnd { scanner.skipLine() }
    scanner.skipBlankLines()
    var ends: (isFirstQuoted: Bool?, isLastEmpty: Bool) = (nil, false)
    while let next = try? scanner.cell() {
      ends = (ends.isFirstQuoted ?? next.cell.isQuoted, next.cell.start == next.cell.end)
      if next.terminator == .endOfRecord { break }
    }
    return (ends.isFirstQuoted ?? false, ends.isLastEmpty)
  }
}
