import ArgumentParser
import Emulsion
import EmulsionPlot

/// `emulsion fit DATA`
struct FitCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "fit",
    abstract: "Fit one mixture to a file.",
    discussion: """
      As text the result is a summary, as CSV one line a component, as JSON all there is. \
      Ctrl-C ends the fit and prints what was reached.
      """)

  @OptionGroup var data: DataOptions

  @Option(help: ArgumentHelp("The number of components.", valueName: "count"))
  var components: Int = 1

  @Option(
    help: ArgumentHelp(
      "\(Catalogue.command.covarianceNames.joined(separator: ", ")).", valueName: "name"))
  var covariance: String = FitOptions().covariance

  @OptionGroup var settings: FitSettings
  @OptionGroup var output: OutputOptions

  @Option(help: ArgumentHelp("Save the model.", valueName: "model.json"), completion: .file())
  var save: String?

  @Option(
    help: ArgumentHelp("Draw the data by component: .svg, .png or .pdf.", valueName: "file"),
    completion: .file())
  var plot: String?

  func run() throws {
    try checkPlotName(plot)
    try checkWritable(output.output, save, plot)
    let (model, source) = try settings.run(on: data) { catalogue, source, options in
      var options = options
      options.components = components
      options.covariance = covariance
      return (try catalogue.fit(source, options), source)
    }
    try output.write(model.report(output.format(standard: .text)))
    if let save { try model.save(to: save) }
    if let plot { try Plot.clusters(of: model, in: source, title: data.data).save(to: plot) }
    try finish(model)
  }
}

/// Repeats the warnings where they are not lost among results, and ends by 130 after Ctrl-C.
func finish(_ model: Model) throws {
  if !Console.isOutputTerminal || !Console.isErrorTerminal {
    for warning in model.warnings { Console.complain("warning: \(warning)") }
  }
  if model.isCancelled || Interrupts.isRaised {
    try Console.flush()
    throw ExitStatus.interrupted
  }
}

/// Refuses a plot that could not be saved, before the fit is made.
func checkPlotName(_ path: String?) throws {
  guard let path else { return }
  let name = path.lowercased()
  if ![".svg", ".png", ".pdf"].contains(where: name.hasSuffix) {
    throw UsageError(
      description: "--plot \(path): plots are saved under names that end in .svg, .png or .pdf")
  }
}
