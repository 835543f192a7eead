import Emulsion

/// A histogram of one column, stacked class by class, with the components' densities.
struct DensityPanel {
  let figure: ClusterFigure
  let column: Int
  let style: PanelStyle
  /// Its place in a grid, or `nil` for a panel of its own.
  var edges: GridEdges?

  func draw(in script: inout GnuplotScript) {
    let classes = figure.classNames.count
    let curves = figure.curves(column)
    let histogram = Histogram(
      figure.columns[column], labels: figure.labels, classes: classes,
      ofWholeNumbers: curves?.isDiscrete ?? false)
    let axis = figure.axis(column).holding(curves?.isDiscrete == true ? histogram.extent : nil)
    // Where no value is finite there is nothing else to plot.
    var parts = ["NaN notitle"]
    for label in 0...classes {
      let stack = histogram.stacked(label)
      if stack.isEmpty { continue }
      let block = script.addBlock(stack)
      parts.append("\(block) \(bars(label == classes ? -1 : label)) notitle")
    }
    var highest = histogram.highest
    if let curves {
      // A narrow component may be far higher than any bar; bars must stay legible.
      highest = max(highest, min(curves.highest, 2.5 * histogram.highest))
      parts += curvePlots(curves, in: &script)
    }
    // In a grid, room for the column's name above the bars.
    let headroom = edges == nil ? 1.06 : 1.3
    script.add("set yrange [0:\(number(highest > 0 ? highest * headroom : 1))]")
    script.add(
      axis.commands(
        "x", tics: edges == nil ? 8 : 5, isLabelled: edges?.isBottom ?? true, font: edges?.font))
    if edges == nil {
      script.add("set xlabel \(string(figure.names[column].clipped(to: 60))) textcolor '#303030'")
      script.add("set ylabel 'Density' textcolor '#303030'")
      script.add(style.legend)
      if !style.isText { parts = figure.legendEntries + parts }
    } else {
      script.add("set border 1; unset key; unset ytics")
      let name = figure.names[column].clipped(to: figure.columns.count > 3 ? 24 : 30)
      script.add(
        "set label \(string(name)) at graph 0.04, graph 0.92 left front textcolor '#202020' "
          + "font ',\(figure.columns.count > 4 ? 9 : 10)'")
    }
    script.add("plot " + parts.joined(separator: ", \\\n  "))
  }

  private func bars(_ label: Int) -> String {
    if style.isText {
      return "using (($1 + $2) / 2):4 with impulses linetype \(max(label, 0) % 8 + 1)"
    }
    return "using (($1 + $2) / 2):3:1:2:3:4 with boxxyerror "
      + "fillstyle transparent solid 0.35 noborder linecolor rgb \(Palette.color(label))"
  }

  private func curvePlots(_ curves: DensityCurves, in script: inout GnuplotScript) -> [String] {
    let names = figure.classNames
    var parts = curves.components.enumerated().map { k, points in
      let block = script.addBlock(points)
      let title = style.isText ? "title \(string(names[k].clipped(to: 28)))" : "notitle"
      let line = curves.isDiscrete ? style.mark(k) : style.line(k, width: edges == nil ? 2.2 : 1.6)
      return "\(block) using 1:2 \(line) \(title)"
    }
    if curves.components.count > 1 || curves.hasNoise {
      let block = script.addBlock(curves.mixture)
      let look =
        style.isText
        ? "with lines linetype \(curves.components.count % 8 + 1)"
        : "with lines linewidth 1.2 dashtype 2 linecolor rgb '#303030'"
      parts.append("\(block) using 1:2 \(look) \(edges == nil ? "title 'Mixture'" : "notitle")")
    }
    return parts
  }
}
