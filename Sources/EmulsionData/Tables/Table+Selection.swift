import Emulsion

extension Table {
  /// The columns called `names`, in that order.
  ///
  /// - Throws: `invalid-option` for an unknown or repeated name.
  public func select(_ names: [String]) throws -> Table {
    let positions = try positions(of: names)
    var seen: Set<String> = []
    if let twice = names.first(where: { !seen.insert($0).inserted }) {
      throw EmulsionError(.invalidOption, "column \"\(twice)\" is named twice")
    }
    return Table(
      names: names, storage: positions.map { storage[$0] }, rows: rows, origin: origin)
  }

  /// All columns but those called `names`.
  ///
  /// - Throws: `invalid-option` for an unknown name.
  public func drop(_ names: [String]) throws -> Table {
    let dropped = Set(try positions(of: names))
    let kept = storage.indices.filter { !dropped.contains($0) }
    return Table(
      names: kept.map { self.names[$0] }, storage: kept.map { storage[$0] }, rows: rows,
      origin: origin)
  }

  /// The table with `column` added as its last, or put in the place of the column of that name.
  ///
  /// - Throws: `invalid-data` where the lengths differ or the name is empty.
  public func adding(_ column: Column, named name: String) throws -> Table {
    let added = try Table([(name: name, column: column)], origin: origin)
    guard added.rows == rows || columns == 0 else {
      throw EmulsionError(
        .invalidData,
        "columns differ in length: \"\(names[0])\" has \(rows.counted("value")), \"\(name)\" has "
          + "\(added.rows)")
    }
    var (names, storage) = (names, storage)
    var origin = origin
    if let position = names.firstIndex(of: name) {
      storage[position] = .held(column)
      // What takes the place of rows' names is data.
      if origin?.rowNames == name { origin?.rowNames = nil }
    } else {
      names.append(name)
      storage.append(.held(column))
    }
    return Table(names: names, storage: storage, rows: added.rows, origin: origin)
  }

  /// The first `count` rows, or all where there are fewer.
  public func head(_ count: Int = 10) -> Table {
    let count = min(max(count, 0), rows)
    return Table(
      names: names, storage: storage.map { $0.prefix(count) }, rows: count, origin: origin)
  }

  /// The rows where `kept` is true.
  ///
  /// - Throws: `invalid-data` where `kept` has not one value a row, `io` where a file was changed.
  public func filter(keeping kept: [Bool]) throws -> Table {
    guard kept.count == rows else {
      throw EmulsionError(
        .invalidData,
        "\(kept.count.counted("value")) to filter a table of \(rows.counted("row")) by")
    }
    return try gather(rows: kept.indices.filter { kept[$0] })
  }

  /// The rows at `positions` (from 0), in that order; positions may repeat.
  ///
  /// - Throws: `io` where a file was changed.
  public func gather(rows positions: [Int]) throws -> Table {
    Table(
      names: names, storage: try storage.map { .held(try $0.gathered(at: positions)) },
      rows: positions.count, origin: origin?.gathered(at: positions))
  }
}
