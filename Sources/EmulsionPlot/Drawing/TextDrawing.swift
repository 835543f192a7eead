import Emulsion

/// A figure in characters: as many of its panels as fit, one under the other.
struct TextDrawing {
  let width: Int
  private(set) var lines: [String] = []

  var text: String { lines.joined(separator: "\n") }

  /// Fewer lines than this are no panel.
  private static let leastPanel = 10

  init(_ figure: Figure, width: Int, height: Int) {
    self.width = width
    var notes = figure.notes
    var shown = figure.panels
    let most = max(1, (height - 3) / Self.leastPanel)
    if let main = figure.mainPanel, figure.panels.indices.contains(main) {
      shown = [figure.panels[main]]
    } else if shown.count > most {
      notes.append(
        "\(most) of \(shown.count) panels; name columns, or save the plot, to see others")
      shown = Array(shown.prefix(most))
    }
    let title = figure.title.isEmpty ? [] : [figure.title.clipped(to: width)]
    var legend = legendLines(figure.legend)
    var noteLines = notes.flatMap { FigureLayout.wrapped($0, letters: width) }
    // What is least missed goes first where lines are few.
    let room = height - title.count - 6 * shown.count
    while legend.count + noteLines.count > room && !noteLines.isEmpty { noteLines.removeLast() }
    while legend.count > max(0, room) { legend.removeLast() }
    let rest = height - title.count - legend.count - noteLines.count
    lines += title
    for (index, panel) in shown.enumerated() {
      let own = rest / shown.count + (index < rest % shown.count ? 1 : 0)
      lines += PanelText(panel, width: width, height: own).lines
    }
    lines += legend + noteLines
  }

  /// The legend's entries side by side.
  private func legendLines(_ entries: [LegendEntry]) -> [String] {
    var lines: [String] = []
    var line = ""
    for entry in entries {
      let mark: String =
        switch entry.kind {
        case .point: String(entry.look.symbol ?? "•") + " "
        case .line: String(entry.look.symbol ?? "⠒") + " "
        case .fill: String(entry.look.symbol ?? "█") + " "
        case .text: ""
        }
      let text = (mark + entry.text).clipped(to: width)
      if line.isEmpty {
        line = text
      } else if line.count + 3 + text.count <= width {
        line += "   " + text
      } else {
        lines.append(line)
        line = text
      }
    }
    return line.isEmpty ? lines : lines + [line]
  }
}

/// A panel in characters, with its axes.
struct PanelText {
  private(set) var lines: [String] = []
  private let panel: Panel
  private var canvas: TextCanvas

  init(_ panel: Panel, width: Int, height: Int) {
    self.panel = panel
    let heading = [panel.title, panel.y.label].filter { !$0.isEmpty }.joined(separator: " – ")
    let hasHeading = !heading.isEmpty && height > 6
    let hasXLabel = !panel.x.label.isEmpty && height > 7
    var rows = max(3, height - 2 - (hasHeading ? 1 : 0) - (hasXLabel ? 1 : 0))
    // Names along an axis need a line each, or the same number of lines.
    if case .names(let names) = panel.y.tics, names.count > 5 {
      rows = max(1, rows / names.count) * names.count
    }
    let yTics = Self.tics(panel.y, most: max(2, rows / 4))
    let margin = min(width / 3, (yTics.map(\.text.count).max() ?? 0) + 1)
    canvas = TextCanvas(width: max(4, width - margin - 1), height: rows)
    for layer in panel.layers { draw(layer) }
    var left = Array(repeating: String(repeating: " ", count: margin) + "│", count: rows)
    for tic in yTics {
      let row = row(tic.place)
      guard left.indices.contains(row) else { continue }
      let text = tic.text.clipped(to: margin - 1)
      left[row] = String(repeating: " ", count: margin - 1 - text.count) + text + " ┤"
    }
    if hasHeading { lines.append(heading.clipped(to: width)) }
    lines += zip(left, canvas.lines).map { $0 + $1 }
    lines += xAxis(margin: margin, width: width)
    if hasXLabel {
      let label = panel.x.label.clipped(to: width - margin - 1)
      lines.append(
        String(repeating: " ", count: margin + 1 + (canvas.width - label.count) / 2) + label)
    }
  }

  private static func tics(_ axis: PanelAxis, most: Int) -> [(place: Double, text: String)] {
    switch axis.tics {
    case .none: []
    case .numbers: axis.range.ticNumbers(most).filter { axis.range.contains($0.place) }
    case .names(let names): names.map { ($0.place, $0.name) }
    }
  }

