import Emulsion

/// A picture, made of plain numbers and drawn by gnuplot when it is saved or shown.
///
/// Drawing needs the program `gnuplot` (Debian package `gnuplot-nox`) in `PATH`.
public struct Plot: Sendable {
  let figure: any Figure

  /// Bytes of memory of what it draws, roughly.
  package var memorySize: Int { figure.memorySize }

  /// Draws the plot into a file, which appears whole or not at all; the end of its name tells the
  /// format: `.svg`, `.png` or `.pdf`.
  ///
  /// - Throws: `invalid-option` for another name, `io` where the file can not be written or gnuplot
  ///   is missing or fails.
  public func save(to path: String) throws {
    let endings: [(String, Medium)] = [(".svg", .svg), (".png", .png), (".pdf", .pdf)]
    guard let (_, medium) = endings.first(where: { path.lowercased().hasSuffix($0.0) }) else {
      throw EmulsionError(
        .invalidOption, "\(path): plots are saved under names that end in .svg, .png or .pdf")
    }
    try Gnuplot().draw(script(for: medium), to: path)
  }

  /// Draws the plot in characters, for a terminal.
  ///
  /// - Parameters:
  ///   - width: Characters in a line.
  ///   - height: Lines.
  /// - Throws: `io` where gnuplot is missing or fails.
  public func text(width: Int = 80, height: Int = 24) throws -> String {
    let medium = Medium.text(width: max(width, 20), height: max(height, 8))
    return try Gnuplot().text(of: script(for: medium))
  }

  /// All that gnuplot is told.
  package func script(for medium: Medium) -> String {
    var script = GnuplotScript()
    script.begin(medium, size: figure.size)
    figure.draw(in: &script, for: medium)
    return script.text
  }
}

/// What is drawn, apart from how it comes to paper.
protocol Figure: Sendable {
  /// Width and height in pixels of a screen of 96 per inch.
  var size: (width: Int, height: Int) { get }
  /// Bytes of memory of what is drawn, roughly.
  var memorySize: Int { get }
  /// Adds the commands that draw it.
  func draw(in script: inout GnuplotScript, for medium: Medium)
}

extension Figure {
  /// Little.
  var memorySize: Int { 1024 }
}

/// What is drawn on.
package enum Medium: Equatable {
  case svg
  case png
  case pdf
  case text(width: Int, height: Int)

  /// Whether drawn in characters.
  var isText: Bool {
    if case .text = self { return true }
    return false
  }
}
