import Emulsion

/// Data coloured by class: one panel, or a grid of pairs.
struct ClusterFigure: Figure {
  /// The values, column by column.
  let columns: [[Double]]
  let names: [String]
  let labels: [Int]
  let classNames: [String]
  let components: PlotComponents?
  let title: String
  /// What the legend calls rows of no class.
  let unlabelled: String
  /// Number of columns of the data, of which some may not be shown.
  let columnCount: Int
  /// The densities of a model of one column.
  var ownCurves: DensityCurves?
  /// Columns in which normal densities stand for the components'.
  var normalColumns: Set<Int>?

  var memorySize: Int { (columns.count + 1) * labels.count * MemoryLayout<Double>.stride }

  private var note: String {
    columnCount > columns.count
      ? "columns 1 to \(columns.count) of \(columnCount); name others to see them" : ""
  }

  var size: (width: Int, height: Int) {
    switch columns.count {
    case 1, 2: (760, 520)
    case 3: (780, 740)
    default: (170 * columns.count + 110, 165 * columns.count + 90)
    }
  }

  func draw(in script: inout GnuplotScript, for medium: Medium) {
    let style = PanelStyle(isText: medium.isText, points: drawnRows.count)
    switch columns.count {
    case 1:
      addTitle(to: &script)
      DensityPanel(figure: self, column: 0, style: style).draw(in: &script)
    case 2:
      addTitle(to: &script)
      let points = script.addBlock(pointRows)
      ScatterPanel(figure: self, x: 0, y: 1, points: points, style: style)
        .draw(in: &script)
    default:
      if medium.isText {
        // Characters are too coarse for a grid.
        addTitle(to: &script, "\(names[0]) and \(names[1]), 2 of \(columnCount) columns")
        let points = script.addBlock(pointRows)
        ScatterPanel(figure: self, x: 0, y: 1, points: points, style: style)
          .draw(in: &script)
      } else {
        drawGrid(in: &script, style)
      }
    }
  }

  private func addTitle(to script: inout GnuplotScript, _ ownNote: String? = nil) {
    let parts = [title, ownNote ?? note].filter { !$0.isEmpty }
    if parts.isEmpty { return }
    script.add("set title \(string(parts.joined(separator: " – "))) textcolor '#202020'")
  }

  // MARK: Grid of pairs

  private func drawGrid(in script: inout GnuplotScript, _ style: PanelStyle) {
    let points = script.addBlock(pointRows)
    let count = columns.count
    // Margins are for the numbers at the tics and the title, of the same size in any grid.
    let (left, right) = (58 / Double(size.width), 1 - 12 / Double(size.width))
    let bottom = 34 / Double(size.height)
    let top = 1 - (title.isEmpty ? 12 : 40) / Double(size.height)
    let gap = 0.014
    let width = (right - left - gap * Double(count - 1)) / Double(count)
    let height = (top - bottom - gap * Double(count - 1)) / Double(count)
    script.add("set multiplot")
    if !title.isEmpty {
      script.add(
        "set label 1 \(string(title)) at screen \(left), screen \((1 + top) / 2) left "
          + "textcolor '#202020'")
    }
    for row in 0..<count {
      for column in 0...row {
        let x = left + Double(column) * (width + gap)
        let y = top - Double(row + 1) * height - Double(row) * gap
        script.add("set lmargin at screen \(x); set rmargin at screen \(x + width)")
        script.add("set bmargin at screen \(y); set tmargin at screen \(y + height)")
        let edges = GridEdges(
          isLeft: column == 0, isBottom: row == count - 1, font: count > 4 ? ",8" : ",9")
        if row == column {
          DensityPanel(figure: self, column: row, style: style, edges: edges).draw(in: &script)
        } else {
          ScatterPanel(figure: self, x: column, y: row, points: points, style: style, edges: edges)
            .draw(in: &script)
        }
        script.add("unset label")
      }
    }
    drawLegend(in: &script, left: left + width + 2 * gap, right: right, top: top)
    script.add("unset multiplot")
  }

  /// The names of the classes in the empty corner of the grid.
  private func drawLegend(
    in script: inout GnuplotScript, left: Double, right: Double, top: Double
  ) {
    script.add("set lmargin at screen \(left); set rmargin at screen \(right)")
    script.add("set tmargin at screen \(top); set bmargin at screen 0.1")
    script.add("unset border; unset tics")
    script.add("set key inside top right maxrows \(max(4, 2 * columns.count - 2))")
    if !note.isEmpty {
      script.add(
        "set label \(string(note)) at screen \(right), screen \((1 + top) / 2) right "
          + "textcolor '#808080' font ',9'")
    }
    script.add("set xrange [0:1]; set yrange [0:1]")
    script.add("plot " + (["NaN notitle"] + legendEntries).joined(separator: ", "))
  }

  // MARK: What panels share

  /// A plot of nothing for each class, for the legend alone: its points are opaque.
  var legendEntries: [String] {
    let used = Set(labels)
    var entries = classNames.indices.map { k in
      "NaN with points pointtype \(Palette.shape(k)) pointsize 1 linecolor rgb \(Palette.color(k)) "
        + "title \(string(classNames[k].clipped(to: 28)))"
    }
    if used.contains(where: { $0 < 0 }) && !classNames.isEmpty {
      entries.append(
        "NaN with points pointtype 7 pointsize 1 linecolor rgb \(Palette.color(-1)) "
          + "title \(string(unlabelled))")
    }
    return entries
  }

  /// The rows to draw: all, or evenly spaced ones of many.
  var drawnRows: [Int] {
    let all = labels.count
    let most = columns.count > 2 ? Plot.mostPoints / 2 : Plot.mostPoints
    return all <= most ? Array(0..<all) : (0..<most).map { $0 * all / most }
  }

  private var pointRows: [[Double]] {
    drawnRows.map { row in columns.map { $0[row] } + [Double(labels[row])] }
  }

  /// The classes that rows have, none (−1) first.
  var usedLabels: [Int] { Set(labels.map { max($0, -1) }).sorted() }

  /// The densities to draw over a column's histogram, if any.
  func curves(_ column: Int) -> DensityCurves? {
    if let ownCurves { return ownCurves }
    guard let components, normalColumns?.contains(column) ?? true else { return nil }
    return DensityCurves(components, column: column, axis: axis(column))
  }

  /// The range of a column's axis: the data and what of the ellipses is near, with a margin.
  func axis(_ column: Int) -> Axis {
    let values = columns[column].lazy.filter(\.isFinite)
    var low = values.min() ?? 0
    var high = values.max() ?? 1
    let reach = 0.25 * (high - low)
    let (dataLow, dataHigh) = (low, high)
    if let components, normalColumns?.contains(column) ?? true {
      for k in 0..<components.count {
        // √(−2 ln 0.05) standard deviations: the ellipse's extent.
        let extent = 2.45 * max(components.covariances[k][column, column], 0).squareRoot()
        low = min(low, max(components.means[k, column] - extent, dataLow - reach))
        high = max(high, min(components.means[k, column] + extent, dataHigh + reach))
      }
    }
    let span = high - low
    // gnuplot can not tell apart what is closer than this.
    let isOnePoint = span < 1e-290
    let margin = !isOnePoint ? 0.04 * span : low.magnitude > 1e-290 ? 0.1 * low.magnitude : 1
    return Axis(low: low - margin, high: high + margin)
  }
}

/// Which panels of a grid have numbers at their tics.
struct GridEdges {
  let isLeft: Bool
  let isBottom: Bool
  /// The font of the numbers, as gnuplot writes it.
  let font: String
}
