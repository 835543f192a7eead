/// A JSON document as a tree, for checksums that don't depend on layout.
enum JSONValue: Hashable, Codable {
  case null
  case boolean(Bool)
  case integer(Int)
  case number(Double)
  case string(String)
  case array([JSONValue])
  case object([String: JSONValue])

  subscript(key: String) -> JSONValue? {
    get {
      guard case .object(let members) = self else { return nil }
      return members[key]
    }
    set {
      guard case .object(var members) = self else { return }
      members[key] = newValue
      self = .object(members)
    }
  }

  /// Whether an object named `parent`, at any depth, has a member `key`.
  func contains(_ key: String, in parent: String) -> Bool {
    switch self {
    case .array(let elements): elements.contains { $0.contains(key, in: parent) }
    case .object(let members):
      members[parent]?[key] != nil || members.values.contains { $0.contains(key, in: parent) }
    default: false
    }
  }

  init(from decoder: any Decoder) throws {
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
      self = .string(value)
    } else if let value = try? container.decode([JSONValue].self) {
      self = .array(value)
    } else {
      self = .object(try container.decode([String: JSONValue].self))
    }
  }

  func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    switch self {
    case .null: try container.encodeNil()
    case .boolean(let value): try container.encode(value)
    case .integer(let value): try container.encode(value)
    case .number(let value): try container.encode(value)
    case .string(let value): try container.encode(value)
    case .array(let value): try container.encode(value)
    case .object(let value): try container.encode(value)
    }
  }

  /// Calls `body` with the bytes of the value, members sorted, numbers by their bits.
  func visitCanonicalText(_ body: (UInt8) -> Void) {
    switch self {
    case .null: body(UInt8(ascii: "z"))
    case .boolean(let value): body(UInt8(ascii: value ? "t" : "f"))
    case .integer(let value): Self.visit(Double(value), body)
    case .number(let value): Self.visit(value, body)
    case .string(let value): Self.visit(value, body)
    case .array(let values):
      body(UInt8(ascii: "["))
      for value in values { value.visitCanonicalText(body) }
      body(UInt8(ascii: "]"))
    case .object(let members):
      body(UInt8(ascii: "{"))
      for (key, value) in members.sorted(by: { $0.key < $1.key }) {
        Self.visit(key, body)
        value.visitCanonicalText(body)
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
