/// A tree of values: what files, reports and the command's results are made of.
///
/// Its members keep their order; its checksum depends on neither order nor layout.
package indirect enum JSONValue: Hashable, Sendable, Codable {
  case null
  case boolean(Bool)
  case integer(Int)
  case number(Double)
  case text(String)
  case list([JSONValue])
  case members([Member])

  /// A value with its name.
  package struct Member: Hashable, Sendable {
    package let name: String
    package let value: JSONValue
  }

  /// Named values.
  package static func object(_ members: [(name: String, value: JSONValue)]) -> JSONValue {
    .members(members.map { Member(name: $0.name, value: $0.value) })
  }

  /// A list of numbers.
  package static func numbers(_ values: some Sequence<Double>) -> JSONValue {
    .list(values.map { .number($0) })
  }

  /// A list of texts.
  package static func texts(_ values: [String]) -> JSONValue { .list(values.map { .text($0) }) }

  /// One list a row.
  package static func matrix(_ matrix: Matrix) -> JSONValue {
    .list((0..<matrix.rows).map { .numbers(matrix.row($0)) })
  }

  package subscript(name: String) -> JSONValue? {
    get {
      guard case .members(let members) = self else { return nil }
      return members.first { $0.name == name }?.value
    }
    set {
      guard case .members(var members) = self else { return }
      members.removeAll { $0.name == name }
      if let newValue { members.append(Member(name: name, value: newValue)) }
      self = .members(members)
    }
  }

  /// Whether an object named `parent`, at any depth, has a member `key`.
  func contains(_ key: String, in parent: String) -> Bool {
    switch self {
    case .list(let elements): elements.contains { $0.contains(key, in: parent) }
    case .members(let members):
      self[parent]?[key] != nil || members.contains { $0.value.contains(key, in: parent) }
    default: false
    }
  }

  package init(from decoder: any Decoder) throws {
    let container = try decoder.singleValueContainer()
    if container.decodeNil() {
      self = .null
    } else if let value = try? container.decode(Bool.self) {
      self = .boolean(value)
    } else if let value = try? container.decode(Int.self) {
      self = .integer(value)
    } else if let value = try? container.decode(Double.self) {
      self = .number(value)
    } else if let value = try? container.decode(String.self) {
      self = .text(value)
    } else if let value = try? container.decode([JSONValue].self) {
      self = .list(value)
    } else {
      let members = try container.decode([String: JSONValue].self)
      self = .members(members.map { Member(name: $0.key, value: $0.value) })
    }
  }

  package func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    switch self {
    case .null: try container.encodeNil()
    case .boolean(let value): try container.encode(value)
    case .integer(let value): try container.encode(value)
    case .number(let value): try container.encode(value)
    case .text(let value): try container.encode(value)
    case .list(let value): try container.encode(value)
    case .members(let members):
      try container.encode(
        Dictionary(members.map { ($0.name, $0.value) }) { first, _ in first })
    }
  }

  /// Calls `body` with the bytes of the value, members sorted, numbers by their bits.
  func visitCanonicalText(_ body: (UInt8) -> Void) {
    switch self {
    case .null: body(UInt8(ascii: "z"))
    case .boolean(let value): body(UInt8(ascii: value ? "t" : "f"))
    case .integer(let value): Self.visit(Double(value), body)
    case .number(let value): Self.visit(value, body)
    case .text(let value): Self.visit(value, body)
    case .list(let values):
      body(UInt8(ascii: "["))
      for value in values { value.visitCanonicalText(body) }
      body(UInt8(ascii: "]"))
    case .members(let members):
      body(UInt8(ascii: "{"))
      for member in members.sorted(by: { $0.name < $1.name }) {
        Self.visit(member.name, body)
        member.value.visitCanonicalText(body)
      }
      body(UInt8(ascii: "}"))
    }
  }

  private static func visit(_ number: Double, _ body: (UInt8) -> Void) {
    body(UInt8(ascii: "n"))
    for shift in stride(from: 0, to: 64, by: 8) {
      body(UInt8(truncatingIfNeeded: number.bitPattern >> shift))
    }
  }

  private static func visit(_ text: String, _ body: (UInt8) -> Void) {
    body(UInt8(ascii: "s"))
    text.utf8.forEach(body)
    body(0)
  }
}
