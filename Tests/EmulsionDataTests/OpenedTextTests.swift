import Emulsion
import EmulsionData
import Testing

/// Columns of texts, and queries, in files that are read anew in every pass.
@Suite final class OpenedTextTests {
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  deinit { folder.remove() }

  private func open(_ names: [String], _ change: (inout ReadOptions) -> Void = { _ in }) throws
    -> FileSource
  {
    var options = ReadOptions()
    change(&options)
    return try FileSource(opening: names.map(folder.file), options: options)
  }

  private func message(_ body: () throws -> Void) -> String {
    do { try body() } catch { return "\((error as? EmulsionError)?.message ?? "\(error)")" }
    return ""
  }

  @Test(arguments: ["a.csv", "a.csv.gz", "a.tsv"])
  func headsAreThoseOfReading(_ name: String) throws {
    let cells = (0..<9000).map { $0 % 7 == 3 ? nil : ["no", "yes, often", "\"so\"", "é"][$0 % 4] }
    let table = try Table([
      ("x", .numbers((0..<9000).map(Double.init))), ("kind", .text(cells)),
      ("id", .text((0..<9000).map { "row \($0)" })),
    ])
    try table.write(to: folder.file(name))
    for _ in 0..<2 {
      let source = try open([name])
      #expect(source.names == ["x", "kind", "id"])
      #expect(source.levels["kind"] == ["\"so\"", "no", "yes, often", "é"])
      #expect(source.levels["x"] == nil)
      let read = try Table(reading: folder.file(name))
      let head = try source.head(9000)
      for name in read.names {
        #expect(try head.column(named: name).text == read.column(named: name).text)
      }
      #expect(try head.column(named: "x").numbers == read.column(named: "x").numbers)
    }
  }

  @Test func levelsAreThoseOfAllFiles() throws {
    _ = try folder.write("k,x\nb,1\na,2\n", as: "1.csv")
    _ = try folder.write("k,x\nc,3\nb,4\nNA,5\n", as: "2.csv")
    let source = try open(["1.csv", "2.csv"])
    #expect(source.levels["k"] == ["a", "b", "c"])
    #expect(try source.head(5).column(named: "k").text == ["b", "a", "c", "b", nil])
    #expect(try source.selecting(["x", "k"]).head(1).names == ["x", "k"])
  }

  @Test func manyTextsAreNotKept() throws {
    let count = 70_000
    let lines = (0..<count).map { "id\($0),\($0 % 3)\n" }.joined()
    _ = try folder.write("id,x\n" + lines, as: "many.csv")
    let source = try open(["many.csv"])
    #expect(source.names == ["x"] && source.unkept == ["id"])
    #expect(source.rows == count)
    let text = message { _ = try source.selecting(["id"]) }
    #expect(text.contains("\"id\" holds more than 65536 different texts"))
  }

  @Test func whatDoesNotFitIsSaid() throws {
    _ = try folder.write("k,x\nb,1\na,2\n", as: "1.csv")
    _ = try folder.write("k,x\n1,3\n2,4\n", as: "2.csv")
    let mixed = message { _ = try open(["1.csv", "2.csv"]) }
    #expect(
      mixed.contains("2.csv: column \"k\" holds numbers, but in ") && mixed.hasSuffix("in all"))
    let both = try open(["1.csv", "2.csv"]) { $0.types = ["k": .text] }
    #expect(both.levels["k"] == ["1", "2", "a", "b"])
    let source = try open(["1.csv"])
    let plain = message { _ = try source.source(for: [GaussianDefinition()]) }
    #expect(
      plain == "column \"k\" holds text (\"a\", \"b\"); name the columns to use, such as \"x\"")
    #expect(
      message { _ = try source.source(for: [GaussianDefinition()], columns: ["k"]) }
        == "column \"k\" holds text (\"a\", \"b\")")
    #expect(
      message { _ = try source.selecting(["x"], weights: "k") }
        .contains("weights: column \"k\" holds text"))
  }

  private func database(_ rows: Int) throws {
    try Table([
      ("x", .numbers((0..<rows).map { $0 % 5 == 4 ? .nan : Double($0) / 8 })),
      ("kind", .text((0..<rows).map { $0 % 6 == 5 ? nil : ["b", "a"][$0 % 2] })),
      ("code", .text((0..<rows).map { "\($0 % 3)" })),
    ]).write(toSQLite: folder.file("d.db"), table: "t")
  }

  @Test func queriesAreAsWhenRead() throws {
    try database(20_000)
    let query = "SELECT kind, x * 2 AS twice, code, NULL AS none FROM t WHERE x IS NULL OR x > 1"
    for _ in 0..<2 {
      let source = try open(["d.db"]) { $0.query = query }
      let read = try Table(sqlite: folder.file("d.db"), query: query)
      let head = try source.head(30_000)
      #expect(source.rows == read.rows && head.names == read.names)
      #expect(try head.column(named: "kind").text == read.column(named: "kind").text)
      for name in ["twice", "code"] {
        let (a, b) = try (head.column(named: name).numbers, read.column(named: name).numbers)
        #expect(a?.map(\.bitPattern) == b?.map(\.bitPattern) && a != nil)
      }
    }
    let other = try open(["d.db"]) { $0.query = "SELECT x FROM t" }
    #expect(other.rows == 20_000)
    try database(100)
    #expect(try open(["d.db"]) { $0.query = "SELECT x FROM t" }.rows == 100)
    #expect(try open(["d.db"]) { ($0.query, $0.limit) = ("SELECT x FROM t", 7) }.rows == 7)
  }

  @Test func queriesThatFailAreSaid() throws {
    try database(10)
    #expect(message { _ = try open(["d.db"]) }.contains("say what to ask of the database"))
    for (query, part) in [
      ("SELECT y FROM t", "no such column: y"), ("DELETE FROM t", "write a SELECT"),
      ("SELECT x, x FROM t", "columns 1 and 2 are both named \"x\""),
      ("SELECT 1 WHERE 0", "the query gives no rows"),
      ("SELECT x'00' AS b", "row 1, column \"b\": binary data"),
    ] {
      let text = message { _ = try open(["d.db"]) { $0.query = query } }
      #expect(text.contains(part), "\(text)")
    }
    #expect(folder.contents == ["d.db"])
  }

  @Test func queriesOfOtherFilesAreRefused() throws {
    let path = try folder.write("x,y\n1,2\n", as: "a.csv")
    var options = ReadOptions()
    options.query = "SELECT x FROM t"
    for text in [
      message { _ = try open(["a.csv"]) { $0.query = options.query } },
      message { _ = try Table(reading: path, options: options) },
    ] { #expect(text.contains("a.csv is no database"), "\(text)") }
  }
}
