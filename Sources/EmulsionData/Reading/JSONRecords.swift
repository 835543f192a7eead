import Emulsion

/// Reads tables from JSON: a list of records (objects), a record a line, or an object of lists.
///
/// Cells are numbers, texts, true and false (texts), or null; `NaN` and `Infinity`, as Python writes them,
/// are numbers.
struct JSONRecords {
  private let bytes: UnsafeBufferPointer<UInt8>
  private let name: String
  private let options: ReadOptions
  private var position = 0
  private var line = 1
  private var names: [String] = []
  private var places: [String: Int] = [:]
  private var columns: [[Cell]] = []
  private var rows = 0
  private var lines: [Int] = []

  private enum Cell {
    case missing
    /// As it is written.
    case number(String)
    case text(String)
    case truth(Bool)
  }

  static func table(_ bytes: [UInt8], _ name: String, _ options: ReadOptions) throws -> Table {
    try bytes.withUnsafeBufferPointer { buffer in
      var reader = JSONRecords(buffer, name, options)
      return try reader.table()
    }
  }

  private init(_ bytes: UnsafeBufferPointer<UInt8>, _ name: String, _ options: ReadOptions) {
    (self.bytes, self.name, self.options) = (bytes, name, options)
    if bytes.starts(with: [0xEF, 0xBB, 0xBF]) { position = 3 }
  }

  private mutating func table() throws -> Table {
    skipSpace()
    switch next {
    case UInt8(ascii: "["): try list()
    case UInt8(ascii: "{"): try lineRecords()
    case nil: throw error("the file is empty")
    default: throw error("a list of records, or a record a line, must begin here")
    }
    skipSpace()
    if next != nil { throw error("there is more behind the end of the data") }
    var table = try Table(
      zip(names, columns).map { (name: $0, column: try column($1, named: $0)) },
      origin: Origin(name: name, unit: .line, positions: lines))
    if let limit = options.limit { table = table.head(limit) }
    return try options.columns.map(table.select) ?? table
  }

  // MARK: Records

  private mutating func list() throws {
    try expect("[")
    skipSpace()
    if take("]") { return }
    repeat {
      skipSpace()
      guard next == UInt8(ascii: "{") else {
        throw error("a record must begin here, such as {\"x\": 1}")
      }
      try record()
      skipSpace()
    } while take(",")
    try expect("]")
  }

  /// A record a line; a single object of lists is a table of columns.
  private mutating func lineRecords() throws {
    let start = (position, line)
    if try isObjectOfLists() { return }
    (position, line) = start
    while next == UInt8(ascii: "{") {
      try record()
      skipSpace()
      // Some put commas between lines.
      if take(",") { skipSpace() }
    }
  }

  private mutating func record() throws {
    lines.append(line)
    try expect("{")
    skipSpace()
    if rows & 0xFFF == 0 {
      if options.isCancelled() { throw EmulsionError(.cancelled, "interrupted") }
      try options.reserve(0x1000 * 24 * max(1, names.count))
    }
    var seen = Set<Int>()
    if !take("}") {
      repeat {
        let key = try key()
        let place = self.place(of: key)
        guard seen.insert(place).inserted else {
          throw error("\(quoted(key)) comes twice in one record")
        }
        columns[place].append(try cell(key))
        skipSpace()
      } while take(",")
      try expect("}")
    }
    rows += 1
    for place in columns.indices where columns[place].count < rows {
      columns[place].append(.missing)
    }
  }

  /// The name of a value, up to where that begins.
  private mutating func key() throws -> String {
    skipSpace()
    let key = try string()
    skipSpace()
    try expect(":")
    skipSpace()
    return key
  }

  private mutating func place(of key: String) -> Int {
    if let place = places[key] { return place }
    places[key] = names.count
    names.append(key)
    columns.append(Array(repeating: .missing, count: rows))
    return names.count - 1
  }

  private mutating func isObjectOfLists() throws -> Bool {
    try expect("{")
    skipSpace()
    guard next == UInt8(ascii: "\"") else { return false }
    _ = try string()
    skipSpace()
    guard take(":") else { return false }
    skipSpace()
    guard next == UInt8(ascii: "[") else { return false }
    position = bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? 3 : 0
    line = 1
    skipSpace()
    try expect("{")
    repeat {
      let key = try key()
      let place = place(of: key)
      try expect("[")
      skipSpace()
      var cells: [Cell] = []
      if !take("]") {
        repeat {
          skipSpace()
          cells.append(try cell(key))
          skipSpace()
        } while take(",")
        try expect("]")
      }
      columns[place] = cells
      rows = max(rows, cells.count)
      skipSpace()
    } while take(",")
    try expect("}")
    lines = Array(1..<rows + 1)
    return true
  }

