/// Writes values as bytes that ``BinaryDecoder`` reads back bit by bit: numbers as they are in memory,
/// lists after their count, what has keys as entries of key, size and value.
///
/// It is for messages between processes of one program; files are JSON.
package struct BinaryEncoder {
  /// The bytes of `value`.
  ///
  /// - Throws: What encoding the value throws.
  package static func bytes(of value: some Encodable) throws -> [UInt8] {
    let writer = BinaryWriter()
    try writer.write(value)
    return writer.finished
  }
}

/// Tells whether there is a value, whatever its type.
protocol OptionalValue {
  /// The type of the value that there may be.
  static var wrapped: Any.Type { get }
  /// No value.
  static var none: Self { get }
  /// The value.
  var present: (any Encodable)? { get }
}

extension Optional: OptionalValue {
  static var wrapped: Any.Type { Wrapped.self }
  var present: (any Encodable)? { self as? any Encodable }
}

/// The bytes so far.
private final class BinaryWriter {
  var bytes: [UInt8] = []
  /// Values that were left open, and where they stand.
  private var children: [(place: Int, writer: BinaryWriter)] = []

  func append<T: BitwiseCopyable>(_ value: T) {
    withUnsafeBytes(of: value) { bytes.append(contentsOf: $0) }
  }

  func append(key: some CodingKey) {
    let name = key.stringValue.utf8
    append(UInt16(truncatingIfNeeded: name.count))
    bytes.append(contentsOf: name)
  }

  /// Writes a number into a place that was kept free.
  func put(_ number: Int, at place: Int) {
    withUnsafeBytes(of: number) { bytes.replaceSubrange(place..<place + $0.count, with: $0) }
  }

  func write(_ value: some Encodable) throws {
    switch value {
    case let optional as any OptionalValue:
      append(UInt8(optional.present == nil ? 0 : 1))
      if let present = optional.present { try write(present) }
    case let list as [Double]:
      append(list.count)
      list.withUnsafeBytes { bytes.append(contentsOf: $0) }
    case let number as Double: append(number)
    case let number as Float: append(number)
    case let truth as Bool: append(UInt8(truth ? 1 : 0))
    case let number as any FixedWidthInteger: append(UInt64(truncatingIfNeeded: number))
    case let text as String:
      append(text.utf8.count)
      bytes.append(contentsOf: text.utf8)
    default:
      // When it is encoded, what it left open is complete.
      let own = BinaryWriter()
      try value.encode(to: BinaryLevel(writer: own))
      bytes += own.finished
    }
  }

  /// A writer of its own for a value of unknown size that stands here, after its size.
  func child() -> BinaryWriter {
    let child = BinaryWriter()
    children.append((bytes.count, child))
    return child
  }

  /// All bytes, those of values that were left open in their places.
  var finished: [UInt8] {
    if children.isEmpty { return bytes }
    var (result, start): ([UInt8], Int) = ([], 0)
    for (place, child) in children {
      let content = child.finished
      result += bytes[start..<place]
      withUnsafeBytes(of: content.count) { result.append(contentsOf: $0) }
      result += content
      start = place
    }
    return result + bytes[start...]
  }
}

private struct BinaryLevel: Encoder {
  let writer: BinaryWriter
  var codingPath: [any CodingKey] { [] }
  var userInfo: [CodingUserInfoKey: Any] { [:] }

  func container<Key: CodingKey>(keyedBy type: Key.Type) -> KeyedEncodingContainer<Key> {
    KeyedEncodingContainer(KeyedEntries<Key>(writer))
  }

  func unkeyedContainer() -> any UnkeyedEncodingContainer { ListedValues(writer) }
  func singleValueContainer() -> any SingleValueEncodingContainer { SingleValue(writer: writer) }
}

private final class KeyedEntries<Key: CodingKey>: KeyedEncodingContainerProtocol {
  let writer: BinaryWriter
  var codingPath: [any CodingKey] { [] }
  private let place: Int
  private var count = 0

  init(_ writer: BinaryWriter) {
    self.writer = writer
    place = writer.bytes.count
    writer.append(0)
  }

  /// Writes the entry's key, and its size after `body` wrote the value.
  private func entry(_ key: Key, _ body: () throws -> Void) rethrows {
    count += 1
    writer.put(count, at: place)
    writer.append(key: key)
    let size = writer.bytes.count
    writer.append(0)
    try body()
    writer.put(writer.bytes.count - size - MemoryLayout<Int>.size, at: size)
  }

  func encodeNil(forKey key: Key) {}

  func encode(_ value: some Encodable, forKey key: Key) throws {
    try entry(key) { try writer.write(value) }
  }

  /// Begins an entry whose value is written bit by bit.
  private func openEntry(_ key: Key) -> BinaryWriter {
    count += 1
    writer.put(count, at: place)
    writer.append(key: key)
    return writer.child()
  }

  func nestedContainer<Nested: CodingKey>(
    keyedBy type: Nested.Type, forKey key: Key
  ) -> KeyedEncodingContainer<Nested> {
    KeyedEncodingContainer(KeyedEntries<Nested>(openEntry(key)))
  }

  func nestedUnkeyedContainer(forKey key: Key) -> any UnkeyedEncodingContainer {
    ListedValues(openEntry(key))
  }

  func superEncoder() -> any Encoder {
    BinaryLevel(writer: Key(stringValue: "super").map(openEntry) ?? BinaryWriter())
  }

  func superEncoder(forKey key: Key) -> any Encoder { BinaryLevel(writer: openEntry(key)) }
}

private final class ListedValues: UnkeyedEncodingContainer {
  let writer: BinaryWriter
  var codingPath: [any CodingKey] { [] }
  private let place: Int
  private(set) var count = 0

  init(_ writer: BinaryWriter) {
    self.writer = writer
    place = writer.bytes.count
    writer.append(0)
  }

  private func note() {
    count += 1
    writer.put(count, at: place)
  }

  func encodeNil() {
    note()
    writer.append(UInt8(0))
  }

  func encode(_ value: some Encodable) throws {
    note()
    try writer.write(value)
  }

  func nestedContainer<Nested: CodingKey>(keyedBy type: Nested.Type)
    -> KeyedEncodingContainer<Nested>
  {
    note()
    return KeyedEncodingContainer(KeyedEntries<Nested>(writer))
  }

  func nestedUnkeyedContainer() -> any UnkeyedEncodingContainer {
    note()
    return ListedValues(writer)
  }

  func superEncoder() -> any Encoder {
    note()
    return BinaryLevel(writer: writer)
  }
}

private struct SingleValue: SingleValueEncodingContainer {
  let writer: BinaryWriter
  var codingPath: [any CodingKey] { [] }

  func encodeNil() { writer.append(UInt8(0)) }
  func encode(_ value: some Encodable) throws { try writer.write(value) }
}
