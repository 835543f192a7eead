import ArgumentParser
import Emulsion
import EmulsionData

/// Which data to read, and how.
struct DataOptions: ParsableArguments {
  @Argument(
    help: "A .csv, .tsv (both also .gz) or .npy file, or the name of a bundled data set.",
    completion: .file())
  var data: String

  @Option(help: ArgumentHelp("The columns to use, of numbers.", valueName: "a,b,…"))
  var columns: NameList?

  @Option(help: ArgumentHelp("What separates two cells.", valueName: "character"))
  var delimiter: String?

  @Flag(inversion: .prefixedNo, help: "Whether the first line names the columns.")
  var header: Bool?

  @Option(
    name: .customLong("missing"), parsing: .singleValue,
    help: ArgumentHelp("A text that means a missing value; may be repeated.", valueName: "text"))
  var missing: [String] = []

  /// The whole table.
  func table() throws -> Table {
    var options = ReadOptions()
    options.notify = { Console.complain($0) }
    if let delimiter { options.delimiter = try character(delimiter) }
    if let header { options.header = header ? .present : .absent }
    if !missing.isEmpty { options.missing = missing }
    if !fileExists(data), DataSets.names.contains(data) { return try DataSets.table(named: data) }
    return try Table(reading: data, options: options)
  }

  /// The table as a source for a fit: the columns named, or all but the one of weights.
  func source(weights: String? = nil) throws -> TableSource {
    try table().source(columns: columns?.names, weights: weights.map { .column($0) })
  }

  private func character(_ text: String) throws -> Character {
    if text == "\\t" || text == "tab" { return "\t" }
    if text.count == 1, let character = text.first { return character }
    throw EmulsionError(.invalidOption, "--delimiter must be one character, not \"\(text)\"")
  }
}
