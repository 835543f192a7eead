import Foundation

/// A JSON document as a tree that can be changed, to make model files by hand.
enum JSON: Codable, Sendable {
  case null
  case truth(Bool)
  case number(Double)
  case text(String)
  case list([JSON])
  case members([String: JSON])

  init(from decoder: any Decoder) throws {
    let container = try decoder.singleValueContainer()
    if container.decodeNil() {
      self = .null
    } else if let value = try? container.decode(Bool.self) {
      self = .truth(value)
    } else if let value = try? container.decode(Double.self) {
      self = .number(value)
    } else if let value = try? container.decode(String.self) {
      self = .text(value)
    } else if let value = try? container.decode([JSON].self) {
      self = .list(value)
    } else {
      self = .members(try container.decode([String: JSON].self))
    }
  }

  func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    switch self {
    case .null: try container.encodeNil()
    case .truth(let value): try container.encode(value)
    case .number(let value):
      // Whole numbers stay whole, up to the largest.
      if let whole = Int(exactly: value) {
        try container.encode(whole)
      } else {
        try container.encode(value)
      }
    case .text(let value): try container.encode(value)
    case .list(let value): try container.encode(value)
    case .members(let value): try container.encode(value)
    }
  }

  /// The tree with what stands at `path` replaced.
  func replacing(_ path: ArraySlice<String>, by part: JSON) -> JSON {
    guard let key = path.first else { return part }
    switch self {
    case .list(var list):
      guard let index = Int(key), list.indices.contains(index) else { return self }
      list[index] = list[index].replacing(path.dropFirst(), by: part)
      return .list(list)
    case .members(var members):
      guard let old = members[key] else { return self }
      members[key] = old.replacing(path.dropFirst(), by: part)
      return .members(members)
    default: return self
    }
  }

  /// The tree with the checksum that a model file of it has: FNV-1a of its canonical text.
  var signed: JSON {
    guard case .members(var members) = self else { return self }
    members["checksum"] = nil
    var hash: UInt64 = 0xcbf2_9ce4_8422_2325
    for byte in JSON.members(members).canonical {
      hash = (hash ^ UInt64(byte)) &* 0x0000_0100_0000_01b3
    }
    let hex = String(hash, radix: 16)
    members["checksum"] = .text("fnv1a-" + String(repeating: "0", count: 16 - hex.count) + hex)
    return .members(members)
  }

  private var canonical: [UInt8] {
    switch self {
    case .null: return [UInt8(ascii: "z")]
    case .truth(let value): return [UInt8(ascii: value ? "t" : "f")]
    case .number(let value):
      return [UInt8(ascii: "n")]
        + (0..<8).map { UInt8(truncatingIfNeeded: value.bitPattern >> (8 * $0)) }
    case .text(let value): return [UInt8(ascii: "s")] + Array(value.utf8) + [0]
    case .list(let values):
      return [UInt8(ascii: "[")] + values.flatMap(\.canonical) + [UInt8(ascii: "]")]
    case .members(let members):
      return [UInt8(ascii: "{")]
        + members.sorted { $0.key < $1.key }.flatMap {
          JSON.text($0.key).canonical + $0.value.canonical
        } + [UInt8(ascii: "}")]
    }
  }
}
