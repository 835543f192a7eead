import Emulsion

/// Finds joins of tables by columns that can never be equal, since one is of numbers and the other of texts that are none:
/// SQLite gives no rows for these, and says nothing.
struct JoinCheck {
  private let tables: [(name: String, table: Table)]
  private let words: [Word]
  /// The positions of tables by what the query calls them, in small letters.
  private var names: [String: Int] = [:]
  /// The tables that the query takes rows from.
  private var used: Set<Int> = []

  /// - Parameter tables: The tables by the names that the query has for them.
  init(_ query: String, _ tables: [(name: String, table: Table)]) {
    self.tables = tables
    words = Self.words(query)
    for (place, table) in tables.enumerated() { names[table.name.lowercased()] = place }
    for i in words.indices.dropFirst() where ["from", "join", ","].contains(words[i - 1].key) {
      guard let table = names[words[i].key], words[i].isName else { continue }
      used.insert(table)
      let next = i + 1 < words.count && words[i + 1].key == "as" ? i + 2 : i + 1
      guard next < words.count, words[next].isName, !Self.keywords.contains(words[next].key) else {
        continue
      }
      names[words[next].key] = table
    }
  }

  /// - Throws: `invalid-data` naming the columns.
  func check() throws {
    for i in words.indices {
      if words[i].key == "=", let left = column(endingAt: i - 1), let right = column(from: i + 1) {
        try refuse(left, right)
      }
      if words[i].key == "using", i + 2 < words.count, words[i + 1].key == "(" {
        for word in words[(i + 2)...].prefix(while: { $0.key != ")" }) where word.isName {
          let found = columns(word.key)
          for other in found.dropFirst() { try refuse(found[0], other) }
        }
      }
    }
  }

  private typealias Place = (table: Int, name: String)

  private func refuse(_ a: Place, _ b: Place) throws {
    guard a.table != b.table, let first = column(a), let second = column(b) else { return }
    guard let (numbers, texts, cell) = Self.neverEqual(first, a, second, b) else { return }
    func shown(_ place: Place) -> String { quoted("\(tables[place.table].name).\(place.name)") }
    throw EmulsionError(
      .invalidData,
      "SQL: \(shown(numbers)) is of numbers and \(shown(texts)) of texts such as \(quoted(cell)), which are never "
        + "equal; compare columns of one kind")
  }

  private static func neverEqual(_ first: Column, _ a: Place, _ second: Column, _ b: Place) -> (
    numbers: Place, texts: Place, cell: String
  )? {
    switch (first, second) {
    case (.numbers, .text(let cells)): example(cells).map { (a, b, $0) }
    case (.text(let cells), .numbers): example(cells).map { (b, a, $0) }
    default: nil
    }
  }

  /// A text, where none is a number.
  private static func example(_ cells: [String?]) -> String? {
    let isNumber = cells.contains { cell in
      guard var cell else { return false }
      return cell.withUTF8 { DecimalParser.number(in: $0) } != nil
    }
    return isNumber ? nil : cells.compactMap(\.self).first
  }

  private func column(_ place: Place) -> Column? {
    try? tables[place.table].table[place.name]
  }

  // MARK: Names

  /// The column whose name ends at a word: `t.x`, or `x` where one table has it.
  private func column(endingAt i: Int) -> Place? {
    guard i >= 0, words[i].isName else { return nil }
    if i >= 2, words[i - 1].key == "." { return column(words[i].key, of: words[i - 2].key) }
    let found = columns(words[i].key)
    return found.count == 1 ? found[0] : nil
  }

  private func column(from i: Int) -> Place? {
    guard i < words.count, words[i].isName else { return nil }
    if i + 2 < words.count, words[i + 1].key == "." {
      return column(words[i + 2].key, of: words[i].key)
    }
    let found = columns(words[i].key)
    return found.count == 1 ? found[0] : nil
  }

  private func column(_ key: String, of table: String) -> Place? {
    names[table].flatMap { place in columns(key).first { $0.table == place } }
  }

  /// The columns of a name, in any of the tables that rows come from.
  private func columns(_ key: String) -> [Place] {
    used.sorted().compactMap { place in
      tables[place].table.names.first { $0.lowercased() == key }.map { (place, $0) }
    }
  }

  // MARK: Words

  private struct Word {
    /// In small letters, since SQL takes them for one.
    var key: String
    var isName: Bool
  }

  private static let keywords: Set<String> = [
    "on", "using", "where", "join", "left", "right", "full", "inner", "outer", "cross", "natural",
    "group",
    "order", "having", "limit", "union", "window",
  ]

  /// The names and signs of a query, without its texts and comments.
  private static func words(_ query: String) -> [Word] {
    var words: [Word] = []
    var rest = query[...]
    func isPart(_ character: Character) -> Bool {
      character.isLetter || character.isNumber || character == "_"
    }
    while let first = rest.first {
      if isPart(first) {
        let word = rest.prefix(while: isPart)
        words.append(Word(key: word.lowercased(), isName: !first.isNumber))
        rest = rest.dropFirst(word.count)
      } else if rest.hasPrefix("--") {
        rest = rest.drop { !$0.isNewline }
      } else if let end = ["'": "'", "\"": "\"", "`": "`", "[": "]"][first] as Character? {
        let word = rest.dropFirst().prefix { $0 != end }
        if first != "'" { words.append(Word(key: word.lowercased(), isName: true)) }
        rest = rest.dropFirst(word.count + 2)
      } else {
        if !first.isWhitespace { words.append(Word(key: String(first), isName: false)) }
        rest = rest.dropFirst()
      }
    }
    return words
  }
}
