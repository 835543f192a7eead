import Emulsion

/// Points in two columns, with an ellipse and a mean for each component.
struct ScatterPanel {
  let figure: ClusterFigure
  let x: Int
  let y: Int
  /// The data block of the points; the last column is the label.
  let points: String
  let style: PanelStyle
  /// Its place in a grid, or `nil` for a panel of its own.
  var edges: GridEdges?

  func draw(in script: inout GnuplotScript) {
    let tics = edges == nil ? 8 : 5
    for (name, column, isLabelled) in [
      ("x", x, edges?.isBottom ?? true), ("y", y, edges?.isLeft ?? true),
    ] {
      script.add(
        figure.axis(column).commands(
          name, tics: tics, isLabelled: isLabelled, font: edges?.font))
    }
    var parts = figure.usedLabels.map(pointsPlot)
    if let components = figure.components {
      for k in 0..<components.count {
        let outline = script.addBlock(components.ellipse(k, x, y).points)
        parts.append("\(outline) using 1:2 \(style.line(k)) notitle")
      }
      if !style.isText { parts += meanPlots(components, in: &script) }
    }
    if edges == nil {
      script.add("set xlabel \(string(figure.names[x].clipped(to: 60))) textcolor '#303030'")
      script.add("set ylabel \(string(figure.names[y].clipped(to: 40))) textcolor '#303030'")
      script.add(style.legend)
      parts += style.isText ? textLegend : figure.legendEntries
    } else {
      script.add("set border 3; unset key")
    }
    script.add("plot " + parts.joined(separator: ", \\\n  "))
  }

  private func pointsPlot(_ label: Int) -> String {
    let last = figure.columns.count + 1
    let isOfClass = label < 0 ? "column(\(last)) < 0" : "column(\(last)) == \(label)"
    return "\(points) using (\(isOfClass) ? column(\(x + 1)) : NaN):(column(\(y + 1))) "
      + "\(style.point(label)) notitle"
  }

  /// Crosses at the means, on white so that they stand out among points of their own colour.
  private func meanPlots(
    _ components: PlotComponents, in script: inout GnuplotScript
  ) -> [String] {
    let size = edges == nil ? 1.1 : 0.8
    return (0..<components.count).flatMap { k in
      let mean = script.addBlock([[components.means[k, x], components.means[k, y]]])
      let cross = "\(mean) using 1:2 with points pointtype 2 pointsize \(size)"
      return [
        "\(cross) linewidth 5 linecolor rgb '#ffffff' notitle",
        "\(cross) linewidth 2.2 linecolor rgb \(Palette.color(k)) notitle",
      ]
    }
  }

  private var textLegend: [String] {
    figure.classNames.indices.map { k in
      "NaN with points pointtype \(k % 14 + 1) title \(string(figure.classNames[k]))"
    }
  }
}
