import Emulsion

// Where texts become codes, and codes texts again.
extension Table {
  /// The table as data to fit families to; what they take as categories may be text.
  ///
  /// The levels of a column are all texts in it, in the order of ``ColumnLevels``. O(cells).
  ///
  /// - Parameters:
  ///   - families: All that are to be fitted.
  ///   - columns: Which columns, in order; if `nil`, those that the families read.
  ///   - weights: How much each row counts; 1 if `nil`.
  /// - Throws: `invalid-data` where a family needs numbers in a column of text, or finds not two texts where it
  ///   tells two apart, and as ``source(columns:weights:excluding:groups:)``.
  public func source(
    for families: [any FamilyDefinition], columns: [String]? = nil, weights: RowWeights? = nil
  ) throws -> TableSource {
    let groups = families.compactMap(\.groupColumn)
    var columns = columns ?? self.columns(readBy: families)
    columns = try families.columns(columns, groups: groups) { name in
      self.storage[try position(of: name)].isNumeric
    }
    var used = columns ?? names.filter { $0 != origin?.rowNames }
    if columns == nil, case .column(let name)? = weights { used.removeAll { $0 == name } }
    var storage = storage
    var lists: [String: [String]] = [:]
    for (name, position) in zip(used, try positions(of: used)) {
      guard case .held(.text(let cells)) = storage[position],
        let reading = families.reading(ofTextColumn: name), reading != .refused
      else { continue }
      let (levels, codes) = Self.coded(cells)
      if reading == .binary { try families.requireTwo(levels, in: name) }
      if !levels.isEmpty { lists[name] = levels }
      storage[position] = .held(.numbers(codes))
    }
    let coded = Table(names: names, storage: storage, rows: rows, origin: origin)
    return try coded.source(
      columns: columns, weights: weights, groups: groups, levels: ColumnLevels(lists))
  }

  /// New rows for a model, texts being coded as those that it was fitted to.
  ///
  /// - Parameters:
  ///   - model: The model.
  ///   - columns: Which of its columns are read, all by default.
  ///   - own: What the table calls these; the same by default.
  /// - Throws: `invalid-data` naming the row and the column of a text that is none of the model's, and a column of
  ///   numbers in the place of one of texts, or the reverse; `invalid-option` for unknown columns.
  public func source(for model: Model, columns: [String]? = nil, named own: [String]? = nil) throws
    -> TableSource
  {
    let columns = columns ?? model.columnNames
    let own = own ?? columns
    var storage = storage
    var lists: [String: [String]] = [:]
    for ((name, position), column) in zip(zip(own, try positions(of: own)), columns) {
      guard let levels = model.levels[column] else { continue }
      let values = try storage[position].column()
      lists[name] = levels
      if let cells = values.text {
        storage[position] = .held(.numbers(try codes(of: cells, levels, in: name)))
      } else if let numbers = values.numbers, !numbers.allSatisfy(\.isNaN) {
        throw ColumnLevels.numbersError(name, levels)
      }
    }
    let groups = zip(own, columns).filter { $1 == model.groupColumn }.map(\.0)
    let coded = Table(names: names, storage: storage, rows: rows, origin: origin)
    return try coded.source(columns: own, groups: groups, levels: ColumnLevels(lists))
  }

  /// A table of rows that a model draws or fills in: codes become texts again.
  public init(_ matrix: Matrix, of model: Model) throws {
    try self.init(
      model.columnNames.enumerated().map { j, name in
        let numbers = matrix.column(j)
        guard model.levels[name] != nil else { return (name, .numbers(numbers)) }
        return (name, .text(numbers.map { model.levels.text(of: $0, in: name) }))
      })
  }

  /// The columns that families read, in the order of the table; all where `nil`.
  public func columns(readBy families: [any FamilyDefinition]) -> [String]? {
    families.columns(readAmong: names)
  }

  /// The texts in order, and the position of each cell's among them, `NaN` where it is missing.
  private static func coded(_ cells: [String?]) -> (levels: [String], codes: [Double]) {
    var places: [ExactText: Int] = [:]
    // By the place of their first cell, until all are known.
    let found = cells.map { cell -> Int? in
      guard let text = cell.map(ExactText.init) else { return nil }
      if let place = places[text] { return place }
      places[text] = places.count
      return places.count - 1
    }
    let levels = ColumnLevels.ordered(places.keys.lazy.map(\.text))
    var ranks = [Double](repeating: .nan, count: levels.count)
    for (rank, level) in levels.enumerated() {
      if let place = places[ExactText(text: level)] { ranks[place] = Double(rank) }
    }
    return (levels, found.map { $0.map { ranks[$0] } ?? .nan })
  }

  /// The position of each text among the levels, `NaN` where it is missing.
  private func codes(of cells: [String?], _ levels: [String], in column: String) throws -> [Double]
  {
    let positions = Dictionary(
      uniqueKeysWithValues: levels.enumerated().map { (ExactText(text: $1), Double($0)) })
    return try cells.enumerated().map { row, cell in
      guard let cell else { return .nan }
      guard let code = positions[ExactText(text: cell)] else {
        throw EmulsionError(
          .invalidData,
          "\(location(ofRow: row)), column \(quoted(column)): \(quoted(cell)) is none of the levels "
            + "\(ColumnLevels.listing(levels)) that the model was fitted to")
      }
      return code
    }
  }
}

/// A text by its bytes: to Swift some different texts are equal.
struct ExactText: Hashable {
  let text: String

  static func == (a: ExactText, b: ExactText) -> Bool { a.text.utf8.elementsEqual(b.text.utf8) }

  func hash(into hasher: inout Hasher) {
    var text = text
    text.withUTF8 { hasher.combine(bytes: UnsafeRawBufferPointer($0)) }
  }
}
