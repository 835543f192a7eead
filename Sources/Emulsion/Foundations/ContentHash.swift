/// FNV-1a, 64 bits, of bytes and values: it tells apart what differs by accident, not by malice.
package struct ContentHash {
  static let prefix = "fnv1a-"

  private var state: UInt64 = 0xcbf2_9ce4_8422_2325

  /// That of nothing yet.
  init() {}

  /// That of some bytes.
  package init(of bytes: some Sequence<UInt8>) { add(bytes) }

  /// That of a value as its stored parts are: numbers by their bits, members of sets and dictionaries in any
  /// order. Of functions and objects only the type counts.
  init(ofValue value: Any) { add(value: value) }

  /// The hash in hexadecimal digits, behind the name of how it is made.
  package var text: String { Self.prefix + state.hexadecimal }

  /// Takes in further bytes.
  package mutating func add(_ bytes: some Sequence<UInt8>) { for byte in bytes { add(byte: byte) } }

  /// Takes in a byte.
  mutating func add(byte: UInt8) { state = (state ^ UInt64(byte)) &* 0x0000_0100_0000_01b3 }

  private mutating func add(_ bits: UInt64) {
    add((0..<8).map { UInt8(truncatingIfNeeded: bits >> (8 * UInt64($0))) })
  }

  private mutating func add(value: Any) {
    switch value {
    case let number as Double: add(number.bitPattern)
    case let number as Int: add(UInt64(bitPattern: Int64(number)))
    case let truth as Bool: add([truth ? 1 : 0])
    case let text as String: add(Array(text.utf8) + [0])
    // Lists may be long.
    case let numbers as [Double]: for number in numbers { add(number.bitPattern) }
    case let numbers as [Int]: for number in numbers { add(UInt64(bitPattern: Int64(number))) }
    default: add(parts: value)
    }
  }

  private mutating func add(parts value: Any) {
    add(String(reflecting: type(of: value)).utf8)
    let mirror = Mirror(reflecting: value)
    switch mirror.displayStyle {
    case .class: break
    case nil: if let number = value as? any CustomStringConvertible { add(number.description.utf8) }
    case .set, .dictionary:
      add(mirror.children.map { ContentHash(ofValue: $0.value).state }.reduce(0, &+))
    case .enum:
      // A case without values has no children, and is told by its name alone.
      if mirror.children.isEmpty { add("\(value)".utf8) }
      fallthrough
    default:
      for child in mirror.children {
        add((child.label ?? "").utf8)
        add(value: child.value)
      }
    }
  }
}

extension UInt64 {
  /// 16 hexadecimal digits.
  var hexadecimal: String {
    let digits = String(self, radix: 16)
    return String(repeating: "0", count: 16 - digits.count) + digits
  }
}
