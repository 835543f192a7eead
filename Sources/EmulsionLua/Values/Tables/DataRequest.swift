import Emulsion
import EmulsionData
import LuaBridge

/// What the options of a call say of its data: which columns, which weights, which rows.
struct DataRequest {
  /// Names or positions.
  var columns: [LuaValue]?
  var weights: LuaValue?
  /// Whether rows with missing cells are left out.
  var dropsMissing = false
  /// Whether they take part by the cells that have values.
  var takesMissing = false
  /// What numbers were measured with.
  var errors: RowErrors?
  /// Asked while files are looked through.
  var isCancelled: () -> Bool = { false }
  /// The classes of rows.
  var labels: RowLabels?
  /// Those of the rows of the source that was asked for.
  private(set) var known: KnownLabels?

  /// The data to fit: a Table, a Matrix, a Vector, or a list of rows.
  mutating func source(_ value: LuaValue, for families: [any FamilyDefinition]) throws
    -> any DataSource
  {
    if let table = value.dataTable { return try source(table, for: families) }
    if let files = value.dataFiles { return try source(files, for: families) }
    guard let errors else { return try exactSource(value) }
    let source = try exactSource(value)
    let rows = try value.dataMatrix().rows
    guard source.rows == rows else {
      throw EmulsionError(
        .invalidOption,
        "errors: they stand beside the rows of a Matrix, of which missing = \"drop\" leaves some out; use a Table"
      )
    }
    return try errors.source(source)
  }

  /// The rows of a Matrix, a Vector or a list.
  private mutating func exactSource(_ value: LuaValue) throws -> any DataSource {
    let matrix = try value.dataMatrix()
    known = try labels?.known(rows: matrix.rows)
    let chosen = try columns.map { try positions(of: $0, count: matrix.columns) }
    var weightValues: [Double]?
    if let weights {
      guard weights.string == nil else {
        throw EmulsionError(
          .invalidOption, "weights: only columns of a Table have names; give a Vector or a list")
      }
      weightValues = try weights.weights(rows: matrix.rows)
    }
    let source = MatrixSource(matrix, selecting: chosen, weights: weightValues)
    guard dropsMissing else { return source }
    let used = chosen ?? Array(0..<matrix.columns)
    let kept = (0..<matrix.rows).filter { row in
      !used.contains { matrix[row, $0].isNaN } && !(weightValues.map { $0[row].isNaN } ?? false)
    }
    guard try noteDropped(matrix.rows - kept.count, of: matrix.rows) else { return source }
    let isKept = Set(kept)
    known = known?.filtered(keeping: (0..<matrix.rows).map(isKept.contains))
    let rows = Matrix(
      rows: kept.count, columns: used.count,
      values: kept.flatMap { row in used.map { matrix[row, $0] } })
    return MatrixSource(
      rows, columnNames: source.columnNames,
      weights: weightValues.map { all in kept.map { all[$0] } })
  }

  /// Files are read anew in every pass: what is known of a row is a column of theirs.
  private mutating func source(_ files: FileSource, for families: [any FamilyDefinition]) throws
    -> any DataSource
  {
    guard errors == nil else {
      throw EmulsionError(
        .invalidOption, "errors: they are not there for em.open; use em.read")
    }
    if let weights, weights.string == nil {
      throw EmulsionError(
        .invalidOption, "weights: those of em.open are a column of the files; give its name")
    }
    known = try labels?.known(in: files, isCancelled: isCancelled)
    let used = try files.source(
      for: families, columns: columns?.map(columnName), weights: weights?.string,
      excluding: labels?.columnName)
    guard dropsMissing else { return used }
    let complete = try CompleteRows(used, isCancelled: isCancelled)
    guard try noteDropped(complete.dropped, of: used.rows) else { return used }
    known = known?.filtered(keeping: (0..<used.rows).map(complete.isComplete))
    return complete
  }

  private func columnName(_ value: LuaValue) throws -> String {
    guard let name = value.string else { throw value.mustBe("columns", "a list of names") }
    return name
  }

  /// Tells of rows that are left out; false where there are none.
  ///
  /// - Throws: `invalid-data` where no row is left.
  private func noteDropped(_ count: Int, of rows: Int) throws -> Bool {
    guard let text = try DroppedRows(count, of: rows, name: "missing").text else { return false }
    ProgressLine.note(text)
    return true
  }

  private mutating func source(_ all: Table, for families: [any FamilyDefinition]) throws
    -> any DataSource
  {
    var table = all
    known = try labels?.known(in: table)
    let named = try columns?.map { value -> String in
      guard let name = value.string else { throw value.mustBe("columns", "a list of names") }
      return name
    }
    var names = named ?? table.columns(readBy: families)
    var rowWeights = try weights.map { value -> RowWeights in
      try value.string.map { .column($0) } ?? .values(value.numbers("weights"))
    }
    // Neither classes, weights nor errors are among the data, unless that is said.
    var others = errors?.columnNames ?? []
    if case .column(let name)? = labels { others.insert(name) }
    if names == nil, !others.isEmpty {
      names = table.names.filter { !others.contains($0) && $0 != weights?.string }
    }
    if dropsMissing {
      let kept = try table.completeRows(
        columns: errors.map { (names ?? table.names) + $0.columnNames.sorted() } ?? names,
        weights: rowWeights)
      if try noteDropped(kept.count { !$0 }, of: table.rows) {
        table = try table.filter(keeping: kept)
        known = known?.filtered(keeping: kept)
        errors = errors?.filtered(keeping: kept)
        if case .values(let values)? = rowWeights, values.count == kept.count {
          rowWeights = .values(zip(values, kept).filter(\.1).map(\.0))
        }
      }
    }
    let source = try table.source(for: families, columns: names, weights: rowWeights)
    return try errors.map { try $0.source(source, in: table) } ?? source
  }