  private func column(_ cells: [Cell], named name: String) throws -> Column {
    let wanted = options.types[name]
    if wanted != .text {
      let numbers = cells.map { cell -> Double? in
        switch cell {
        case .missing: .nan
        case .number(let text): Double(text)
        case .truth(let isTrue): wanted == .number ? (isTrue ? 1 : 0) : nil
        case .text(let text):
          options.missing.contains(text) ? .nan : wanted == .number ? Double(text) : nil
        }
      }
      let areExact = !cells.contains {
        if case .number(let text) = $0 { isInexact(text) } else { false }
      }
      if areExact || wanted == .number, !numbers.contains(where: { $0 == nil }) {
        return .numbers(numbers.compactMap(\.self))
      }
      if wanted == .number, let row = numbers.firstIndex(where: { $0 == nil }) {
        throw EmulsionError(
          .invalidData, "\(self.name), record \(row + 1), column \(quoted(name)): no number")
      }
    }
    return .text(
      cells.map { cell in
        switch cell {
        case .missing: nil
        case .number(let text), .text(let text): text
        case .truth(let isTrue): isTrue ? "true" : "false"
        }
      })
  }

  private func isInexact(_ text: String) -> Bool {
    var text = text
    return text.withUTF8(DecimalParser.isInexactWhole)
  }

  // MARK: Values

  private mutating func cell(_ key: String) throws -> Cell {
    switch next {
    case UInt8(ascii: "\"")?: return .text(try string())
    case UInt8(ascii: "{")?, UInt8(ascii: "[")?:
      throw error(
        "\(quoted(key)) holds a list or a record; cells are numbers, texts, true, false or null")
    default: break
    }
    let start = position
    while let byte = next, !",]} \t\r\n".utf8.contains(byte) { position += 1 }
    let word = String(decoding: bytes[start..<position], as: UTF8.self)
    switch word {
    case "null", "NaN": return .missing
    case "true": return .truth(true)
    case "false": return .truth(false)
    case "Infinity", "-Infinity": return .number(word.hasPrefix("-") ? "-inf" : "inf")
    default:
      let isNumber =
        (word.utf8.first.map { $0 &- 0x30 < 10 || $0 == 0x2D } ?? false) && Double(word) != nil
      guard isNumber else { throw error("\(quoted(word)) is no number, text, true, false or null") }
      return .number(word)
    }
  }

  private mutating func string() throws -> String {
    try expect("\"")
    var result: [UInt8] = []
    while let byte = next {
      position += 1
      if byte == UInt8(ascii: "\"") {
        guard let text = String(validating: result, as: UTF8.self) else {
          throw error("the text is not UTF-8")
        }
        return text
      }
      guard byte == UInt8(ascii: "\\") else {
        if byte == 0x0A { line += 1 }
        result.append(byte)
        continue
      }
      result += String(try escape()).utf8
    }
    throw error("a text is never closed")
  }

  private mutating func escape() throws -> Character {
    guard let byte = next else { throw error("a text is never closed") }
    position += 1
    switch byte {
    case UInt8(ascii: "n"): return "\n"
    case UInt8(ascii: "t"): return "\t"
    case UInt8(ascii: "r"): return "\r"
    case UInt8(ascii: "b"): return "\u{8}"
    case UInt8(ascii: "f"): return "\u{C}"
    case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"):
      return Character(Unicode.Scalar(byte))
    case UInt8(ascii: "u"):
      let first = try hexadecimal()
      if let scalar = Unicode.Scalar(first) { return Character(scalar) }
      guard take("\\"), take("u") else { return "\u{FFFD}" }
      let second = try hexadecimal()
      guard (0xD800..<0xDC00).contains(first), (0xDC00..<0xE000).contains(second) else {
        return "\u{FFFD}"
      }
      let value = 0x10000 + (first - 0xD800) << 10 + (second - 0xDC00)
      return Unicode.Scalar(value).map { Character($0) } ?? "\u{FFFD}"
    default: throw error("\"\\\(Character(Unicode.Scalar(byte)))\" means nothing within a text")
    }
  }

  private mutating func hexadecimal() throws -> UInt32 {
    guard position + 4 <= bytes.count,
      let value = UInt32(String(decoding: bytes[position..<position + 4], as: UTF8.self), radix: 16)
    else { throw error("\\u needs four hexadecimal digits") }
    position += 4
    return value
  }

  // MARK: Bytes

  private var next: UInt8? { position < bytes.count ? bytes[position] : nil }

  private mutating func skipSpace() {
    while let byte = next, byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09 {
      if byte == 0x0A { line += 1 }
      position += 1
    }
  }

  private mutating func take(_ sign: Unicode.Scalar) -> Bool {
    guard next == UInt8(ascii: sign) else { return false }
    position += 1
    return true
  }

  private mutating func expect(_ sign: Unicode.Scalar) throws {
    guard take(sign) else {
      throw error(next == nil ? "cut short: \"\(sign)\" is missing" : "\"\(sign)\" is needed here")
    }
  }

  private func error(_ what: String) -> EmulsionError {
    EmulsionError(.invalidData, "\(name), line \(line): \(what)")
  }
}
