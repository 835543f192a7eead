import Emulsion

/// Commands for gnuplot, with texts and numbers that cannot be mistaken for commands.
struct GnuplotScript {
  private(set) var text = ""
  private var blocks = 0

  /// Adds a line.
  mutating func add(_ line: String) { text += line + "\n" }

  /// Chooses what to draw on, and the look of every plot. The file is the script's first argument.
  mutating func begin(_ medium: Medium, size: (width: Int, height: Int), fontSize: Double) {
    let (width, height) = size
    let points = (0.75 * fontSize).formatted(decimals: 2)
    add("set encoding utf8")
    switch medium {
    case .svg:
      add(
        "set terminal svg noenhanced size \(width),\(height) dynamic "
          + "font 'Arial,\(fontSize.formatted(decimals: 2))' fontscale 1.3333 background '#ffffff'")
    case .png:
      // Twice the pixels, for sharp screens.
      add(
        "set terminal pngcairo noenhanced size \(2 * width),\(2 * height) "
          + "font 'Sans,\(points)' fontscale 1.9 linewidth 2 pointscale 2")
    case .pdf:
      let inches = "\(Double(width) / 96)in,\(Double(height) / 96)in"
      add(
        "set terminal pdfcairo noenhanced size \(inches) font 'Sans,\(points)' fontscale 1 "
          + "linewidth 1.4 pointscale 0.6")
    }
    add("set output ARG1")
    add("set border 3 linecolor '#606060' linewidth 0.8")
    add("set tics nomirror out scale 0.6 textcolor '#404040'")
    add("unset key")
    add("set style fill solid 1 noborder")
  }

  /// Adds numbers as a data block, one line a row, and gives its name.
  mutating func addBlock(_ rows: some Sequence<[Double]>) -> String {
    blocks += 1
    let name = "$block\(blocks)"
    add("\(name) << END")
    for row in rows { add(row.map(number).joined(separator: " ")) }
    add("END")
    return name
  }
}

extension GnuplotScript {
  /// Adds lines as a data block, an empty line between two, and gives its name.
  mutating func addBlock(lines: [[[Double]]]) -> String {
    let gap = [[Double]]([[]])
    return addBlock(lines.enumerated().flatMap { $0.offset == 0 ? $0.element : gap + $0.element })
  }
}

/// `value` as gnuplot reads it.
func number(_ value: Double) -> String { value.isFinite ? "\(value)" : "NaN" }

/// `text` as a string of gnuplot's: within single quotes nothing is special but they themselves.
package func string(_ text: String) -> String {
  var result = "'"
  for character in text {
    let isControl = character.unicodeScalars.allSatisfy {
      $0.properties.generalCategory == .control
    }
    result += character == "'" ? "''" : isControl ? " " : String(character)
  }
  return result + "'"
}
