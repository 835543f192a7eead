import Emulsion

/// A figure as commands for gnuplot: every panel at a place of its own, and one more plot over all of the
/// page, in pixels, for what is written around them.
struct GnuplotDrawing {
  let figure: Figure
  let layout: FigureLayout
  var script = GnuplotScript()

  init(_ figure: Figure, medium: Medium) {
    self.figure = figure
    layout = FigureLayout(figure)
    script.begin(medium, size: figure.size, fontSize: layout.fontSize)
    script.add("set multiplot")
    for (index, panel) in figure.panels.enumerated() { draw(panel, layout.frames[index]) }
    drawSurroundings()
    script.add("unset multiplot")
  }

  // MARK: Panels

  private mutating func draw(_ panel: Panel, _ frame: PanelFrame) {
    let (width, height) = (Double(figure.size.width), Double(figure.size.height))
    let box = frame.box
    script.add("unset label; unset key")
    script.add(
      "set lmargin at screen \(box.left / width); set rmargin at screen \(box.right / width)")
    // gnuplot counts from below.
    script.add(
      "set bmargin at screen \(1 - box.bottom / height); set tmargin at screen "
        + "\(1 - box.top / height)")
    let hasY = if case .none = panel.y.tics { false } else { true }
    script.add("set border \(hasY ? 3 : 1)")
    addAxis("x", panel.x, isLabelled: frame.hasXTics, length: box.right - box.left)
    addAxis("y", panel.y, isLabelled: frame.hasYTics, length: box.bottom - box.top)
    if !panel.title.isEmpty {
      let most = Int((box.right - box.left) / layout.characterWidth)
      addLabel(
        panel.title.clipped(to: max(4, most)), x: (box.left + box.right) / 2,
        y: box.top - 0.55 * layout.fontSize, align: "center", color: "202020")
    }
    if frame.hasXTics && !panel.x.label.isEmpty {
      addLabel(
        panel.x.label.clipped(to: Int((box.right - box.left) / layout.characterWidth) + 8),
        x: (box.left + box.right) / 2, y: frame.xLabelY, align: "center", color: Palette.ink)
    }
    if frame.hasYTics && !panel.y.label.isEmpty {
      addLabel(
        panel.y.label.clipped(to: Int((box.bottom - box.top) / layout.characterWidth) + 4),
        x: frame.yLabelX, y: (box.top + box.bottom) / 2, align: "center", color: Palette.ink,
        isVertical: true)
    }
    var parts = ["NaN notitle"]
    for layer in panel.layers {
      if case .texts(let texts) = layer.shape {
        for item in texts where panel.x.range.contains(item.x) && panel.y.range.contains(item.y) {
          script.add(
            "set label \(string(item.text)) at first \(number(item.x)), first \(number(item.y)) "
              + "center front textcolor '#\(layer.look.color)' "
              + "font ',\(layout.points(layer.look.size))'")
        }
        continue
      }
      parts.append(plotted(layer) + " notitle")
    }
    script.add("plot " + parts.joined(separator: ", \\\n  "))
  }

  private mutating func addAxis(
    _ name: String, _ axis: PanelAxis, isLabelled: Bool, length: Double
  ) {
    script.add("set \(name)range [\(number(axis.range.low)):\(number(axis.range.high))]")
    let look = "nomirror out scale 0.6 font ',\(layout.points(0.85))'"
    switch axis.tics {
    case .none: script.add("unset \(name)tics")
    case .numbers:
      let count = layout.ticCount(name, length: length)
      script.add(
        "set \(name)tics norotate autofreq \(number(axis.range.step(count))) \(look); set format "
          + "\(name) '\(isLabelled ? axis.range.format(count) : "")'")
    case .names(let names):
      let isTurned = name == "x" && layout.areTurned(names.map(\.name), length: length)
      let every = layout.everyName(
        names.map(\.name), turned: isTurned || name == "y", length: length)
      let list = names.enumerated().filter { $0.offset % every == 0 }.map { _, item in
        let text = isLabelled ? item.name.clipped(to: layout.mostNameLetters) : ""
        return "\(string(text)) \(number(item.place))"
      }
      script.add(
        "set format \(name) '%h'; set \(name)tics \(isTurned ? "rotate by 90 right" : "norotate")"
          + " \(look) (\(list.joined(separator: ", ")))")
    }
  }

