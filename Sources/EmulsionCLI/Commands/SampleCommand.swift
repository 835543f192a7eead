import ArgumentParser
import Emulsion
import EmulsionData

/// `emulsion sample MODEL.json -n 1000`
struct SampleCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "sample",
    abstract: "Draw rows from a model.",
    discussion: """
      One line a row, with the label, from 1, of the component that it came from, 0 for noise.
      """)

  @Argument(help: "A model that was saved.", completion: .file(extensions: ["json"]))
  var model: String

  @Option(
    name: [.customShort("n"), .customLong("rows")], parsing: .unconditional,
    help: ArgumentHelp("How many rows.", valueName: "count"))
  var rows: Int = 1

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp("What the random numbers are keyed by.", valueName: "number"))
  var seed = Seed(0)

  @OptionGroup var plugins: PluginOptions
  @OptionGroup var output: OutputOptions

  func run() throws {
    try output.check(apartFrom: [self.model] + plugins.paths)
    let model = try plugins.catalogue().load(path: model)
    Interrupts.listen(patience: 1)
    let (drawn, labels) = try model.sample(rows, seed: seed.value)
    let table = try Table(drawn, of: model)
    let name = model.columnNames.contains("label") ? "component" : "label"
    try output.write(table.adding(.numbers(labels.map { Double($0 + 1) }), named: name))
  }
}
