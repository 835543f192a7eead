import ArgumentParser
import Emulsion
import EmulsionData

/// How results are written.
enum ResultFormat: String, ExpressibleByArgument, CaseIterable, Sendable {
  case text
  case csv
  case json
}

/// Where results go, and how they are written.
struct OutputOptions: ParsableArguments {
  @Option(help: ArgumentHelp("How to write the result.", valueName: "format"))
  var format: ResultFormat?

  @Option(
    name: [.short, .long],
    help: ArgumentHelp("The file to write instead of standard output.", valueName: "file"),
    completion: .file())
  var output: String?

  /// The format asked for, or the one that the name of the file tells, or `standard`.
  func format(standard: ResultFormat) -> ResultFormat {
    if let format { return format }
    guard let output else { return standard }
    let name = output.lowercased()
    if name.hasSuffix(".json") { return .json }
    if name.hasSuffix(".txt") { return .text }
    return FileFormat(path: output) == nil ? standard : .csv
  }

  /// Whether the name of the file tells a kind of table that tables know to write themselves; `.txt` is for people,
  /// and `.json` holds all there is to tell.
  var isTableFile: Bool {
    guard let output, let kind = FileFormat(path: output) else { return false }
    return switch (format, kind) {
    case (nil, .json(let asLines)): asLines
    case (nil, _): !output.lowercased().hasSuffix(".txt")
    case (.csv, .delimited(_, let isPacked)): isPacked
    case (.json, .json(let asLines)): asLines
    default: false
    }
  }

  /// Refuses files that could not be written, or that are read, before the work that would be lost is done.
  ///
  /// - Parameters:
  ///   - takesNumbersAlone: Whether the table has no texts, so that it can be an array.
  ///   - others: Further files that the command writes.
  ///   - inputs: Files that it reads.
  /// - Throws: `io` for a folder that is missing or closed, `invalid-option` for the rest.
  func check(takesNumbersAlone: Bool = true, _ others: String?..., apartFrom inputs: [String])
    throws
  {
    let outputs = ([output] + others).compactMap(\.self)
    try checkWritable(outputs)
    try checkOutputs(outputs, areNoneOf: inputs)
    guard let output, let kind = FileFormat(path: output) else { return }
    func refuse(_ what: String) -> EmulsionError {
      EmulsionError(.invalidOption, "-o \(output): \(what)")
    }
    switch (kind, format) {
    case (.numpyArchive, _):
      throw refuse("archives are read alone; write .npy or .csv")
    case (.numpy, nil) where !takesNumbersAlone:
      throw refuse("there are texts in the table, and arrays of .npy are of numbers; write .csv")
    case (_, nil), (.delimited(_, isPacked: false), _), (.json(asLines: false), _): break
    case (.delimited, .csv), (.json, .json): break
    case (_, let format?):
      throw refuse("no file of that name holds what --format \(format.rawValue) writes")
    }
  }

  /// Writes a result: to standard output, or to a file that appears whole or not at all.
  func write(_ text: String) throws {
    let line = text.hasSuffix("\n") ? text : text + "\n"
    guard let output else { return Console.write(line) }
    guard Ranks.isFirst else { return }
    try AtomicFile.write(Array(line.utf8), to: output)
  }
}
