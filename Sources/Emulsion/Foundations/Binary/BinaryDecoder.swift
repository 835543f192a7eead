/// Reads what ``BinaryEncoder`` wrote.
package struct BinaryDecoder {
  /// The value in `bytes`.
  ///
  /// - Throws: `io` where these are no such value.
  package static func value<Value: Decodable>(from bytes: [UInt8]) throws -> Value {
    do {
      var reader = BinaryReader(bytes: bytes, range: 0..<bytes.count)
      return try reader.read(Value.self)
    } catch is DecodingError {
      throw EmulsionError(.io, "a message is not what was expected")
    }
  }
}

/// Bytes of which those before `range` were read.
private struct BinaryReader {
  let bytes: [UInt8]
  var range: Range<Int>

  private func failure() -> DecodingError {
    .dataCorrupted(.init(codingPath: [], debugDescription: "cut short"))
  }

  /// The next `count` bytes.
  mutating func take(_ count: Int) throws -> Range<Int> {
    guard count >= 0, count <= range.count else { throw failure() }
    let taken = range.lowerBound..<range.lowerBound + count
    range = taken.upperBound..<range.upperBound
    return taken
  }

  mutating func take<T: BitwiseCopyable>(_ type: T.Type) throws -> T {
    let place = try take(MemoryLayout<T>.size)
    return bytes.withUnsafeBytes { $0.loadUnaligned(fromByteOffset: place.lowerBound, as: T.self) }
  }

  mutating func text(_ count: Int) throws -> String {
    let place = try take(count)
    return String(decoding: bytes[place], as: UTF8.self)
  }

  private mutating func numbers() throws -> [Double] {
    let count = try take(Int.self)
    guard count >= 0, count <= range.count / 8 else { throw failure() }
    let place = try take(8 * count)
    return [Double](unsafeUninitializedCapacity: count) { numbers, used in
      bytes.withUnsafeBytes {
        UnsafeMutableRawBufferPointer(numbers).copyMemory(
          from: UnsafeRawBufferPointer(rebasing: $0[place]))
      }
      used = count
    }
  }

  /// The next value.
  mutating func read<T: Decodable>(_ type: T.Type) throws -> T {
    let value: Any? =
      switch type {
      case is [Double].Type: try numbers()
      case is Double.Type: try take(Double.self)
      case is Float.Type: try take(Float.self)
      case is Bool.Type: try take(UInt8.self) != 0
      case is String.Type: try text(take(Int.self))
      case let integer as any FixedWidthInteger.Type:
        integer.init(truncatingIfNeeded: try take(UInt64.self))
      case let optional as any OptionalValue.Type:
        try take(UInt8.self) == 0 ? optional.none : try wrapped(optional.wrapped)
      default: nil
      }
    if let value = value as? T { return value }
    let level = BinaryLevelReader(reader: self)
    let result = try T(from: level)
    range = level.cursor.reader.range
    return result
  }

  private mutating func wrapped(_ type: Any.Type) throws -> Any {
    guard let type = type as? any Decodable.Type else { throw failure() }
    return try read(type)
  }
}

/// Where reading stands, shared by the containers of a value.
private final class BinaryCursor {
  var reader: BinaryReader

  init(_ reader: BinaryReader) { self.reader = reader }
}

private struct BinaryLevelReader: Decoder {
  let cursor: BinaryCursor
  var codingPath: [any CodingKey] { [] }
  var userInfo: [CodingUserInfoKey: Any] { [:] }

  init(reader: BinaryReader) { cursor = BinaryCursor(reader) }
  init(cursor: BinaryCursor) { self.cursor = cursor }

  func container<Key: CodingKey>(keyedBy type: Key.Type) throws -> KeyedDecodingContainer<Key> {
    KeyedDecodingContainer(try KeyedEntriesReader<Key>(cursor))
  }

  func unkeyedContainer() throws -> any UnkeyedDecodingContainer {
    try ListedValuesReader(cursor)
  }

  func singleValueContainer() throws -> any SingleValueDecodingContainer {
    SingleValueReader(cursor: cursor)
  }
}