  private func xAxis(margin: Int, width: Int) -> [String] {
    var axis = TextCanvas(width: width, height: 2)
    axis.put(
      String(repeating: " ", count: margin) + "└" + String(repeating: "─", count: canvas.width),
      column: 0, row: 0)
    let tics = Self.tics(panel.x, most: max(2, canvas.width / 12))
    var free = 0
    for tic in tics {
      let place = margin + 1 + column(tic.place)
      guard place > margin, place <= margin + canvas.width else { continue }
      axis.put("┴", column: place, row: 0)
      let text = tic.text.clipped(to: max(4, canvas.width / max(1, tics.count) - 1))
      let start = max(0, min(place - text.count / 2, width - text.count))
      guard start >= free else { continue }
      axis.put(text, column: start, row: 1)
      free = start + text.count + 1
    }
    return axis.lines
  }

  // MARK: Places

  private func share(_ value: Double, _ axis: Axis) -> Double {
    (value - axis.low) / (axis.high - axis.low)
  }

  /// A whole number that surely is one, far outside of the canvas for what is far off.
  private func whole(_ value: Double) -> Int { Int(max(-1e6, min(1e6, value.rounded(.down)))) }

  private func column(_ x: Double) -> Int {
    x == panel.x.range.high
      ? canvas.width - 1 : whole(share(x, panel.x.range) * Double(canvas.width))
  }
  private func row(_ y: Double) -> Int {
    y == panel.y.range.low
      ? canvas.height - 1 : whole((1 - share(y, panel.y.range)) * Double(canvas.height))
  }

  // MARK: Layers

  private mutating func draw(_ layer: Layer) {
    switch layer.shape {
    case .points(let points):
      for point in points where point.allSatisfy(\.isFinite) {
        canvas.put(layer.look.symbol ?? "•", column: column(point[0]), row: row(point[1]))
      }
    case .lines(let lines):
      for line in lines {
        for (a, b) in zip(line, line.dropFirst()) { draw(from: a, to: b, layer.look.symbol) }
      }
    case .band(let rows):
      for (a, b) in zip(rows, rows.dropFirst()) {
        draw(from: [a[0], a[1]], to: [b[0], b[1]], nil)
        draw(from: [a[0], a[2]], to: [b[0], b[2]], nil)
      }
    case .boxes(let boxes): for box in boxes { fill(box, layer.look.symbol) }
    case .texts(let texts):
      for item in texts {
        canvas.put(item.text, column: column(item.x) - item.text.count / 2, row: row(item.y))
      }
    }
  }

  private mutating func draw(from a: [Double], to b: [Double], _ symbol: Character?) {
    guard a.allSatisfy(\.isFinite), b.allSatisfy(\.isFinite) else { return }
    let (w, h) = (Double(canvas.width) * 2, Double(canvas.height) * 4)
    func place(_ p: [Double]) -> (x: Double, y: Double) {
      (share(p[0], panel.x.range) * w, (1 - share(p[1], panel.y.range)) * h)
    }
    let (p, q) = (place(a), place(b))
    let steps = min(4000, max(1, Int(min(4000, max((p.x - q.x).magnitude, (p.y - q.y).magnitude)))))
    for step in 0...steps {
      let t = Double(step) / Double(steps)
      let (x, y) = (whole(p.x + t * (q.x - p.x)), whole(p.y + t * (q.y - p.y)))
      guard x >= 0, y >= 0 else { continue }
      if let symbol {
        canvas.put(symbol, column: x / 2, row: y / 4)
      } else {
        canvas.dot(x: x, y: y)
      }
    }
  }

  private mutating func fill(_ box: [Double], _ symbol: Character?) {
    guard box.allSatisfy(\.isFinite) else { return }
    let first = max(0, column(box[0]))
    let last = min(canvas.width - 1, max(first, column(box[1]) - 1))
    guard first <= last else { return }
    // Rows of which more than half belongs to the rectangle.
    let lines = Double(canvas.height)
    let top = whole((1 - share(box[3], panel.y.range)) * lines + 0.5)
    let bottom = min(
      canvas.height - 1, whole((1 - share(box[2], panel.y.range)) * lines - 0.5))
    for column in first...last {
      if let symbol {
        if top <= bottom {
          for row in max(0, top)...bottom { canvas.put(symbol, column: column, row: row) }
        }
      } else {
        let share = min(1, share(box[3], panel.y.range) - share(box[2], panel.y.range))
        let eighths = Int((share * Double(canvas.height) * 8).rounded(.up))
        canvas.bar(column: column, bottom: bottom, eighths: eighths)
      }
    }
  }
}
