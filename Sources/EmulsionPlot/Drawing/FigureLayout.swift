import Emulsion

/// Where a panel lies, in pixels from above.
struct PanelFrame {
  var box: (left: Double, right: Double, top: Double, bottom: Double)
  var hasXTics: Bool
  var hasYTics: Bool
  /// Where the names of the axes stand.
  var xLabelY: Double
  var yLabelX: Double
}

/// Where everything of a figure lies, in pixels from the upper left corner, so that nothing overlaps
/// or is cut at any size.
struct FigureLayout {
  /// A line of the legend with its place: its left end and its middle.
  struct PlacedEntry {
    var entry: LegendEntry
    var text: String
    var x: Double
    var y: Double
  }

  let fontSize: Double
  /// How large marks are against those of a picture of the usual size.
  let scale: Double
  var titleLines: [String] = []
  var noteLines: [String] = []
  var notesTop = 0.0
  var legend: [PlacedEntry] = []
  var frames: [PanelFrame] = []
  let mostNameLetters = 16

  /// A letter of average width, and a line.
  var characterWidth: Double { 0.58 * fontSize }
  var lineHeight: Double { 1.4 * fontSize }
  var noteHeight: Double { 1.15 * fontSize }

  /// A font's size in the points that a script counts in.
  func points(_ share: Double) -> String { (share * fontSize * 0.75).formatted(decimals: 2) }

  init(_ figure: Figure) {
    let (width, height) = (Double(figure.size.width), Double(figure.size.height))
    fontSize = 13 * figure.scale
    scale = fontSize / 13
    if !figure.title.isEmpty {
      titleLines = Self.wrapped(
        figure.title, letters: Int((width - 20) / (0.62 * fontSize)), most: 2)
    }
    var top = 10.0 + (titleLines.isEmpty ? 0 : Double(titleLines.count) * lineHeight + 6)
    let letters = Int((width - 20) / (0.47 * fontSize))
    noteLines = figure.notes.flatMap { Self.wrapped($0, letters: letters, most: 3) }
    let mostNotes = max(1, Int(0.2 * height / noteHeight))
    if noteLines.count > mostNotes { noteLines = Array(noteLines.prefix(mostNotes)) }
    notesTop = height - 6 - Double(noteLines.count) * noteHeight
    var bottom = notesTop - (noteLines.isEmpty ? 2 : 4)
    var right = width - 12
    placeLegend(figure, &top, &right, &bottom)
    placePanels(figure, left: 8, right: right, top: top, bottom: bottom)
  }

  // MARK: Legend

  /// Places the legend in the free corner of a triangle of panels, else at the right where there is room,
  /// else below.
  private mutating func placeLegend(
    _ figure: Figure, _ top: inout Double, _ right: inout Double, _ bottom: inout Double
  ) {
    let entries = figure.legend
    guard !entries.isEmpty else { return }
    let width = Double(figure.size.width)
    let longest = entries.map { entryWidth($0, letters: 30) }.max() ?? 0
    if figure.sharesAxes && figure.columns > 2 {
      let left = width * (figure.columns == 3 ? 0.7 : 0.62)
      place(
        entries, left: left, right: right, top: top + 4, lines: max(3, figure.rows * 3),
        cell: longest)
    } else if longest < 0.34 * width && width >= 46 * fontSize {
      let lines = max(2, Int((bottom - top - 10) / lineHeight))
      let columns = max(1, min((entries.count + lines - 1) / lines, Int(0.4 * width / longest)))
      let left = right - Double(columns) * longest
      place(entries, left: left, right: right, top: top + 4, lines: lines, cell: longest)
      right = left - 12
    } else {
      let cell = min(longest, width - 20)
      let columns = max(1, Int((width - 20) / cell))
      let most = max(1, Int(0.3 * (bottom - top) / lineHeight))
      let lines = min(most, (entries.count + columns - 1) / columns)
      bottom -= Double(lines) * lineHeight + 4
      place(
        entries, left: 12, right: width - 8, top: bottom + 4, lines: lines, cell: cell,
        isByRows: true)
    }
  }

  private func entryWidth(_ entry: LegendEntry, letters: Int) -> Double {
    let count = Double(min(entry.text.count, letters))
    return entry.kind == .text ? count * 0.47 * fontSize + 10 : count * characterWidth + 40
  }

  private mutating func place(
    _ entries: [LegendEntry], left: Double, right: Double, top: Double, lines: Int, cell: Double,
    isByRows: Bool = false
  ) {
    let columns = max(1, Int((right - left + 1) / cell))
    let room = columns * lines
    for (index, entry) in entries.enumerated() {
      if index >= room { break }
      let (line, column) =
        isByRows ? (index / columns, index % columns) : (index % lines, index / lines)
      let isLast = index == room - 1 && entries.count > room
      let letters = Int((cell - 34) / characterWidth)
      let more = "… \(entries.count - room + 1) more"
      legend.append(
        PlacedEntry(
          entry: isLast ? .text(more) : entry,
          text: isLast ? more : entry.text.clipped(to: entry.kind == .text ? 99 : max(8, letters)),
          x: left + Double(column) * cell, y: top + (Double(line) + 0.5) * lineHeight))
    }
  }

