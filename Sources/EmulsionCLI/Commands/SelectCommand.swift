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

  @Option(help: ArgumentHelp("Numbers of components: 1:9, or 1,2,5.", valueName: "counts"))
  var components = ComponentCounts(Array(1...9))

  @Option(
    help: ArgumentHelp(
      "all, or some of \(Catalogue.command.covarianceNames.joined(separator: ",")).",
      valueName: "names"))
  var covariance = NameList(["all"])

  @Option(
    help: ArgumentHelp(
      "\(Catalogue.command.criterionNames.joined(separator: ", ")); smaller is better.",
      valueName: "name"))
  var criterion: String = SelectionOptions().criterion

  @Option(help: ArgumentHelp("How many parts cv cuts the rows into.", valueName: "count"))
  var folds: Int = SelectionOptions().folds

  @OptionGroup var settings: FitSettings
  @OptionGroup var output: OutputOptions

  @Option(help: ArgumentHelp("Save the best model.", valueName: "model.json"), completion: .file())
  var save: String?

  @Option(
    help: ArgumentHelp(
      "Draw the criterion against the number of components: .svg, .png or .pdf.",
      valueName: "file"),
    completion: .file())
  var plot: String?

  func run() throws {
    try checkPlotName(plot)
    try checkWritable(output.output, save, plot)
    let selection = try settings.run(on: data) { catalogue, source, options in
      var grid = SelectionOptions()
      grid.components = components.values
      grid.covariances = covariance.names
      grid.criterion = criterion
      grid.folds = folds
      grid.families = [options.family]
      grid.fit = options
      return try catalogue.select(source, grid)
    }
    try output.write(selection.report(output.format(standard: .text)))
    if let save { try selection.best.save(to: save) }
    if let plot { try selection.criterionPlot(title: data.data).save(to: plot) }
    try finish(selection.best)
  }
}

extension Selection {
  /// The criterion against the number of components, a line for each covariance model.
  func criterionPlot(title: String) throws -> Plot {
    var names: [String] = []
    for entry in entries where !names.contains(entry.structure) { names.append(entry.structure) }
    let order = Catalogue.command.covarianceNames
    names.sort { order.firstIndex(of: $0) ?? .max < order.firstIndex(of: $1) ?? .max }
    let series = names.map { name in
      let fits = entries.filter { $0.structure == name && $0.model?.isDegenerate == false }
      return CriterionSeries(
        name: name, values: fits.map { ($0.components, value(of: $0)) })
    }
    return try Plot.criterion(
      criterion.uppercased(), series, best: (best.covariance ?? best.family, best.components),
      title: title)
  }
}