  /// What plots a layer, its numbers in a block of their own.
  private mutating func plotted(_ layer: Layer) -> String {
    let look = layer.look
    let ink = "linecolor rgb \(color(look))"
    switch layer.shape {
    case .points(let rows):
      return "\(script.addBlock(rows)) using 1:2 with points pointtype \(look.pointType) "
        + "pointsize \(look.size * layout.scale) linewidth \(look.width) \(ink)"
    case .lines(let lines):
      return "\(script.addBlock(lines: lines)) using 1:2 with lines linewidth "
        + "\(look.width * layout.scale) dashtype \(look.dash) \(ink)"
    case .band(let rows):
      return "\(script.addBlock(rows)) using 1:2:3 with filledcurves "
        + "fillstyle transparent solid \(look.opacity) noborder linecolor rgb '#\(look.color)'"
    case .boxes(let rows):
      let border = look.border.map { "border linecolor rgb '#\($0)'" } ?? "noborder"
      return "\(script.addBlock(rows)) using (($1 + $2) / 2):3:1:2:3:4 with boxxyerror fillstyle "
        + "\(look.opacity < 1 ? "transparent solid \(look.opacity)" : "solid 1") \(border) "
        + "linewidth 0.7 linecolor rgb '#\(look.color)'"
    case .texts: return "NaN"
    }
  }

  private func color(_ look: Look) -> String {
    guard look.opacity < 1 else { return "'#\(look.color)'" }
    let hex = String(Int(((1 - look.opacity) * 255).rounded()), radix: 16)
    return "'#\(hex.count == 1 ? "0" : "")\(hex)\(look.color)'"
  }

  // MARK: Around the panels

  private mutating func addLabel(
    _ text: String, x: Double, y: Double, align: String, color: String, size: Double = 1,
    isVertical: Bool = false
  ) {
    let (width, height) = (Double(figure.size.width), Double(figure.size.height))
    script.add(
      "set label \(string(text)) at screen \(x / width), screen \(1 - y / height) \(align)"
        + "\(isVertical ? " rotate by 90" : "") front textcolor '#\(color)' "
        + "font ',\(layout.points(size))'")
  }

  /// Title, legend and notes.
  private mutating func drawSurroundings() {
    let (width, height) = (Double(figure.size.width), Double(figure.size.height))
    script.add("unset label; unset border; unset tics")
    script.add("set lmargin at screen 0; set rmargin at screen 1")
    script.add("set bmargin at screen 0; set tmargin at screen 1")
    script.add("set xrange [0:\(width)]; set yrange [0:\(height)]")
    for (line, text) in layout.titleLines.enumerated() {
      addLabel(
        text, x: width / 2, y: 8 + (Double(line) + 0.6) * layout.lineHeight, align: "center",
        color: "202020", size: 1.08)
    }
    for (line, text) in layout.noteLines.enumerated() {
      addLabel(
        text, x: 10, y: layout.notesTop + (Double(line) + 0.5) * layout.noteHeight, align: "left",
        color: "707070", size: 0.82)
    }
    var parts = ["NaN notitle"]
    for item in layout.legend {
      let y = height - item.y
      let entry = item.entry
      switch entry.kind {
      case .point:
        parts.append(
          plotted(Layer(shape: .points([[item.x + 10, y]]), look: entry.look)) + " notitle")
      case .line:
        parts.append(
          plotted(Layer(shape: .lines([[[item.x, y], [item.x + 22, y]]]), look: entry.look))
            + " notitle")
      case .fill:
        let box = [item.x + 2, item.x + 20, y - 0.4 * layout.fontSize, y + 0.4 * layout.fontSize]
        parts.append(plotted(Layer(shape: .boxes([box]), look: entry.look)) + " notitle")
      case .text: break
      }
      let isText = entry.kind == .text
      addLabel(
        item.text, x: isText ? item.x : item.x + 28, y: item.y, align: "left",
        color: isText ? "707070" : Palette.ink, size: isText ? 0.82 : 0.95)
    }
    script.add("plot " + parts.joined(separator: ", \\\n  "))
  }
}