private struct KeyedEntriesReader<Key: CodingKey>: KeyedDecodingContainerProtocol {
  private let bytes: [UInt8]
  private let entries: [String: Range<Int>]
  var codingPath: [any CodingKey] { [] }
  var allKeys: [Key] { entries.keys.sorted().compactMap { Key(stringValue: $0) } }

  init(_ cursor: BinaryCursor) throws {
    var entries: [String: Range<Int>] = [:]
    for _ in 0..<max(0, try cursor.reader.take(Int.self)) {
      let name = try cursor.reader.text(Int(cursor.reader.take(UInt16.self)))
      entries[name] = try cursor.reader.take(cursor.reader.take(Int.self))
    }
    self.entries = entries
    bytes = cursor.reader.bytes
  }

  func contains(_ key: Key) -> Bool { entries[key.stringValue] != nil }
  func decodeNil(forKey key: Key) throws -> Bool { !contains(key) }

  func decode<T: Decodable>(_ type: T.Type, forKey key: Key) throws -> T {
    guard let range = entries[key.stringValue] else {
      throw DecodingError.keyNotFound(key, .init(codingPath: [], debugDescription: "absent"))
    }
    var reader = BinaryReader(bytes: bytes, range: range)
    return try reader.read(type)
  }

  func nestedContainer<Nested: CodingKey>(
    keyedBy type: Nested.Type, forKey key: Key
  ) throws -> KeyedDecodingContainer<Nested> {
    KeyedDecodingContainer(try KeyedEntriesReader<Nested>(cursor(key.stringValue)))
  }

  func nestedUnkeyedContainer(forKey key: Key) throws -> any UnkeyedDecodingContainer {
    try ListedValuesReader(cursor(key.stringValue))
  }

  func superDecoder() throws -> any Decoder { BinaryLevelReader(cursor: try cursor("super")) }

  func superDecoder(forKey key: Key) throws -> any Decoder {
    BinaryLevelReader(cursor: try cursor(key.stringValue))
  }

  private func cursor(_ name: String) throws -> BinaryCursor {
    guard let range = entries[name] else {
      throw DecodingError.dataCorrupted(
        .init(codingPath: [], debugDescription: "\(name) is absent"))
    }
    return BinaryCursor(BinaryReader(bytes: bytes, range: range))
  }
}

private struct ListedValuesReader: UnkeyedDecodingContainer {
  let cursor: BinaryCursor
  let count: Int?
  private(set) var currentIndex = 0
  var codingPath: [any CodingKey] { [] }
  var isAtEnd: Bool { currentIndex >= count ?? 0 }

  init(_ cursor: BinaryCursor) throws {
    self.cursor = cursor
    count = try cursor.reader.take(Int.self)
  }

  mutating func decodeNil() throws -> Bool {
    var ahead = cursor.reader
    guard try ahead.take(UInt8.self) == 0 else { return false }
    cursor.reader = ahead
    currentIndex += 1
    return true
  }

  mutating func decode<T: Decodable>(_ type: T.Type) throws -> T {
    guard !isAtEnd else {
      throw DecodingError.valueNotFound(type, .init(codingPath: [], debugDescription: "at the end"))
    }
    currentIndex += 1
    return try cursor.reader.read(type)
  }

  mutating func nestedContainer<Nested: CodingKey>(
    keyedBy type: Nested.Type
  ) throws -> KeyedDecodingContainer<Nested> {
    currentIndex += 1
    return KeyedDecodingContainer(try KeyedEntriesReader<Nested>(cursor))
  }

  mutating func nestedUnkeyedContainer() throws -> any UnkeyedDecodingContainer {
    currentIndex += 1
    return try ListedValuesReader(cursor)
  }

  mutating func superDecoder() throws -> any Decoder {
    currentIndex += 1
    return BinaryLevelReader(cursor: cursor)
  }
}

private struct SingleValueReader: SingleValueDecodingContainer {
  let cursor: BinaryCursor
  var codingPath: [any CodingKey] { [] }

  func decodeNil() -> Bool { false }
  func decode<T: Decodable>(_ type: T.Type) throws -> T { try cursor.reader.read(type) }
}
