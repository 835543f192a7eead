import Emulsion

extension Table {
  /// The rows from `first` to `last`, from 0, as far as there are such.
  public func slice(_ first: Int, _ last: Int) throws -> Table {
    let start = max(first, 0)
    let end = min(last, rows - 1)
    return try gather(rows: start > end ? [] : Array(start...end))
  }

  /// The last `count` rows, or all where there are fewer.
  public func tail(_ count: Int = 10) throws -> Table {
    try slice(rows - min(max(count, 0), rows), rows - 1)
  }

  /// Rows drawn at random, none twice.
  ///
  /// - Throws: `invalid-option` where more are asked for than there are.
  public func sample(_ count: Int, seed: UInt64) throws -> Table {
    guard count >= 0, count <= rows else {
      throw EmulsionError(
        .invalidOption, "sample: n must be a whole number from 0 to \(rows), not \(count)")
    }
    var random = CounterRandom(seed: seed)
    var positions = Array(0..<rows)
    for i in 0..<count {
      let other = i + min(Int(random.uniform() * Double(rows - i)), rows - i - 1)
      positions.swapAt(i, other)
    }
    return try gather(rows: Array(positions.prefix(count)))
  }

  /// The rows in the order of some columns, the first mattering most; equal rows keep theirs, and missing cells
  /// are last.
  ///
  /// - Parameter keys: Columns, and whether they fall.
  /// - Throws: `invalid-option` for an unknown column, `io` where a file was changed.
  public func sorted(
    by keys: [(name: String, isFalling: Bool)], isCancelled: @escaping () -> Bool = { false }
  ) throws -> Table {
    let ranks = try keys.map { key in
      let ranks = try column(named: key.name).ranks(isCancelled)
      return ranks.map { $0 < 0 ? Int.max : key.isFalling ? -$0 : $0 }
    }
    return try gather(rows: ordered(by: ranks, isCancelled))
  }

  /// The rows in the order of the ranks of their cells, the first column mattering most; equal rows keep theirs.
  private func ordered(by ranks: [[Int]], _ isCancelled: @escaping () -> Bool) throws -> [Int] {
    let poll = Poll(isCancelled)
    return try (0..<rows).sorted { a, b in
      try poll()
      for rank in ranks where rank[a] != rank[b] { return rank[a] < rank[b] }
      return a < b
    }
  }

  /// The table with the rows of another below its own; columns go by their names.
  ///
  /// - Throws: `invalid-data` where one has a column that the other lacks, or texts where the other has
  ///   numbers.
  public func appending(_ other: Table) throws -> Table {
    for (a, b) in [(self, other), (other, self)] {
      if let missing = b.names.first(where: { !a.names.contains($0) }) {
        throw EmulsionError(
          .invalidData,
          "append: one table has a column \(quoted(missing)), the other none"
            + (spellingHint(for: missing, among: a.names) ?? ""))
      }
    }
    let columns = try names.enumerated().map { position, name in
      switch try (self[position: position], other.column(named: name)) {
      case (.numbers(let a), .numbers(let b)): (name: name, column: Column.numbers(a + b))
      case (.text(let a), .text(let b)): (name: name, column: Column.text(a + b))
      case (.text(let a), .numbers(let b)) where b.allSatisfy(\.isNaN):
        (name: name, column: Column.text(a + b.map { _ in nil }))
      case (.numbers(let a), .text(let b)) where a.allSatisfy(\.isNaN):
        (name: name, column: Column.text(a.map { _ in nil } + b))
      case (let a, _):
        throw EmulsionError(
          .invalidData,
          "append: column \(quoted(name)) is of \(a.isNumeric ? "numbers" : "texts") in one table and of "
            + "\(a.isNumeric ? "texts" : "numbers") in the other")
      }
    }
    return try Table(columns)
  }

