import Emulsion
import EmulsionData
import Testing

@Suite("Tables")
struct TableTests {
  private let table: Table

  init() throws {
    table = try Table(
      parsing: "a,b,label\n1,2,x\n\n3,NA,y\n5,6,\n7,8,x\n", name: "small.csv")
  }

  @Test("rows remember their lines through select, filter, head and gather")
  func lines() throws {
    #expect((0..<4).map(table.location) == [2, 4, 5, 6].map { "small.csv, line \($0)" })
    let kept = try table.filter(keeping: [false, true, false, true])
    #expect(try kept["a"]?.numbers == [3, 7])
    #expect((0..<2).map(kept.location) == ["small.csv, line 4", "small.csv, line 6"])
    #expect(table.head(2).location(ofRow: 1) == "small.csv, line 4")
    #expect(try table.select(["b"]).location(ofRow: 2) == "small.csv, line 5")
    #expect(try table.gather(rows: [3, 3, 0]).location(ofRow: 1) == "small.csv, line 6")
    #expect(try Table(Matrix(rows: 2, columns: 1)).location(ofRow: 1) == "row 2")
  }

  @Test("select, drop and adding choose columns")
  func columns() throws {
    #expect(try table.select(["label", "a"]).names == ["label", "a"])
    #expect(try table.drop(["a"]).names == ["b", "label"])
    #expect(try table.drop(["a", "b", "label"]).rows == 4)
    let more = try table.adding(.numbers([1, 2, 3, 4]), named: "c")
    #expect(more.names == ["a", "b", "label", "c"])
    #expect(try more.adding(.numbers([0, 0, 0, 0]), named: "a")["a"]?.numbers == [0, 0, 0, 0])
    #expect(table.numericNames == ["a", "b"])
    #expect(try table["none"] == nil)
  }

  @Test("matrices are row-major, NaN where missing")
  func matrix() throws {
    let matrix = try table.matrix(["b", "a"])
    #expect(matrix.rows == 4 && matrix.columns == 2)
    #expect(matrix.row(0) == [2, 1])
    #expect(matrix[1, 0].isNaN)
    #expect(try Table(matrix, names: ["b", "a"])["a"]?.numbers == [1, 3, 5, 7])
  }

