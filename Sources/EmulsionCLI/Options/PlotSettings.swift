import ArgumentParser
import Emulsion
import EmulsionPlot

/// Where pictures and pages go, and what they show.
struct PlotSettings: ParsableArguments {
  @Option(
    help: ArgumentHelp("Draw a plot: .svg, .png or .pdf.", valueName: "file"), completion: .file())
  var plot: String?

  @Option(
    help: ArgumentHelp(
      "What the plot shows (fit: \(Self.names(ModelView.self)); select: "
        + "\(Self.names(SelectionView.self))).", valueName: "name"))
  var plotWhat: String?

  @Option(
    help: ArgumentHelp("Write a report, one page of HTML.", valueName: "file"),
    completion: .file())
  var report: String?

  private static func names<Choice: CaseIterable & RawRepresentable>(_ choices: Choice.Type)
    -> String
  where Choice.RawValue == String { choices.allCases.map(\.rawValue).joined(separator: ", ") }

  /// Refuses a plot that could not be saved, before the fit is made.
  func check() throws {
    if plot == nil && plotWhat != nil {
      throw UsageError(description: "--plot-what: say where to draw it, by --plot FILE")
    }
    guard let plot else { return }
    let name = plot.lowercased()
    if ![".svg", ".png", ".pdf"].contains(where: name.hasSuffix) {
      throw UsageError(
        description: "--plot \(plot): plots are saved under names that end in .svg, .png or .pdf")
    }
  }

  /// What to show, of those that there are.
  func choice<Choice: CaseIterable & RawRepresentable>(of choices: Choice.Type) throws -> Choice?
  where Choice.RawValue == String {
    guard let plotWhat else { return nil }
    guard let choice = Choice(rawValue: plotWhat) else {
      throw UsageError(
        description: "--plot-what \(plotWhat): there is no such plot"
          + nameHint(for: plotWhat, among: choices.allCases.map(\.rawValue)))
    }
    return choice
  }

  /// A title, and an end by Ctrl-C.
  func options(title: String) -> PlotOptions {
    var options = PlotOptions()
    options.title = title
    options.isCancelled = { Interrupts.isRaised }
    return options
  }
}
