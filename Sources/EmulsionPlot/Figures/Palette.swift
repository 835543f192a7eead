/// Colours that people with any colour vision tell apart.
///
/// Source: M. Okabe & K. Ito, Color universal design, 2008; yellow is darkened to be seen on white.
enum Palette {
  private static let colors = [
    "0072B2", "D55E00", "009E73", "CC79A7", "E69F00", "56B4E9", "8C7A00", "505050",
  ]
  /// Circle, square, triangle, triangle upside down, diamond; all filled.
  private static let shapes = [7, 5, 9, 11, 13]

  /// The colour of class `index` as gnuplot reads it, grey for no class.
  ///
  /// - Parameters:
  ///   - index: The class, from 0, or less for none.
  ///   - transparency: From 0, opaque, to 255.
  static func color(_ index: Int, transparency: Int = 0) -> String {
    let digits = index < 0 ? "909090" : colors[index % colors.count]
    let hex = String(transparency, radix: 16)
    return transparency == 0 ? "'#\(digits)'" : "'#\(hex.count == 1 ? "0" : "")\(hex)\(digits)'"
  }

  /// gnuplot's number of the shape of points of class `index`: another one once colours repeat.
  static func shape(_ index: Int) -> Int {
    index < 0 ? 7 : shapes[index / colors.count % shapes.count]
  }
}
