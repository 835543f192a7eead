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

  @OptionGroup private var own: OptionFlags<FlagsOfOneFit>

  @Option(
    help: ArgumentHelp(
      "\(Catalogue.command.covarianceNames.joined(separator: ", ")).", valueName: "name"))
  var covariance: String = FitOptions().covariance

  @OptionGroup var settings: FitSettings
  @OptionGroup var output: OutputOptions

  @Option(help: ArgumentHelp("Save the model.", valueName: "model.json"), completion: .file())
  var save: String?

  @OptionGroup var pictures: PlotSettings

  func run() throws {
    try pictures.check()
    try settings.checkForce()
    let view = try pictures.choice(of: ModelView.self)
    try output.check(
      save, pictures.plot, pictures.report, settings.checkpoint,
      apartFrom: data.paths + settings.plugins.paths)
    let (model, source) = try settings.run(on: data) { catalogue, source, options in
      var options = options
      try own.apply(to: &options, catalogue)
      options.covariance = covariance
      return (try catalogue.fit(source, options), source)
    }
    try output.write(model)
    if let save, Ranks.isFirst { try model.save(to: save) }
    let drawing = pictures.options(title: data.data)
    if let plot = pictures.plot, !Interrupts.isRaised, Ranks.isFirst {
      try Plot.model(model, view, data: source, options: drawing)
        .save(to: plot, isCancelled: drawing.isCancelled)
    }
    if let report = pictures.report, !Interrupts.isRaised, Ranks.isFirst {
      try Report(of: model, data: source, options: drawing).save(to: report)
    }
    try finish(model)
  }
}

/// Repeats the warnings where they are not lost among results, and ends by 130 after Ctrl-C.
func finish(_ model: Model) throws {
  if !Console.isOutputTerminal || !Console.isErrorTerminal {
    for warning in model.shownWarnings { Console.complain("warning: \(warning)") }
  }
  if Interrupts.isRaised {
    try Console.flush()
    throw ExitStatus.interrupted
  }
}
