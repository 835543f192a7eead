import Emulsion
import EmulsionData
import Testing

/// JSON, NumPy's archives, and SQL.
@Suite("Records")
struct RecordTests {
  private func read(_ text: String, as name: String = "data.json") throws -> Table {
    let folder = try TemporaryFolder()
    defer { folder.remove() }
    return try Table(reading: folder.write(text, as: name))
  }

  @Test(
    "JSON of all forms is read",
    arguments: [
      ("data.json", "[{\"a\": 1, \"b\": \"x\"}, {\"b\": \"y\", \"a\": 2.5e0}]"),
      ("data.json", "{\"a\":[1,2.5],\"b\":[\"x\",\"y\"]}"),
      ("data.jsonl", "{\"a\":1,\"b\":\"x\"}\n{\"a\":2.5,\"b\":\"\\u0079\"}\n"),
      ("data.ndjson", "{\"a\":1,\"b\":\"x\"}\r\n\r\n{\"a\":2.5,\"b\":\"y\"}"),
    ])
  func json(name: String, text: String) throws {
    let table = try read(text, as: name)
    #expect(table.names == ["a", "b"])
    #expect(try table["a"]?.numbers == [1, 2.5])
    #expect(try table["b"]?.text == ["x", "y"])
  }

  @Test("cells that are not there are missing, ids stay whole") func jsonCells() throws {
    let table = try read("[{\"a\":null,\"t\":true},{\"a\":1,\"id\":12345678901234567890}]")
    #expect(try table["a"]?.numbers?.map(\.isNaN) == [true, false])
    #expect(try table["t"]?.text == ["true", nil])
    #expect(try table["id"]?.text == [nil, "12345678901234567890"])
  }

  @Test(
    "bad JSON is told with its line",
    arguments: [
      ("", "empty"), ("[{\"a\":1", "cut short"), ("[{\"a\":[1]}]", "\"a\" holds a list"),
      ("[1, 2]", "a record"),
      ("[{\"a\":1,\"a\":2}]", "twice"), ("[{\"a\":01x}]", "no number"),
      ("[{\"a\":\"\\q\"}]", "means nothing"),
      ("[{\"a\":1}] x", "behind the end"), ("{\"a\":[1,2],\"b\":[1]}", "differ in length"),
      ("[{a:1}]", "needed here"),
    ])
  func badJSON(text: String, part: String) throws {
    let error = #expect(throws: EmulsionError.self) { try read(text) }
    #expect(error?.message.contains(part) == true, "\(error?.message ?? "")")
  }

  @Test("what is written is read", arguments: ["a.json", "a.jsonl", "a.csv", "a.tsv.gz"])
  func written(name: String) throws {
    let table = try Table([
      (name: "x", column: .numbers([1.5, .nan, -2])),
      (name: "g \"q\"", column: .text(["a\n\"b\"\\", nil, "é"])),
    ])
    let folder = try TemporaryFolder()
    defer { folder.remove() }
    try table.write(to: folder.file(name))
    let again = try Table(reading: folder.file(name))
    #expect(again.names == table.names)
    #expect(try again["x"]?.numbers?.map(\.bitPattern) == table["x"]?.numbers?.map(\.bitPattern))
    #expect(try again["g \"q\""]?.text == table["g \"q\""]?.text)
  }

  /// The bytes of `numpy.savez(path, x = numpy.arange(3), m = [[1., 2.], [3., 4.], [5., 6.]])`, stored.
  private func archive() -> [UInt8] {
    let arrays: [(String, [UInt8])] = [
      ("x.npy", npy("<i8", "(3,)", [1, 2, 3].map { UInt64($0) })),
      ("m.npy", npy("<f8", "(3, 2)", [1.0, 2, 3, 4, 5, 6].map(\.bitPattern))),
    ]
    var (bytes, directory): ([UInt8], [UInt8]) = ([], [])
    for (name, content) in arrays {
      let start = bytes.count
      let sizes = little(content.count, 4) + little(content.count, 4) + little(name.utf8.count, 2)
      bytes +=
        little(0x0403_4b50, 4) + little(0, 14) + sizes + little(0, 2) + Array(name.utf8) + content
      directory +=
        little(0x0201_4b50, 4) + little(0, 16) + sizes + little(0, 12) + little(start, 4)
        + Array(name.utf8)
    }
    return bytes + directory + little(0x0605_4b50, 4) + little(0, 4) + little(2, 2) + little(2, 2)
      + little(directory.count, 4) + little(bytes.count, 4) + little(0, 2)
  }

