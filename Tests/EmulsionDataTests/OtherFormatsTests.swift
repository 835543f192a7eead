import CSQLite
import Emulsion
import EmulsionData
import Testing

/// The bytes of a `.npy` file.
private func numpy(_ header: String, _ data: [UInt8], version: UInt8 = 1) -> [UInt8] {
  let length = header.utf8.count
  let size =
    version == 1
    ? [UInt8(length & 0xFF), UInt8(length >> 8)]
    : [UInt8(length & 0xFF), UInt8(length >> 8), 0, 0]
  return [0x93] + Array("NUMPY".utf8) + [version, 0] + size + Array(header.utf8) + data
}

private func bytes<T>(_ values: [T]) -> [UInt8] { values.withUnsafeBytes { Array($0) } }

@Suite("NumPy arrays")
struct NumpyTests {
  @Test(
    "are read in either order and precision, from versions 1 to 3",
    arguments: [
      ("{'descr': '<f8', 'fortran_order': False, 'shape': (2, 3), }\n", 1),
      ("{\"fortran_order\":False,\"shape\":(2,3),\"descr\":\"<f8\"}", 2),
      ("{'descr': '<f8', 'fortran_order': False, 'shape': (2L, 3L), }   \n", 3),
    ])
  func reads(header: String, version: UInt8) throws {
    let folder = try TemporaryFolder()
    defer { folder.remove() }
    let data = bytes([1.0, 2, 3, 4, 5, 6.5])
    let path = try folder.write(numpy(header, data, version: version), as: "a.npy")
    let table = try Table(reading: path)
    #expect(table.names == ["x1", "x2", "x3"])
    #expect(try table.matrix().values == [1, 2, 3, 4, 5, 6.5])
    #expect(table.location(ofRow: 1) == "\(path), row 2")
    #expect(try Table(reading: path, options: ReadOptions(columns: ["x3"])).names == ["x3"])
  }

  @Test("by columns, in single precision, big-endian, of one dimension")
  func variants() throws {
    let folder = try TemporaryFolder()
    defer { folder.remove() }
    func matrix(_ type: String, _ order: String, _ shape: String, _ data: [UInt8]) throws -> Matrix
    {
      let header = "{'descr': '\(type)', 'fortran_order': \(order), 'shape': \(shape), }"
      return try Table(reading: folder.write(numpy(header, data), as: "a.npy")).matrix()
    }
    let byColumns = try matrix("<f8", "True", "(2, 2)", bytes([1.0, 2, 3, 4]))
    #expect(byColumns.values == [1, 3, 2, 4])
    let single = try matrix("<f4", "False", "(3,)", bytes([1.5 as Float, 2, 0.1]))
    #expect(single.values == [1.5, 2, Double(0.1 as Float)] && single.columns == 1)
    let bigEndian = [2, -3.5].map(\.bitPattern.bigEndian)
    let swapped = try matrix(">f8", "False", "(1, 2)", bytes(bigEndian))
    #expect(swapped.values == [2, -3.5])
  }

  @Test(
    "what cannot be read is named",
    arguments: [
      ("<c8", "(2, 2)", 32, "elements of type \"<c8\"; save the array as float64"),
      ("<f8", "(2, 2)", 24, "cut short: an array of 2 × 2 needs 32 bytes, 24 are there"),
      ("<f8", "(2, 2, 1)", 32, "an array of 3 dimensions; save one of one or two"),
      ("<f8", "(-1, 2)", 32, "the header gives no shape that makes sense"),
      ("<f8", "(4611686018427387904, 4)", 32, "cut short"),
      ("<f8", "()", 8, "an array of 0 dimensions"),
    ])
  func refuses(type: String, shape: String, size: Int, expected: String) throws {
    let folder = try TemporaryFolder()
    defer { folder.remove() }
    let header = "{'descr': '\(type)', 'fortran_order': False, 'shape': \(shape), }"
    let data = [UInt8](repeating: 0, count: size)
    let path = try folder.write(numpy(header, data), as: "a.npy")
    let error = #expect(throws: EmulsionError.self) { try Table(reading: path) }
    #expect(error?.message.hasPrefix("\(path): \(expected)") == true)
  }

  @Test("other files under that name are named")
  func notNumpy() throws {
    let folder = try TemporaryFolder()
    defer { folder.remove() }
    let whole = numpy("{'descr': '<f8', 'fortran_order': False, 'shape': (1, 1), }", bytes([1.0]))
    for (count, text) in [(0, "not a NumPy"), (9, "not a NumPy"), (20, "cut short within")] {
      let path = try folder.write(Array(whole.prefix(count)), as: "a.npy")
      let error = #expect(throws: EmulsionError.self) { try Table(reading: path) }
      #expect(error?.message.contains(text) == true)
    }
    let structured = numpy("{'descr': [('a', '<f8')], 'fortran_order': False, 'shape': (1,), }", [])
    let path = try folder.write(structured, as: "a.npy")
    #expect(throws: EmulsionError.self) { try Table(reading: path) }
  }
}

