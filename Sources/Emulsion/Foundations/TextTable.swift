/// Lines of a table whose columns are right-aligned, numbers at their points, and two spaces apart; the first row is
/// a header.
///
/// Columns that don't fit into `width` are left out, and a last column says how many.
public func alignedTable(_ rows: [[String]], width: Int = .max) -> [String] {
  foldedTable(rows, width: width).lines
}

/// The same, with how many columns are left out.
package func foldedTable(_ rows: [[String]], width: Int) -> (lines: [String], hidden: Int) {
  let columns = alignedColumns(rows)
  guard !columns.isEmpty else { return ([], 0) }
  let widths = columns.map { $0.first?.count ?? 0 }
  var used = 0
  var shown = 0
  while shown < columns.count {
    let needed = used + widths[shown] + (shown == 0 ? 0 : 2)
    let mark = shown + 1 < columns.count ? 6 + String(columns.count - shown - 1).count : 0
    if needed + mark > width && shown > 1 { break }
    used = needed
    shown += 1
  }
  let hidden = columns.count - shown
  let mark = rows.indices.map { $0 == 0 ? "… +\(hidden)" : "…" }
  return (tableLines(columns.prefix(shown) + (hidden > 0 ? [mark] : [])), hidden)
}

/// Lines of a table, all of whose columns are there: what doesn't fit into `width` stands below, in blocks that begin
/// with the first column again.
package func wrappedTable(_ rows: [[String]], width: Int) -> [String] {
  let columns = alignedColumns(rows)
  guard let names = columns.first else { return [] }
  var blocks: [[[String]]] = []
  var used = Int.max / 2
  for column in columns.dropFirst() {
    let needed = 2 + (column.first?.count ?? 0)
    if used + needed > width {
      blocks.append([names])
      used = names.first?.count ?? 0
    }
    blocks[blocks.count - 1].append(column)
    used += needed
  }
  if blocks.isEmpty { blocks = [[names]] }
  return Array(blocks.map(tableLines).joined(separator: [""]))
}

/// The cells of each column, padded to one width.
private func alignedColumns(_ rows: [[String]]) -> [[String]] {
  (0..<(rows.map(\.count).max() ?? 0)).map { j in
    var cells = rows.map { j < $0.count ? $0[j].withoutControls : "" }
    let numbers = cells.dropFirst().filter { !$0.isEmpty && $0 != "–" }
    // What stands behind the units of a number.
    func tail(_ cell: String) -> Int {
      cell.firstIndex { !$0.isNumber && $0 != "-" }.map { cell[$0...].count } ?? 0
    }
    if !numbers.isEmpty, numbers.allSatisfy({ Double($0) != nil }) {
      let longest = numbers.map(tail).max() ?? 0
      for i in cells.indices.dropFirst() where Double(cells[i]).map(\.isFinite) ?? false {
        cells[i] += String(repeating: " ", count: longest - tail(cells[i]))
      }
    }
    let width = cells.map(\.count).max() ?? 0
    return cells.map { String(repeating: " ", count: width - $0.count) + $0 }
  }
}

/// Columns of padded cells beside each other.
private func tableLines(_ columns: some Sequence<[String]>) -> [String] {
  let columns = Array(columns)
  return (columns.first ?? []).indices.map { i in
    var line = columns.map { $0[i] }.joined(separator: "  ")
    while line.hasSuffix(" ") { line.removeLast() }
    return line
  }
}

extension String {
  /// The text with a sign in place of each character that a terminal would obey.
  package var withoutControls: String {
    let isPlain = utf8.allSatisfy { $0 >= 0x20 && $0 < 0x7F }
    return isPlain ? self : String(map { $0.isControl ? "\u{FFFD}" : $0 })
  }

  /// The text cut to `width` characters, with an ellipsis where something was cut.
  public func clipped(to width: Int) -> String {
    count <= width ? self : String(prefix(max(0, width - 1))) + "…"
  }
}

extension Character {
  /// Whether a terminal obeys it instead of showing it (C0, DEL and C1).
  package var isControl: Bool {
    unicodeScalars.contains { $0.properties.generalCategory == .control }
  }
}
