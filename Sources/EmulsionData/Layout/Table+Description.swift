import Emulsion

extension Table: CustomStringConvertible {
  /// The table as `text()` writes it for a screen of 80 × 24.
  public var description: String { text() }

  /// The shape and as many rows and columns as a screen holds.
  ///
  /// - Parameters:
  ///   - width: Characters in a line.
  ///   - lines: Lines in all; rows in the middle are left out where there are more.
  public func text(width: Int = 80, lines: Int = 24) -> String {
    let title = "Table, \(rows.counted("row")) × \(columns.counted("column"))"
    guard columns > 0 && rows > 0 else {
      return columns == 0 ? title : title + ": " + clipped(names.joined(separator: ", "), to: 200)
    }
    let room = max(lines - 4, 3)
    let shown = shownRows(room: room)
    let numbering = shown.map { $0.map { String($0 + 1) } ?? "…" }
    var grid = TextGrid([TextGrid.Column("", numbering)])
    let widest = max(8, width / 2)
    // One character takes at least three cells, so no more columns than this can fit.
    for (name, column) in zip(names, storage).prefix(max(1, width / 3)) {
      do {
        let values = try column.gathered(at: shown.compactMap(\.self))
        grid.columns.append(Table.gridColumn(name, values, rows: shown, widest: widest))
      } catch {
        return title + ": " + ((error as? EmulsionError)?.message ?? "\(error)")
      }
    }
    let fitting = max(2, min(grid.fitting(width: width), grid.columns.count))
    grid.columns.removeSubrange(fitting...)
    let hidden = names.dropFirst(fitting - 1)
    if hidden.isEmpty { return title + "\n" + grid.text }
    let rest = "… and \(hidden.count.counted("more column")): "
    return title + "\n" + grid.text + "\n"
      + clipped(rest + hidden.prefix(50).joined(separator: ", "), to: width)
  }

  /// The rows to show, `nil` where some are left out: two thirds from the top, the rest from the end.
  private func shownRows(room: Int) -> [Int?] {
    if rows <= room { return Array(0..<rows) }
    let tail = (room - 1) / 3
    return Array(0..<(room - 1 - tail)) + [nil] + Array((rows - tail)..<rows)
  }

  /// The column's values at the `rows` that are not `nil`.
  private static func gridColumn(
    _ name: String, _ column: Column, rows: [Int?], widest: Int
  ) -> TextGrid.Column {
    let heading = clipped(name, to: widest)
    switch column {
    case .numbers(let values):
      return TextGrid.Column(heading, withGap(NumberText.aligned(values), rows))
    case .text(let values):
      let cells = values.map { $0.map { clipped($0, to: widest) } ?? "NA" }
      return TextGrid.Column(heading, withGap(cells, rows), isRightAligned: false)
    }
  }

  /// The cells shown, with an ellipsis where rows are left out.
  private static func withGap(_ cells: [String], _ rows: [Int?]) -> [String] {
    var cells = cells[...]
    return rows.map { $0 == nil ? "…" : cells.removeFirst() }
  }
}