  /// How often each combination of values of some columns comes, in the order of these; the last column,
  /// `count`, tells it.
  ///
  /// - Throws: `invalid-option` for an unknown column, `io` where a file was changed.
  public func counts(of names: [String], isCancelled: @escaping () -> Bool = { false }) throws
    -> Table
  {
    let chosen = try select(names)
    let ranks = try chosen.names.map {
      try chosen.column(named: $0).ranks(isCancelled).map { $0 < 0 ? .max : $0 }
    }
    var (groups, counts): ([Int], [Double]) = ([], [])
    for row in try ordered(by: ranks, isCancelled) {
      if let last = groups.last, ranks.allSatisfy({ $0[last] == $0[row] }) {
        counts[counts.count - 1] += 1
      } else {
        groups.append(row)
        counts.append(1)
      }
    }
    let table = try chosen.gather(rows: groups)
    var name = "count"
    while names.contains(name) { name += "_" }
    return try Table(names: table.names, storage: table.storage, rows: table.rows, origin: nil)
      .adding(.numbers(counts), named: name)
  }

  /// The number of missing cells of each column.
  public func missingCounts() throws -> Table {
    let counts = try storage.map { Double(try $0.column().missingRows.count { $0 }) }
    return try Table([("column", .text(names)), ("missing", .numbers(counts))])
  }

  /// The rows without missing cells in some columns, or in all.
  ///
  /// - Throws: `invalid-option` for an unknown column, `io` where a file was changed.
  public func droppingMissing(_ names: [String]? = nil) throws -> Table {
    var kept = [Bool](repeating: true, count: rows)
    for name in try names.map(select)?.names ?? self.names {
      let missing = try column(named: name).missingRows
      for row in kept.indices where missing[row] { kept[row] = false }
    }
    return kept.contains(false) ? try filter(keeping: kept) : self
  }

  /// The table with other names for some columns.
  ///
  /// - Throws: `invalid-option` for an unknown column, `invalid-data` where two would have one name.
  public func renamed(_ names: [String: String]) throws -> Table {
    var result = self.names
    for (old, new) in names { result[try position(of: old)] = new }
    try Table.checkNames(result, in: nil)
    var origin = origin
    if let rowNames = origin?.rowNames, names[rowNames] != nil {
      origin?.rowNames = names[rowNames]
    }
    return Table(names: result, storage: storage, rows: rows, origin: origin)
  }
}

extension Column {
  /// Whether each cell is missing.
  var missingRows: [Bool] {
    switch self {
    case .numbers(let values): values.map(\.isNaN)
    case .text(let values): values.map { $0 == nil }
    }
  }

  /// The place of each value among those that differ, in order, from 0; −1 where missing.
  fileprivate func ranks(_ isCancelled: @escaping () -> Bool) throws -> [Int] {
    let poll = Poll(isCancelled)
    var ranks = [Int](repeating: -1, count: count)
    switch self {
    case .numbers(let values):
      let order = try values.indices.filter { !values[$0].isNaN }.sorted {
        try poll()
        return values[$0] < values[$1]
      }
      number(order, &ranks) { values[$0] == values[$1] }
    case .text(let values):
      // By bytes: to Swift some different texts are equal.
      let keys = values.map { $0.map { Array($0.utf8) } ?? [] }
      let order = try values.indices.filter { values[$0] != nil }.sorted {
        try poll()
        return keys[$0].lexicographicallyPrecedes(keys[$1])
      }
      number(order, &ranks) { keys[$0] == keys[$1] }
    }
    return ranks
  }

  /// Numbers rows in order, equal ones alike.
  private func number(_ order: [Int], _ ranks: inout [Int], areEqual: (Int, Int) -> Bool) {
    var rank = 0
    for (place, row) in order.enumerated() {
      if place > 0 && !areEqual(order[place - 1], row) { rank += 1 }
      ranks[row] = rank
    }
  }

  /// The values that differ, in the order in which they first come.
  ///
  /// - Throws: `cancelled` where that is asked for.
  public func distinct(isCancelled: @escaping () -> Bool = { false }) throws -> Column {
    var seen: Set<Int> = []
    let first = try ranks(isCancelled).enumerated().filter { seen.insert($0.element).inserted }
    return gathered(at: first.map(\.offset))
  }
}

/// Asks now and then whether to go on.
private final class Poll {
  private let isCancelled: () -> Bool
  private var calls = 0

  init(_ isCancelled: @escaping () -> Bool) { self.isCancelled = isCancelled }

  func callAsFunction() throws {
    calls &+= 1
    if calls & 0xFFFF == 0 && isCancelled() { throw EmulsionError(.cancelled, "interrupted") }
  }
}