  @Test("a column of words asked for as numbers is named, with the columns to use")
  func wordsAsNumbers() {
    #expect(
      throws: EmulsionError(
        .invalidData,
        "column \"label\" holds text (\"x\", small.csv, line 2); "
          + "name the columns to use, such as \"a\", \"b\"")
    ) { try table.matrix() }
    #expect(
      throws: EmulsionError(
        .invalidData, "column \"label\" holds text (\"x\", small.csv, line 2); numbers are needed")
    ) { try table.matrix(["label"]) }
  }

  @Test("one odd cell among numbers is named with its line")
  func oddCell() throws {
    let odd = try Table(parsing: "a,b\n1,2\n3,4\n5,1.O\n6,7\n", name: "odd.csv")
    let expected = EmulsionError(
      .invalidData,
      "odd.csv, line 4, column \"b\": \"1.O\" is not a number; correct it, or read it as missing "
        + "with the option missing")
    #expect(throws: expected) { try odd.matrix() }
    #expect(throws: expected) { try odd.select(["b"]).matrix(["b"]) }
  }

  @Test("sources have names, weights and lines")
  func source() throws {
    let source = try table.drop(["label"]).source(weights: .column("b"))
    #expect(source.columnNames == ["a"])
    #expect(source.weights?[0] == 2 && source.weights?[1].isNaN == true)
    #expect(try Matrix(reading: source).values == [1, 3, 5, 7])
    #expect(source.location(ofRow: 1) == "small.csv, line 4")
    let named = try table.source(columns: ["b", "a"], weights: .values([1, 2, 3, 4]))
    #expect(named.columnNames == ["b", "a"] && named.weights == [1, 2, 3, 4])
    #expect(try table.source(excluding: ["label"]).columnNames == ["a", "b"])
  }

  @Test("sources of nothing, of text or with weights that do not fit are refused")
  func badSources() throws {
    let empty = try Table(parsing: "a,b\n", name: "empty.csv")
    #expect(throws: EmulsionError(.invalidData, "empty.csv: no data rows to fit")) {
      try empty.source()
    }
    #expect(
      throws: EmulsionError(.invalidData, "weights: 1 value for 4 rows; give one a row")
    ) { try table.source(columns: ["a"], weights: .values([1])) }
    #expect(throws: EmulsionError.self) { try table.source(columns: []) }
    let error = #expect(throws: EmulsionError.self) { try table.source() }
    #expect(error?.message.contains("such as \"a\", \"b\"") == true)
  }

  @Test("among more words than numbers the first word is named, with the columns to use")
  func mixedColumn() throws {
    let mixed = try Table(parsing: "a,b\n1,2\n3,x\n5,y\n", name: "mixed.csv")
    #expect(
      throws: EmulsionError(
        .invalidData,
        "mixed.csv, line 3, column \"b\": \"x\" is not a number; "
          + "name the columns to use, such as \"a\"")
    ) { try mixed.matrix() }
  }

  @Test("tables of very many columns are read and selected from in an instant")
  func manyColumns() throws {
    let names = (0..<10_000).map { "c\($0)" }
    let text = names.joined(separator: ",") + "\n" + names.map { _ in "1" }.joined(separator: ",")
    let table = try Table(parsing: text)
    #expect(table.columns == 10_000)
    #expect(try table.select(names.reversed()).names.first == "c9999")
    #expect(try table.drop(Array(names.dropFirst())).names == ["c0"])
  }

  @Test("unknown columns are answered with the nearest")
  func unknown() {
    #expect(
      throws: EmulsionError(
        .invalidOption, "no column \"lable\" in small.csv; did you mean \"label\"?")
    ) { try table.select(["lable"]) }
    #expect(
      throws: EmulsionError(
        .invalidOption, "no column \"zzz\" in small.csv; there are \"a\", \"b\", \"label\"")
    ) { try table.column(named: "zzz") }
  }

  @Test("parts that do not fit are refused")
  func misfits() {
    #expect(throws: EmulsionError.self) {
      try Table([("a", .numbers([1])), ("b", .numbers([1, 2]))])
    }
    #expect(throws: EmulsionError.self) { try Table([("a", .numbers([])), ("a", .numbers([]))]) }
    #expect(throws: EmulsionError.self) { try Table([("", .numbers([]))]) }
    #expect(throws: EmulsionError.self) { try Table(Matrix(rows: 1, columns: 2), names: ["a"]) }
    #expect(throws: EmulsionError.self) { try table.filter(keeping: [true]) }
  }

  @Test("summaries leave missing values out and are aligned")
  func summary() throws {
    #expect(
      try table.describe().text() == """
        Table, 4 rows × 3 columns

           count  missing    mean      sd  min  25%  median  75%  max
        a      4        0       4   2.582    1  2.5       4  5.5    7
        b      3        1  5.3333  3.0551    2    4       6    7    8

               count  missing  distinct  most frequent
        label      3        1         2  x (2)
        """)
  }

  @Test("quartiles and moments of extreme values neither overflow nor vanish")
  func extremes() {
    let huge = NumberSummary([1e300, 3e300])
    #expect(huge.mean == 2e300 && huge.median == 2e300)
    #expect((huge.standardDeviation / 1.4142135623730951e300 - 1).magnitude < 1e-15)
    let shifted = NumberSummary([1e12, 1e12 + 1, 1e12 + 2])
    #expect(shifted.mean == 1e12 + 1 && shifted.standardDeviation == 1)
    let none = NumberSummary([.nan])
    #expect(none.count == 0 && none.mean.isNaN && none.median.isNaN)
    #expect(NumberSummary([5]).standardDeviation.isNaN)
  }

  @Test("any width and height are kept to", arguments: [20, 40, 80, 200], [5, 8, 24])
  func fits(width: Int, lines: Int) throws {
    for name in DataSets.names {
      let table = try DataSets.table(named: name)
      let text = table.text(width: width, lines: lines).split(separator: "\n")
      #expect(text.count <= max(lines, 7))
      #expect(text.dropFirst().allSatisfy { $0.count <= max(width, 30) })
    }
  }

  @Test("a table prints its shape first, and the middle rows only where there is room")
  func printing() throws {
    #expect(
      table.description == """
        Table, 4 rows × 3 columns
           a   b  label
        1  1   2  x
        2  3  NA  y
        3  5   6  NA
        4  7   8  x
        """)
    let tall = try table.gather(rows: (0..<100).map { $0 % 4 })
    #expect(
      tall.text(width: 12, lines: 9) == """
        Table, 100 rows × 3 columns
             a   b
          1  1   2
          2  3  NA
          3  5   6
          …  …   …
        100  7   8
        … and 1 mor…
        """)
  }
}
