/// Lines of a table whose columns are right-aligned and two spaces apart; the first row is a header.
///
/// Columns that don't fit into `width` are left out, and a last column says how many.
public func alignedTable(_ rows: [[String]], width: Int = .max) -> [String] {
  guard let columns = rows.map(\.count).max(), columns > 0 else { return [] }
  let widths = (0..<columns).map { j in
    rows.map { j < $0.count ? $0[j].count : 0 }.max() ?? 0
  }
  var used = 0
  var shown = 0
  while shown < columns {
    let needed = used + widths[shown] + (shown == 0 ? 0 : 2)
    let mark = shown + 1 < columns ? 6 + String(columns - shown - 1).count : 0
    if needed + mark > width && shown > 1 { break }
    used = needed
    shown += 1
  }
  return rows.enumerated().map { index, row in
    var cells = (0..<shown).map { j in
      let cell = j < row.count ? row[j] : ""
      return String(repeating: " ", count: max(0, widths[j] - cell.count)) + cell
    }
    if shown < columns { cells.append(index == 0 ? "… +\(columns - shown)" : "…") }
    var line = cells.joined(separator: "  ")
    while line.hasSuffix(" ") { line.removeLast() }
    return line
  }
}

extension String {
  /// The text cut to `width` characters, with an ellipsis where something was cut.
  public func clipped(to width: Int) -> String {
    count <= width ? self : String(prefix(max(0, width - 1))) + "…"
  }
}
