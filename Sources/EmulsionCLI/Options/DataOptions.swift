import ArgumentParser
import Emulsion
import EmulsionData

/// Which data to read, and how.
struct DataOptions: ParsableArguments {
  @Argument(
    help:
      "A .csv, .tsv (both also .gz), .npy, .npz, .json, .jsonl or .db file, a pattern such as 'part-*.npy', or the name of a bundled data set.",
    completion: .file())
  var data: String

  @Option(
    name: .customLong("columns"), help: ArgumentHelp("The columns to use.", valueName: "a,b,…"))
  private var columnLists: [NameList] = []

  /// The columns to use, of one list or several.
  var columns: NameList? {
    get { NameList(columnLists) }
    set { columnLists = [newValue].compactMap(\.self) }
  }

  @Option(help: ArgumentHelp("What separates two cells.", valueName: "character"))
  var delimiter: String?

  @Option(help: ArgumentHelp("The decimal sign, \".\" or \",\".", valueName: "character"))
  var decimal: String?

  @Option(help: ArgumentHelp("What separates groups of three digits.", valueName: "character"))
  var thousands: String?

  @Option(help: ArgumentHelp("What begins a comment.", valueName: "character"))
  var comment: String?

  @Option(
    help: ArgumentHelp(
      "How many lines to leave out at the top; or, with a comma, their numbers: 2, or 1,3 (or \"2,\").",
      valueName: "lines"))
  var skip: SkippedLines?

  @Option(help: ArgumentHelp("utf-8 or latin-1.", valueName: "name"))
  var encoding: String?

  @Option(
    help: ArgumentHelp("What to ask of a database, a .db file: one SELECT.", valueName: "sql"))
  var query: String?

  @Option(
    parsing: .unconditional, help: ArgumentHelp("The most rows to read.", valueName: "count"))
  var limit: Int?

  @Option(
    help: ArgumentHelp(
      "A column that is text, whatever it looks like; may be repeated.", valueName: "column"))
  var text: [String] = []

  @Option(
    help: ArgumentHelp(
      "A column of numbers, true and false being 1 and 0; may be repeated.", valueName: "column"))
  var number: [String] = []

  @Flag(inversion: .prefixedNo, help: "Whether the first line names the columns.")
  var header: Bool?

  @Option(
    name: .customLong("missing"), parsing: .unconditionalSingleValue,
    help: ArgumentHelp(
      "A text that means a missing value, beside \"\", NA, NaN and ?; may be repeated.",
      valueName: "text"))
  var missing: [String] = []

  @Option(
    help: ArgumentHelp(
      "What becomes of rows with missing cells: error; likelihood takes the cells they have; drop leaves them out.",
      valueName: "what")
  )
  var missingRows: MissingRows = .error

  @Flag(
    name: .customLong("open"),
    help:
      "Read .npy, .csv and .db files anew in every pass, never whole into memory; so are those of a pattern."
  )
  var opens = false

  /// Whether files are read anew in every pass.
  var readsAnew: Bool {
    opens || (!fileExists(data) && data.contains { "*?[".contains($0) })
  }

  /// The whole table.
  func table() throws -> Table {
    let options = try readOptions()
    guard !fileExists(data), DataSets.names.contains(data) else {
      try checkName()
      return try Table(reading: data, options: options)
    }
    try options.checkQuery(of: data)
    return try DataSets.table(named: data)
  }

  /// Throws where a bare word is no file, and nearly a data set.
  private func checkName() throws {
    let isBare = !data.contains { "./*?[".contains($0) }
    guard isBare, !fileExists(data), let near = nearestName(to: data, among: DataSets.names) else {
      return
    }
    throw EmulsionError(
      .io, "\(data): there is no such file; did you mean the data set \"\(near)\"?")
  }

  /// The files that are read, as far as they can be found.
  var paths: [String] {
    readsAnew ? (try? FileSource.paths(matching: data)) ?? [] : [data]
  }

  private func readOptions() throws -> ReadOptions {
    var options = ReadOptions()
    options.notify = { Console.complain($0) }
    options.delimiter = try character(delimiter, "--delimiter")
    options.decimal = try character(decimal, "--decimal")
    options.thousands = try character(thousands, "--thousands")
    options.comment = try character(comment, "--comment")
    if let skip { options.skip = skip.lines }
    if let encoding {
      guard let known = TextEncoding(named: encoding) else {
        throw EmulsionError(
          .invalidOption, "--encoding must be utf-8 or latin-1, not \"\(encoding)\"")
      }
      options.encoding = known
    }
    (options.limit, options.query) = (limit, query)
    for name in text { options.types[name] = .text }
    for name in number { options.types[name] = .number }
    if let header { options.header = header ? .present : .absent }
    options.missing += missing
    options.isCancelled = { Interrupts.isRaised }
    return options
  }