  // MARK: Panels

  private mutating func placePanels(
    _ figure: Figure, left: Double, right: Double, top: Double, bottom: Double
  ) {
    let (rows, columns) = (figure.rows, figure.columns)
    let panels = figure.panels
    let titleHeight =
      panels.contains { !$0.title.isEmpty } ? lineHeight : 4
    if figure.sharesAxes {
      let gap = 8.0
      let outerLeft = left + (panels.map(yTicWidth).max() ?? 0) + 10
      let outerBottom = bottom - 2.2 * fontSize
      let cellWidth = (right - outerLeft - gap * Double(columns - 1)) / Double(columns)
      let cellHeight =
        (outerBottom - top - gap * Double(rows - 1)) / Double(rows)
      frames = panels.map { panel in
        let place = panel.place
        let x = outerLeft + Double(place.column) * (cellWidth + gap)
        let y = top + Double(place.row) * (cellHeight + gap)
        let own = panel.title.isEmpty ? 0 : titleHeight
        return PanelFrame(
          box: (x, x + cellWidth, y + own, y + cellHeight), hasXTics: place.row == rows - 1,
          hasYTics: place.column == 0, xLabelY: 0, yLabelX: 0)
      }
      return
    }
    let cellWidth = (right - left) / Double(columns)
    let cellHeight = (bottom - top) / Double(rows)
    for panel in panels {
      let x = left + Double(panel.place.column) * cellWidth
      let y = top + Double(panel.place.row) * cellHeight
      let hasYLabel = !panel.y.label.isEmpty
      let ticWidth = yTicWidth(panel)
      let boxLeft = x + ticWidth + (hasYLabel ? lineHeight + 4 : 4)
      let boxRight = x + cellWidth - (columns > 1 ? 10 : 4)
      let ticHeight = xTicHeight(panel, length: boxRight - boxLeft)
      let hasXLabel = !panel.x.label.isEmpty
      let boxBottom = y + cellHeight - ticHeight - (hasXLabel ? lineHeight : 0) - 2
      frames.append(
        PanelFrame(
          box: (
            boxLeft, max(boxLeft + 10, boxRight), y + titleHeight,
            max(y + titleHeight + 10, boxBottom)
          ),
          hasXTics: true, hasYTics: true, xLabelY: y + cellHeight - 0.5 * lineHeight - 2,
          yLabelX: x + 0.5 * lineHeight + 2))
    }
  }

  /// How many numbers along an axis of a length.
  func ticCount(_ name: String, length: Double) -> Int {
    max(3, min(10, Int(length / ((name == "x" ? 4.2 : 3) * fontSize))))
  }

  private func yTicWidth(_ panel: Panel) -> Double {
    let letters =
      switch panel.y.tics {
      case .none: 0
      case .numbers: panel.y.range.ticNumbers(10).map(\.text.count).max() ?? 1
      case .names(let names): min(mostNameLetters, names.map(\.name.count).max() ?? 0)
      }
    return letters == 0 ? 2 : Double(letters) * 0.52 * fontSize + 1.2 * fontSize
  }

  private func xTicHeight(_ panel: Panel, length: Double) -> Double {
    switch panel.x.tics {
    case .none: return 4
    case .numbers: return 2.1 * fontSize
    case .names(let names):
      guard areTurned(names.map(\.name), length: length) else { return 2.1 * fontSize }
      let letters = min(mostNameLetters, names.map(\.name.count).max() ?? 0)
      return Double(letters) * 0.55 * fontSize + 1.1 * fontSize
    }
  }

  /// Whether names along an axis are written upwards, where they don't fit beside each other.
  func areTurned(_ names: [String], length: Double) -> Bool {
    let longest = Double(min(mostNameLetters, names.map(\.count).max() ?? 0))
    return longest * 0.5 * fontSize + 6 > length / Double(max(1, names.count))
  }

  /// Every how manieth name is written.
  func everyName(_ names: [String], turned: Bool, length: Double) -> Int {
    let letters = Double(min(mostNameLetters, names.map(\.count).max() ?? 0))
    let size = turned ? 1.05 * fontSize : letters * 0.5 * fontSize + 6
    return max(1, Int((Double(names.count) * size / max(1, length)).rounded(.up)))
  }

  // MARK: Text

  /// A text in lines of at most so many letters, broken at spaces; what does not fit into the lines is cut.
  static func wrapped(_ text: String, letters: Int, most: Int = .max) -> [String] {
    let letters = max(8, letters)
    var lines: [String] = []
    var line = ""
    for word in text.split(separator: " ", omittingEmptySubsequences: false) {
      if !line.isEmpty && line.count + 1 + word.count > letters {
        lines.append(line)
        line = String(word)
      } else {
        line += (line.isEmpty ? "" : " ") + word
      }
    }
    lines.append(line)
    if lines.count > most {
      let rest = lines[(most - 1)...].joined(separator: " ")
      lines = Array(lines.prefix(most - 1)) + [rest]
    }
    return lines.map { $0.clipped(to: letters) }
  }
}
