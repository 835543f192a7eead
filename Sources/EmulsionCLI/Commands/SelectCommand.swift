import ArgumentParser
import Emulsion
import EmulsionPlot

/// `emulsion select DATA`
struct SelectCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "select",
    abstract: "Fit mixtures over a grid, and choose the best.",
    discussion: """
      As text the result is the grid, best first, and a summary of the winner; as CSV one line a \
      fit of the grid; as JSON both. Ctrl-C ends the search and prints what was reached.
      """)

  @OptionGroup var data: DataOptions

  @Option(
    parsing: .unconditionalSingleValue,
    help: ArgumentHelp("Numbers of components: 1:9, or 1,2,5.", valueName: "counts"))
  var components = [ComponentCounts(SelectionOptions().components)]

  @Option(
    help: ArgumentHelp(
      "all, or some of \(Catalogue.command.covarianceNames.joined(separator: ",")).",
      valueName: "names"))
  var covariance = [NameList(["all"])]

  @OptionGroup private var own: OptionFlags<FlagsOfSearches>

  @Option(
    help: ArgumentHelp(
      "Add every finished fit to this file, and go on from those that are there.",
      valueName: "file.jsonl"),
    completion: .file())
  var journal: String?

  @OptionGroup var settings: FitSettings
  @OptionGroup var output: OutputOptions

  @Option(help: ArgumentHelp("Save the best model.", valueName: "model.json"), completion: .file())
  var save: String?

  @OptionGroup var pictures: PlotSettings

  func run() throws {
    try pictures.check()
    try settings.checkForce(journal: journal)
    let view = try pictures.choice(of: SelectionView.self) ?? .criterion
    try output.check(
      takesNumbersAlone: false, save, pictures.plot, pictures.report, journal, settings.checkpoint,
      apartFrom: data.paths + settings.plugins.paths)
    let (selection, source) = try settings.run(on: data) { catalogue, source, options in
      var grid = SelectionOptions()
      grid.components = components.flatMap(\.values)
      grid.covariances = covariance.flatMap(\.names)
      try own.apply(to: &grid, catalogue)
      grid.families = [options.family]
      grid.fit = options
      (grid.journal, grid.acceptsOtherData) = (journal, settings.force)
      return (try catalogue.select(source, grid), source)
    }
    for note in selection.notes { Console.complain("note: \(note)") }
    try output.write(selection)
    if let save, Ranks.isFirst { try selection.best.save(to: save) }
    let drawing = pictures.options(title: data.data)
    if let plot = pictures.plot, !Interrupts.isRaised, Ranks.isFirst {
      try Plot.selection(
        selection, view, inOrder: Catalogue.command.covarianceNames, options: drawing
      ).save(to: plot, isCancelled: drawing.isCancelled)
    }
    if let report = pictures.report, !Interrupts.isRaised, Ranks.isFirst {
      try Report(of: selection, data: source, options: drawing).save(to: report)
    }
    try finish(selection.best)
  }
}