  private func little(_ value: Int, _ count: Int) -> [UInt8] {
    (0..<count).map { $0 < 8 ? UInt8(truncatingIfNeeded: value >> (8 * $0)) : 0 }
  }

  private func npy(_ type: String, _ shape: String, _ values: [UInt64]) -> [UInt8] {
    let header = "{'descr': '\(type)', 'fortran_order': False, 'shape': \(shape), }\n"
    return [0x93] + Array("NUMPY".utf8) + [1, 0] + little(header.utf8.count, 2) + Array(header.utf8)
      + values.flatMap { little(Int(bitPattern: UInt($0)), 8) }
  }

  @Test("archives of arrays") func archives() throws {
    let folder = try TemporaryFolder()
    defer { folder.remove() }
    let bytes = archive()
    let table = try Table(reading: folder.write(bytes, as: "a.npz"))
    #expect(table.names == ["x", "m1", "m2"])
    #expect(try table["x"]?.numbers == [1, 2, 3])
    #expect(try table["m2"]?.numbers == [2, 4, 6])
    // Cut or altered anywhere it is an error, or as good as before.
    for i in stride(from: 0, to: bytes.count, by: 3) {
      var altered = bytes
      altered[i] ^= 0xFF
      _ = try? Table(reading: folder.write(altered, as: "b.npz"))
      #expect(throws: EmulsionError.self) {
        try Table(reading: folder.write(Array(bytes.prefix(i)), as: "c.npz"))
      }
    }
  }

  @Test("SQL over tables") func sql() throws {
    let people = try Table([
      (name: "id", column: .numbers([1, 2, 3])),
      (name: "Name", column: .text(["Ann", "Bob", nil])),
    ])
    let visits = try Table([
      (name: "id", column: .numbers([1, 1, 2, 9])),
      (name: "cost", column: .numbers([3, 4, .nan, 5])),
    ])
    let tables = [(name: "people", table: people), (name: "visits", table: visits)]
    let sums = try Table(
      sql: """
        select name, count(cost) as n, sum(cost) / 2 as half from people left join visits using (id)
        group by people.id order by people.id
        """, tables: tables)
    #expect(try sums["Name"]?.text == ["Ann", "Bob", nil])
    #expect(try sums["n"]?.numbers == [2, 0, 0])
    #expect(try sums["half"]?.numbers?.first == 3.5)
    for (query, part) in [
      ("select nme from people", "no such column: nme (at character 8)"),
      ("delete from people", "write a SELECT"),
      ("delete from people returning id", "would change data"),
      ("select 1; select 2", "more than one"),
      ("attach 'x' as y", "write a SELECT"), ("", "no query"),
    ] {
      let error = #expect(throws: EmulsionError.self) { try Table(sql: query, tables: tables) }
      #expect(error?.message.contains(part) == true, "\(error?.message ?? "")")
    }
    let twins = try Table([(name: "a", column: .numbers([1])), (name: "A", column: .numbers([1]))])
    #expect(throws: EmulsionError.self) { try Table(sql: "select 1", tables: [("t", twins)]) }
  }

  @Test("databases keep their other tables") func databases() throws {
    let folder = try TemporaryFolder()
    defer { folder.remove() }
    let path = folder.file("study.db")
    let table = try Table([
      (name: "x \"y\"", column: .numbers([1.5, .nan, .infinity])),
      (name: "g", column: .text(["a", nil, "é"])),
    ])
    try table.write(toSQLite: path, table: "one \"two\"")
    try table.head(1).write(toSQLite: path, table: "other")
    try table.head(2).write(toSQLite: path, table: "other")
    let again = try Table(sqlite: path, table: "one \"two\"")
    #expect(again.names == table.names)
    #expect(
      try again["x \"y\""]?.numbers?.map(\.bitPattern)
        == table["x \"y\""]?.numbers?.map(\.bitPattern))
    #expect(try again["g"]?.text == ["a", nil, "é"])
    #expect(try Table(sqlite: path, table: "other").rows == 2)
    #expect(throws: EmulsionError.self) { try table.write(toSQLite: path, table: "sqlite_x") }
    #expect(throws: EmulsionError.self) {
      try table.write(toSQLite: folder.file("no/x.db"), table: "x")
    }
    let text = try folder.write("no database at all, but text\n", as: "text.db")
    #expect(throws: EmulsionError.self) { try table.write(toSQLite: text, table: "x") }
    #expect(try folder.bytes(of: "text.db").count == 29)
  }
}
