import Emulsion

/// Text in columns: numbers to the right, words to the left, no line longer than the screen is wide.
package struct TextGrid {
  /// One column: its heading and one text a row.
  package struct Column {
    package var heading: String
    package var cells: [String]
    package var isRightAligned: Bool

    /// Makes a column.
    package init(_ heading: String, _ cells: [String], isRightAligned: Bool = true) {
      self.heading = heading
      self.cells = cells
      self.isRightAligned = isRightAligned
    }

    /// Terminal cells it needs.
    package var width: Int { cells.map(displayWidth).reduce(displayWidth(heading), max) }
  }

  package var columns: [Column]

  /// Makes a grid.
  package init(_ columns: [Column]) { self.columns = columns }

  /// How many of the columns, from the first, fit `width` with two spaces between them.
  package func fitting(width: Int) -> Int {
    var used = -2
    return columns.prefix { column in
      used += column.width + 2
      return used <= width
    }.count
  }

  /// The lines, headings first, without spaces at their ends.
  package var lines: [String] {
    let rows = columns.map(\.cells.count).max() ?? 0
    let widths = columns.map(\.width)
    return (-1..<rows).map { row in
      let parts = zip(columns, widths).map { column, width in
        let text =
          row < 0 ? column.heading : column.cells.indices.contains(row) ? column.cells[row] : ""
        let padding = String(repeating: " ", count: max(0, width - displayWidth(text)))
        return column.isRightAligned ? padding + text : text + padding
      }
      let line = parts.joined(separator: "  ")
      return String(line.reversed().drop { $0 == " " }.reversed())
    }
  }

  /// The lines as one text.
  package var text: String { lines.joined(separator: "\n") }
}

/// Cells that `text` takes up on a terminal: 2 for wide East Asian characters and emoji, else 1.
package func displayWidth(_ text: String) -> Int {
  if text.utf8.allSatisfy({ $0 < 0x80 }) { return text.utf8.count }
  return text.reduce(0) { $0 + (isWide($1) ? 2 : 1) }
}

private func isWide(_ character: Character) -> Bool {
  guard let scalar = character.unicodeScalars.first?.value else { return false }
  return switch scalar {
  case 0x1100...0x115F, 0x2E80...0x303E, 0x3041...0xA4CF, 0xAC00...0xD7A3, 0xF900...0xFAFF,
    0xFE30...0xFE6F, 0xFF00...0xFF60, 0xFFE0...0xFFE6, 0x1F300...0x1F64F, 0x1F900...0x1F9FF,
    0x20000...0x3FFFD:
    true
  default: false
  }
}

/// `text` on one line of at most `width` terminal cells, with `…` where it was cut, and a sign in place of what a
/// terminal would obey.
package func clipped(_ text: String, to width: Int) -> String {
  let line = String(text.map { $0.isNewline || $0 == "\t" ? " " : $0 }).withoutControls
  if displayWidth(line) <= width { return line }
  var used = 1
  return String(
    line.prefix { character in
      used += displayWidth(String(character))
      return used <= width
    }) + "…"
}
