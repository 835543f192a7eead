import Emulsion
import EmulsionData
import Synchronization
import Testing

/// Whole numbers that a double can't hold stay what they were.
@Suite("Exact whole numbers")
struct ExactNumberTests {
  @Test(
    "whole numbers beyond 2⁵³ are texts where a double would round one",
    arguments: [
      ["1234567890123456700", "1234567890123456701"], ["9007199254740993", "1"],
      ["-9007199254740993", "NA"], ["123456789012345678901234567890", "7"],
      ["18446744073709551615", "18446744073709551614"], ["+9007199254740993", "2"],
    ])
  func texts(cells: [String]) throws {
    for pieces in [1 << 18, 1 << 4] {
      var options = ReadOptions()
      options.pieceSize = pieces
      let body = cells.map { "\($0),1.5\n\"\($0)\",2\n" }.joined()
      let table = try Table(parsing: "id,x\n" + body, options: options)
      let expected = cells.flatMap { [$0, $0] }.map { $0 == "NA" ? nil : $0 }
      #expect(try table["id"]?.text == expected)
      #expect(try table["x"]?.numbers?.count == 2 * cells.count)
    }
  }

  @Test(
    "others are numbers",
    arguments: [
      ["9007199254740992", "3"], ["9007199254740994", "1"], ["100000000000000000000", "2"],
      // Beside fractions they are measured.
      ["1234567890123456700", "1.5"], ["1234567890123456701", "1e3"],
      ["00000000000000000000000012", "1"],
    ])
  func numbers(cells: [String]) throws {
    let table = try Table(parsing: "x\n" + cells.joined(separator: "\n"))
    #expect(try table["x"]?.numbers == cells.compactMap(Double.init))
  }

  @Test("a fit of such a column says what it holds")
  func error() throws {
    let table = try Table(parsing: "id,x\n1234567890123456701,2\n3,4\n", name: "a.csv")
    let error = #expect(throws: EmulsionError.self) { try table.source() }
    #expect(error?.message.contains("whole numbers beyond 2⁵³") == true)
    #expect(error?.message.contains("a.csv, line 2") == true)
    #expect(error?.message.contains("such as \"x\"") == true)
  }

  @Test("texts number groups, by their bytes")
  func groups() throws {
    let table = try Table([
      (name: "g", column: .text(["b", "a", nil, "b", "\u{e9}", "e\u{301}"])),
      (name: "x", column: .numbers([1, 2, 3, 4, 5, 6])),
    ])
    let matrix = try Matrix(reading: table.source(groups: ["g"]))
    let numbers = matrix.column(0)
    #expect(numbers[0] == numbers[3] && numbers[2].isNaN)
    #expect(Set(numbers.filter { !$0.isNaN }).count == 4)
  }

  @Test("whole columns of other sources", arguments: [[1, -3], [9_007_199_254_740_993, 2], []])
  func columns(values: [Int]) {
    let column = WholeNumbers.column(values.map { Int128($0) })
    let isExact = values.allSatisfy { Int(Double($0)) == $0 }
    #expect(column.numbers == (isExact ? values.map(Double.init) : nil))
    #expect(column.text == (isExact ? nil : values.map { "\($0)" }))
  }

  @Test("a query's whole numbers are exact, and it may be interrupted")
  func queries() throws {
    let query = "select 9007199254740993 as a, 2 as b union all select 5, 9007199254740994"
    let table = try Table(sqlite: "/dev/null", query: query)
    #expect(try table["a"]?.text == ["9007199254740993", "5"])
    #expect(try table["b"]?.numbers == [2, 9_007_199_254_740_994])
    let mixed = "select 9007199254740993 as a union all select 1.5"
    #expect(try Table(sqlite: "/dev/null", query: mixed)["a"]?.isNumeric == true)
    var options = ReadOptions()
    options.isCancelled = { true }
    let endless =
      "with recursive c(x) as (select 1 union all select x + 1 from c) select count(*) from c"
    #expect(throws: EmulsionError(.cancelled, "interrupted")) {
      try Table(sqlite: "/dev/null", query: endless, options: options)
    }
  }

  @Test("a name that begins as a file may begin keeps that")
  func byteOrderMark() throws {
    let table = try Table([(name: "\u{FEFF}x", column: .numbers([1, 2]))])
    #expect(try Table(parsing: table.delimitedText()).names == table.names)
    #expect(try Table(parsing: "\u{FEFF}x\n1\n").names == ["x"])
  }

  @Test("reading asks before it takes memory, and a NUL ends no name")
  func limits() throws {
    struct Full: Error {}
    let folder = try TemporaryFolder()
    defer { folder.remove() }
    let rows = String(repeating: "1,2,a\n", count: 100_000)
    let table = try Table(parsing: "x,y,g\n" + rows)
    for name in ["a.csv", "a.csv.gz"] {
      try table.write(to: folder.file(name))
      var options = ReadOptions()
      options.reserve = { if $0 > 100_000 { throw Full() } }
      #expect(throws: Full.self) { try Table(reading: folder.file(name), options: options) }
      options.reserve = { _ in }
      options.isCancelled = { true }
      #expect(throws: EmulsionError.self) {
        try Table(reading: folder.file(name), options: options)
      }
      let cut = folder.file("b.csv\0.csv")
      #expect(throws: EmulsionError.self) { try table.write(to: cut) }
      #expect(throws: EmulsionError.self) { try Table(reading: cut) }
    }
    #expect(throws: EmulsionError.self) { try Table(reading: folder.file("b.csv")) }
  }
}