@Suite("Packed files")
struct PackedTests {
  @Test("data that are damaged or cut short are refused")
  func damaged() throws {
    let folder = try TemporaryFolder()
    defer { folder.remove() }
    let path = folder.file("iris.csv.gz")
    try DataSets.table(named: "iris").write(to: path)
    #expect(try Table(reading: path).rows == 150)
    let whole = try folder.bytes(of: "iris.csv.gz")
    var changed = whole
    changed[whole.count / 2] ^= 0x55
    for bytes in [Array(whole.dropLast(9)), Array(whole.prefix(40)), changed] {
      let path = try folder.write(bytes, as: "bad.csv.gz")
      #expect(
        throws: EmulsionError(.io, "\(path): the gzip data are damaged or cut short")
      ) { try Table(reading: path) }
    }
  }
}

@Suite("SQLite")
struct SQLiteTests {
  private func database(_ folder: TemporaryFolder) throws -> String {
    let path = folder.file("small.db")
    var handle: OpaquePointer?
    try #require(sqlite3_open(path, &handle) == SQLITE_OK)
    defer { sqlite3_close(handle) }
    let script = """
      CREATE TABLE t (i INTEGER, x REAL, label TEXT, typed TEXT, b BLOB);
      INSERT INTO t VALUES (1, 0.5, 'a', '2.5', x'00'), (2, NULL, 'b''c', '', NULL),
        (3, 1e300, NULL, '7', NULL);
      """
    try #require(sqlite3_exec(handle, script, nil, nil, nil) == SQLITE_OK)
    return path
  }

  @Test("queries give numbers and text")
  func reads() throws {
    let folder = try TemporaryFolder()
    defer { folder.remove() }
    let path = try database(folder)
    let table = try Table(
      sqlite: path, query: "SELECT i, x, label, typed, i || '' AS t, 2 * i AS d FROM t ORDER BY i;")
    #expect(table.names == ["i", "x", "label", "typed", "t", "d"])
    #expect(try table["i"]?.numbers == [1, 2, 3])
    #expect(try table["x"]?.numbers?.map(\.isNaN) == [false, true, false])
    #expect(try table["label"]?.text == ["a", "b'c", nil])
    #expect(try table["typed"]?.numbers?[0] == 2.5)
    #expect(try table["t"]?.numbers == [1, 2, 3])
    #expect(table.location(ofRow: 2) == "\(path), row 3")
    #expect(try Table(sqlite: path, query: "SELECT i FROM t WHERE 0").rows == 0)
  }

  @Test(
    "what fails is named",
    arguments: [
      ("SELECT absent FROM t", "the query failed: no such column: absent (at character 8)"),
      ("SELEC 1", "the query failed: near \"SELEC\": syntax error (at character 1)"),
      ("", "no query; write one SELECT"),
      ("SELECT 1; SELECT 2", "more than one query; write one SELECT"),
      ("DELETE FROM t", "the query gives no rows; write a SELECT"),
      ("SELECT i, i FROM t", "columns 1 and 2 are both named \"i\""),
    ])
  func refuses(query: String, expected: String) throws {
    let folder = try TemporaryFolder()
    defer { folder.remove() }
    let path = try database(folder)
    #expect(throws: EmulsionError(.invalidData, "\(path): \(expected)")) {
      try Table(sqlite: path, query: query)
    }
    #expect(try Table(sqlite: path, query: "SELECT * FROM t WHERE b IS NULL").rows == 2)
  }

  @Test("binary data and files that are no databases are refused, none is made")
  func noDatabase() throws {
    let folder = try TemporaryFolder()
    defer { folder.remove() }
    let path = try database(folder)
    #expect(
      throws: EmulsionError(
        .invalidData, "\(path), row 1, column \"b\": binary data (BLOB); select numbers or text")
    ) { try Table(sqlite: path, query: "SELECT i, b FROM t") }
    let absent = folder.file("absent.db")
    #expect(throws: EmulsionError.self) { try Table(sqlite: absent, query: "SELECT 1") }
    #expect(folder.contents == ["small.db"])
    let text = try folder.write("a,b\n1,2\n", as: "text.db")
    #expect(throws: EmulsionError.self) { try Table(sqlite: text, query: "SELECT * FROM t") }
  }
}
