import Emulsion

/// A picture, made of plain numbers and drawn by gnuplot when it is saved or shown.
///
/// Drawing needs the program `gnuplot` (Debian package `gnuplot-nox`) in `PATH`.
public struct Plot: Sendable {
  /// What is drawn.
  package let figure: Figure

  /// Bytes of memory of what it draws, roughly.
  package var memorySize: Int { figure.memorySize }

  /// Draws the plot into a file, which appears whole or not at all; the end of its name tells the
  /// format: `.svg`, `.png` or `.pdf`.
  ///
  /// PNG files have twice the pixels of its size, for print and sharp screens.
  ///
  /// - Parameters:
  ///   - path: The file.
  ///   - isCancelled: Ends the drawing.
  /// - Throws: `invalid-option` for another name, `io` where the file cannot be written or gnuplot
  ///   is missing or fails, `cancelled`.
  public func save(to path: String, isCancelled: @Sendable () -> Bool = { false }) throws {
    let endings: [(String, Medium)] = [(".svg", .svg), (".png", .png), (".pdf", .pdf)]
    guard let (_, medium) = endings.first(where: { path.lowercased().hasSuffix($0.0) }) else {
      throw EmulsionError(
        .invalidOption, "\(path): plots are saved under names that end in .svg, .png or .pdf")
    }
    let gnuplot = try Gnuplot()
    let script = script(for: medium)
    // Programs that show SVG files have fonts of their own.
    try gnuplot.draw(
      medium == .svg ? script : gnuplot.drawable(script), to: path, isCancelled: isCancelled)
  }

  /// The plot as the text of an SVG file.
  ///
  /// - Throws: `io` where gnuplot is missing or fails, `cancelled`.
  public func svg(isCancelled: @Sendable () -> Bool = { false }) throws -> String {
    try Gnuplot().text(of: script(for: .svg), isCancelled: isCancelled)
  }

  /// Draws the plot in characters, for a terminal; nothing but this library is needed.
  ///
  /// - Parameters:
  ///   - width: Characters in a line.
  ///   - height: Lines.
  public func text(width: Int = 80, height: Int = 24) -> String {
    TextDrawing(figure, width: max(width, 20), height: max(height, 8)).text
  }

  /// All that gnuplot is told.
  package func script(for medium: Medium) -> String {
    GnuplotDrawing(figure, medium: medium).script.text
  }
}