/// First lines with numbers in them.
@Suite("Headers of numbers")
struct FirstLineTests {
  /// What the reader says of a text: names, and how many notes there were.
  private func read(_ text: String, _ header: ReadOptions.Header = .automatic) throws -> (
    [String], rows: Int, notes: [String]
  ) {
    let notes = Notes()
    var options = ReadOptions(header: header)
    options.notify = { notes.add($0) }
    let table = try Table(parsing: text, name: "a.csv", options: options)
    return (table.names, table.rows, notes.all)
  }

  @Test(
    "that can't be a row are names, and that is told",
    arguments: [
      "2001,2002,2003\n1,2,3\n4,5,6\n7,8,8\n3,9,1\n2,2,7",
      "id,2001,2002\na,2,3\nb,5,6\nc,8,9\nd,9,7",
      "country,1990,2000,2010\nFrance,1269.2,1368.4,2646.8\nItaly,1181.2,1143.8,2134.0",
      "1100,1102,1104,1106\n0.21,0.22,0.23,0.2\n0.31,0.32,0.13,0.1", "id,2001\na,3\nb,5\nc,4",
      "0,1,2,3\n0.5,1.5,2.25,1\n0.25,1,2,3.5",
    ])
  func names(text: String) throws {
    let (names, rows, notes) = try read(text)
    let lines = text.split(separator: "\n")
    #expect(names == lines[0].split(separator: ",").map(String.init))
    #expect(rows == lines.count - 1)
    #expect(notes.count == 1 && notes[0].contains("header = false"))
    let (standard, all, none) = try read(text, .absent)
    #expect(standard[0] == "x1" && all == lines.count && none.isEmpty)
    #expect(try read(text, .present).0 == names)
  }

  @Test(
    "others are rows",
    arguments: [
      "1,2\n3,4", "1,2,3\n4,5,6\n7,8,9", "5.1,3.5\n4.9,3.0\n4.7,3.2", "a,1\nb,2\nc,3",
      "2000,2001\n1995,1999\n1990,2010", "1000\n1\n2\n3", "a,1000\nb,3\nc,5", "0,0\n1,1\n2,4",
      "1,2001\n2,2002\n3,2003", "3,1,2\n0.5,0.25,0.75",
    ])
  func rows(text: String) throws {
    let (names, rows, _) = try read(text)
    #expect(names[0] == "x1" && rows == text.split(separator: "\n").count)
  }

  @Test("errors lead to the option")
  func advice() throws {
    let table = try Table(parsing: "id,7\n3,4\n5,6\n", name: "a.csv")
    let error = #expect(throws: EmulsionError.self) { try table.source() }
    #expect(error?.message.contains("header = true (--header)") == true)
    let unknown = #expect(throws: EmulsionError.self) { try table.source(columns: ["7"]) }
    #expect(unknown?.message.contains("header = true (--header)") == true)
    #expect(try Table(parsing: "id,7\n3,4\n5,6\n", options: ReadOptions(columns: ["7"])).rows == 2)
  }
}

/// Lines that a reader notes.
private final class Notes: Sendable {
  private let lines = Mutex<[String]>([])
  var all: [String] { lines.withLock { $0 } }
  func add(_ line: String) { lines.withLock { $0.append(line) } }
}
