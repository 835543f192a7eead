import Emulsion

/// A line of a plot of criteria: one kind of model, fitted with several numbers of components.
public struct CriterionSeries: Sendable {
  /// The covariance model, or what else tells this line from the others.
  public let name: String
  /// Numbers of components and the criterion's values; `NaN` where there is none.
  public let values: [(components: Int, value: Double)]

  /// Makes a line.
  public init(name: String, values: [(components: Int, value: Double)]) {
    self.name = name
    self.values = values.sorted { $0.components < $1.components }
  }
}

extension Plot {
  /// A criterion such as BIC against the number of components, a line for each covariance model;
  /// the smallest value is marked.
  ///
  /// - Parameters:
  ///   - name: The criterion, such as `BIC`; smaller is better.
  ///   - series: The lines.
  ///   - best: The name and number of components of the model to mark; the smallest if `nil`.
  ///   - title: What to write above the plot.
  /// - Throws: `invalid-data` where there is no value to draw.
  public static func criterion(
    _ name: String, _ series: [CriterionSeries], best: (name: String, components: Int)? = nil,
    title: String = ""
  ) throws -> Plot {
    let points = series.flatMap { line in
      line.values.filter(\.value.isFinite).map { (line.name, $0.components, $0.value) }
    }
    guard let smallest = points.min(by: { $0.2 < $1.2 }) else {
      throw EmulsionError(.invalidData, "no model has a \(name) to draw; see their status")
    }
    let marked = points.first { $0.0 == best?.name && $0.1 == best?.components } ?? smallest
    return Plot(
      figure: CriterionFigure(
        criterion: name, series: series, best: marked, title: title))
  }
}

/// Lines of a criterion against the number of components.
struct CriterionFigure: Figure {
  let criterion: String
  let series: [CriterionSeries]
  let best: (name: String, components: Int, value: Double)
  let title: String

  var size: (width: Int, height: Int) { (760, 500) }

  func draw(in script: inout GnuplotScript, for medium: Medium) {
    if !title.isEmpty { script.add("set title \(string(title)) textcolor '#202020'") }
    let components = series.flatMap { $0.values.map(\.components) }
    let (low, high) = (components.min() ?? 1, components.max() ?? 1)
    script.add("set xlabel 'Components' textcolor '#303030'")
    script.add("set ylabel \(string("\(criterion) (smaller is better)")) textcolor '#303030'")
    script.add("set xrange [\(Double(low) - 0.3):\(Double(high) + 0.3)]")
    script.add("set xtics \(max(1, (high - low) / 12))")
    script.add("set offsets 0, 0, graph 0.04, graph 0.08")
    var parts: [String] = []
    for (index, line) in series.enumerated() {
      let rows = line.values.map { [Double($0.components), $0.value] }
      let block = script.addBlock(rows)
      let look =
        medium.isText
        ? "with linespoints linetype \(index % 8 + 1) pointtype \(index % 14 + 1)"
        : "with linespoints linewidth 1.8 pointtype \(shape(index)) pointsize 0.8 "
          + "linecolor rgb \(Palette.color(index))"
      parts.append("\(block) using 1:2 \(look) title \(string(line.name.clipped(to: 28)))")
    }
    let mark = script.addBlock([[Double(best.components), best.value]])
    let name = series.count == 1 ? "" : "\(best.name), "
    let label = string("\(name)K = \(best.components)")
    if medium.isText {
      script.add("set key outside below horizontal width 2")
      script.add(
        "set label 1 \(label) at first \(best.components), first \(number(best.value)) offset 1,1 "
          + "front")
    } else {
      script.add("set grid ytics linecolor rgb '#e4e4e4' linetype 1 linewidth 0.6")
      script.add("set key outside right top")
      let isFarRight = 3 * (best.components - low) > 2 * (high - low)
      script.add(
        "set label 1 \(label) at first \(best.components), first \(number(best.value)) "
          + "\(isFarRight ? "right" : "left") offset \(isFarRight ? -0.8 : 0.8),-1.1 front "
          + "textcolor '#101010'")
      parts.append(
        "\(mark) using 1:2 with points pointtype 6 pointsize 2.2 linewidth 2 "
          + "linecolor rgb '#101010' notitle")
    }
    script.add("plot " + parts.joined(separator: ", \\\n  "))
  }

  /// Another shape for each line as well, so that lines of one colour differ.
  private func shape(_ index: Int) -> Int { [7, 5, 9, 11, 13][index % 5] }
}
