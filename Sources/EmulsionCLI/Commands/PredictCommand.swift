import ArgumentParser
import Emulsion
import EmulsionData

/// `emulsion predict MODEL.json DATA`
struct PredictCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "predict",
    abstract: "Tell which component each row of a file belongs to.",
    discussion: """
      One line a row: the label, from 1, of the most probable component, 0 for noise. The data must \
      have the columns that the model was fitted to, by name, in any order.
      """)

  @Argument(help: "A model that was saved.", completion: .file(extensions: ["json"]))
  var model: String

  @OptionGroup var data: DataOptions

  @Flag(help: "Add the posterior probability of each component.")
  var posterior = false

  @Flag(help: "Add the log-density of each row, in nats.")
  var logDensity = false

  @Flag(help: "Write the columns of the data as well, before the labels.")
  var keep = false

  @OptionGroup var plugins: PluginOptions
  @OptionGroup var output: OutputOptions

  func run() throws {
    try output.check(apartFrom: [self.model] + data.paths + plugins.paths)
    let model = try loaded()
    if data.readsAnew { return try writeLabels(of: model) }
    let all = try data.table()
    let table = try data.complete(all, columns: data.columns?.names ?? model.columns(of: all))
    let source = try model.source(table, data)
    Interrupts.listen()
    let isCancelled: @Sendable () -> Bool = { Interrupts.isRaised }
    let labels = try model.predict(source, isCancelled: isCancelled)
    var columns: [(name: String, column: Column)] = [
      ("label", .numbers(labels.map { Double($0 + 1) }))
    ]
    if posterior {
      let matrix = try model.posterior(source, isCancelled: isCancelled)
      columns += (0..<matrix.columns).map { k in
        let name = k < model.components ? "posterior_\(k + 1)" : "posterior_noise"
        return (name, .numbers(matrix.column(k)))
      }
    }
    if logDensity {
      let values = try model.logDensity(source, isCancelled: isCancelled)
      columns.append(("log_density", .numbers(values)))
    }
    if Interrupts.isRaised { throw EmulsionError(.cancelled, "interrupted") }
    try output.write(keep ? table.beside(columns) : Table(columns))
  }

  private func loaded() throws -> Model {
    switch try plugins.catalogue().loadObject(path: model) {
    case .model(let model): return model
    case .classifier:
      throw EmulsionError(
        .invalidData,
        "\(model): a classifier; in Lua, em.load(\"\(model)\"):predict(data) tells classes")
    }
  }

  /// Labels of rows that are never whole in memory.
  private func writeLabels(of model: Model) throws {
    guard let path = output.output, !posterior, !logDensity, !keep else {
      throw UsageError(
        description:
          "of files that are read anew, labels alone are written: give -o labels.csv, and leave "
          + "--posterior, --log-density and --keep out")
    }
    let files = try data.files().source(for: model, named: data.columns?.names)
    Interrupts.listen()
    guard Ranks.isFirst else { return }
    try model.writeLabels(of: files, to: path) { Interrupts.isRaised }
  }
}

extension Model {
  /// Its columns, as far as a table has them.
  fileprivate func columns(of table: Table) -> [String] {
    columnNames.filter(table.names.contains)
  }

  /// The columns the model was fitted to, of new data.
  fileprivate func source(_ table: Table, _ data: DataOptions) throws -> TableSource {
    if let columns = data.columns {
      return columns.names.count == dimension
        ? try table.source(for: self, named: columns.names)
        : try table.source(columns: columns.names)
    }
    let missing = columnNames.filter { !table.names.contains($0) }
    if missing.isEmpty {
      return try table.source(for: self)
    }
    let names = missing.map { "\"\($0)\"" }.joined(separator: ", ")
    throw EmulsionError(
      .invalidData,
      "\(data.data) has no column\(missing.count == 1 ? "" : "s") \(names), which the model was fitted to; name "
        + "counterparts of all, "
        + "in the model's order, by --columns")
  }
}

extension Table {
  /// The table with further columns after its own; where it has one of their names already, an underscore
  /// tells them apart.
  fileprivate func beside(_ columns: [(name: String, column: Column)]) throws -> Table {
    var all = try names.indices.map { (name: names[$0], column: try self[position: $0]) }
    for (name, column) in columns {
      var free = name
      while all.contains(where: { $0.name == free }) { free += "_" }
      all.append((name: free, column: column))
    }
    return try Table(all)
  }
}