  private func positions(of columns: [LuaValue], count: Int) throws -> [Int] {
    let names = (1...max(1, count)).map { "x\($0)" }
    return try columns.map { value in
      let position =
        value.integer ?? value.string.flatMap { names.firstIndex(of: $0) }.map { $0 + 1 }
      guard let position, (1...max(1, count)).contains(position) else {
        throw EmulsionError(
          .invalidOption,
          "columns: a Matrix has columns 1 to \(count) (or \"x1\", …), not \(value.explanation)")
      }
      return position - 1
    }
  }
}

extension LuaValue {
  /// The files that a Source reads, or that a Table was read from.
  var dataPaths: [String] { dataFiles?.paths ?? [dataTable?.origin?.name].compactMap { $0 } }
}

extension Model {
  /// Whether the data of a call are a Table of the model's columns without any row, of which there is nothing to
  /// work out.
  func isAskedOfNoRows(_ call: LuaCall) throws -> Bool {
    guard let table = try call.value(1).dataTable, table.rows == 0, !call.has(2) else {
      return false
    }
    try requireColumns(of: table.names)
    return true
  }

  /// New data for this model: a Table's columns are found by name, others by position.
  func source(_ value: LuaValue) throws -> any DataSource {
    if let files = value.dataFiles {
      try requireColumns(of: files.names)
      return try files.source(for: self)
    }
    guard let table = value.dataTable else {
      try refuseNumbers(for: columnNames)
      let matrix = try value.dataMatrix()
      return MatrixSource(matrix, columnNames: matrix.columns == dimension ? columnNames : nil)
    }
    try requireColumns(of: table.names)
    return try table.source(for: self)
  }

  private func requireColumns(of names: [String]) throws {
    let missing = columnNames.filter { !names.contains($0) }
    guard missing.isEmpty else {
      let list = missing.map { "\"\($0)\"" }.joined(separator: ", ")
      throw EmulsionError(
        .invalidData,
        "the data lack the column\(missing.count == 1 ? "" : "s") \(list) that the model was fitted "
          + "to; they have \(names.map { "\"\($0)\"" }.joined(separator: ", "))")
    }
  }

  /// Only a Table has texts.
  ///
  /// - Throws: `invalid-data` where one of the columns is of texts.
  func refuseNumbers(for columns: [String]) throws {
    guard let name = columns.first(where: { levels[$0] != nil }), let texts = levels[name] else {
      return
    }
    throw EmulsionError(
      .invalidData,
      "the model was fitted to texts (\(ColumnLevels.listing(texts))) in column \"\(name)\"; give a "
        + "Table, as em.table makes one")
  }
}

extension OptionList where Target == DataRequest {
  /// The options that a call which fits data has for them.
  static var data: OptionList {
    OptionList(options: [
      LuaOption(
        "weights", "none", "row weights ≥ 0: a column's name, a Vector or a list",
        names: NameKind.column
      ) { $1.weights = try $0.rowWeights() },
      LuaOption(
        "errors", "none",
        "known errors of measurement: { column = \"error column\" }, or a Matrix of standard deviations; the model is that of the values without them",
        names: NameKind.column
      ) { $1.errors = try RowErrors($0) },
      LuaOption("columns", "all", "names of the columns to use", names: NameKind.column) {
        $1.columns = try $0.columnList()
      },
      LuaOption(
        "missing", "\"error\"",
        "what becomes of rows with missing cells: \"error\", \"likelihood\" takes what they have, \"drop\" leaves them out"
      ) {
        let rule = try $0.missingRule()
        $1.dropsMissing = rule == "drop"
        $1.takesMissing = rule == "likelihood"
      },
    ])
  }
}

extension LuaValue {
  /// The option `weights`, whose numbers are looked at beside the rows.
  func rowWeights() throws -> LuaValue {
    switch self {
    case .string, .table, .userdata: return self
    default: throw mustBe("weights", "a column's name, a Vector or a list")
    }
  }

  /// The option `missing`.
  fileprivate func missingRule() throws -> String {
    let (rule, known) = (try text("missing"), ["error", "likelihood", "drop"])
    guard known.contains(rule) else {
      throw EmulsionError(
        .invalidOption,
        "missing must be \"error\", \"likelihood\" or \"drop\", not \"\(rule)\""
          + (spellingHint(for: rule, among: known) ?? ""))
    }
    return rule
  }

  /// Names or positions of columns; one name is a list of one.
  fileprivate func columnList() throws -> [LuaValue] {
    guard let list = try string.map({ [.string($0)] }) ?? table?.list() else {
      throw mustBe("columns", "a list of names")
    }
    return list
  }
}