  /// The files, with all of their columns.
  func files() throws -> FileSource {
    if let ranks = Ranks.transport {
      // One converts, then all open what it made.
      _ = try ranks.told {
        _ = try FileSource(opening: [data], options: readOptions())
        return true
      }
    }
    return try FileSource(opening: [data], options: readOptions())
  }

  /// The table as a source for a fit: the columns named, or those that the families read but the one of weights.
  /// Neither classes, weights nor errors are among them, unless `columns` says so.
  func source(
    for families: [any FamilyDefinition], weights: String? = nil, labels: String? = nil,
    errors: [String: String] = [:]
  ) throws -> (rows: any DataSource, labels: KnownLabels?) {
    if readsAnew {
      guard errors.isEmpty else {
        throw UsageError(
          description: "--errors needs the rows in memory; leave --open and patterns out")
      }
      let files = try files()
      let known = try labels.map { try files.labels(named: $0) { Interrupts.isRaised } }
      let used = try files.source(
        for: families, columns: columns?.names, weights: weights, excluding: labels)
      guard missingRows == .drop else { return (used, known) }
      let complete = try CompleteRows(used) { Interrupts.isRaised }
      try noteDropped(complete.dropped, of: used.rows)
      return (complete, known?.filtered(keeping: (0..<used.rows).map(complete.isComplete)))
    }
    let all = try table()
    // A name that is not there comes before what else is wrong.
    _ = try labels.map { try all.select([$0]) }
    let rowWeights = weights.map { RowWeights.column($0) }
    let besides = Set(errors.values).union(labels.map { [$0] } ?? [])
    let others =
      besides.isEmpty ? nil : all.names.filter { !besides.contains($0) && $0 != weights }
    let names = columns?.names ?? all.columns(readBy: families) ?? others
    let table = try complete(
      all, columns: errors.isEmpty ? names : (names ?? all.names) + errors.values.sorted(),
      weights: rowWeights)
    let source = try table.source(for: families, columns: names, weights: rowWeights)
    return (
      errors.isEmpty ? source : try table.measured(source, errors: errors),
      try labels.map { try table.labels(named: $0) }
    )
  }

  /// The rows that have all cells that are needed, where the others are to be left out.
  func complete(_ table: Table, columns: [String]?, weights: RowWeights? = nil) throws -> Table {
    guard missingRows == .drop else { return table }
    let kept = try table.completeRows(columns: columns, weights: weights)
    guard try noteDropped(kept.count { !$0 }, of: table.rows) else { return table }
    return try table.filter(keeping: kept)
  }

  /// Tells of rows that are left out; false where there are none.
  ///
  /// - Throws: `invalid-data` where no row is left.
  @discardableResult
  private func noteDropped(_ count: Int, of rows: Int) throws -> Bool {
    guard let text = try DroppedRows(count, of: rows, name: data).text else { return false }
    Console.complain(text)
    return true
  }

  private func character(_ text: String?, _ option: String) throws -> Character? {
    guard let text else { return nil }
    if text == "\\t" || text == "tab" { return "\t" }
    if text == "space" { return " " }
    if text.count == 1, let character = text.first { return character }
    throw EmulsionError(.invalidOption, "\(option) must be one character, not \"\(text)\"")
  }
}

/// What becomes of rows with missing cells.
enum MissingRows: String, ExpressibleByArgument, CaseIterable, Sendable {
  case error
  case likelihood
  case drop
}

/// Lines that are left out: so many, or those of a list.
struct SkippedLines: ExpressibleByArgument, Hashable, Sendable {
  var lines: ReadOptions.Skip

  init?(argument: String) {
    let parts = argument.split(separator: ",")
    let numbers = parts.compactMap { Int($0) }
    guard !numbers.isEmpty, numbers.count == parts.count, numbers.allSatisfy({ $0 >= 0 }) else {
      return nil
    }
    lines = argument.contains(",") ? .lines(Set(numbers)) : .first(numbers[0])
  }

  var defaultValueDescription: String { "0" }
}
