/// Sizes of what is drawn, by how much of it there is.
struct PanelStyle {
  /// Whether drawn in characters.
  let isText: Bool
  /// Number of points in a panel.
  let points: Int

  /// Transparency of points, from 0, opaque, to 255: the more points, the more.
  var transparency: Int { points <= 200 ? 0x60 : points <= 1000 ? 0x80 : 0xA0 }

  /// How large points are.
  var pointSize: Double { points <= 200 ? 0.7 : points <= 1000 ? 0.55 : 0.4 }

  /// Where the legend of a panel of its own goes.
  var legend: String {
    "set key \(isText ? "outside below horizontal width 2" : "outside right top")"
  }

  /// How points of class `label` look: small ones where they have none.
  func point(_ label: Int) -> String {
    if isText { return "with points pointtype \(label < 0 ? 15 : label % 14 + 1)" }
    let size = label < 0 ? 0.6 * pointSize : pointSize
    return "with points pointtype \(Palette.shape(label)) pointsize \(size) "
      + "linecolor rgb \(Palette.color(label, transparency: transparency))"
  }

  /// How probabilities of whole numbers look under class `label`: there is nothing between them.
  func mark(_ label: Int) -> String {
    if isText { return "with points pointtype \(label % 14 + 1)" }
    return "with linespoints pointtype 7 pointsize 0.6 linewidth 0.8 dashtype 3 "
      + "linecolor rgb \(Palette.color(label))"
  }

  /// How lines of class `label` look.
  func line(_ label: Int, width: Double = 1.8) -> String {
    if isText { return "with lines linetype \(label < 0 ? 8 : label % 8 + 1)" }
    return "with lines linewidth \(width) linecolor rgb \(Palette.color(label))"
  }
}
