import Emulsion
import EmulsionData
import Synchronization
import Testing

/// Files as R, pandas, Excel and instruments write them.
@Suite("Foreign text")
struct ForeignTextTests {
  struct Reading: Sendable, CustomStringConvertible {
    var what: String
    var text: String
    var columns: [String: [Double]]
    var options = ReadOptions()
    var description: String { what }
  }

  private static func with(_ change: (inout ReadOptions) -> Void) -> ReadOptions {
    var options = ReadOptions()
    change(&options)
    return options
  }

  static let readings: [Reading] = [
    Reading(
      what: "R's write.csv", text: "\"\",\"x\",\"y\"\n\"1\",1.5,2\n\"2\",2.5,3\n",
      columns: ["row": [1, 2], "x": [1.5, 2.5], "y": [2, 3]]),
    Reading(
      what: "R's write.table", text: "x\ty\n1\t1.5\t2\n2\t2.5\t3\n",
      columns: ["row": [1, 2], "x": [1.5, 2.5], "y": [2, 3]], options: with { $0.delimiter = "\t" }),
    Reading(
      what: "pandas' to_csv", text: ",x,y\n0,1.5,2\n1,2.5,3\n",
      columns: ["row": [0, 1], "x": [1.5, 2.5], "y": [2, 3]]),
    Reading(
      what: "rows' names left out", text: ",x\n0,1.5\n1,2.5\n", columns: ["x": [1.5, 2.5]],
      options: with { $0.rowNames = .dropped }),
    Reading(
      what: "rows' names named", text: ",x\n7,1.5\n8,2.5\n",
      columns: ["id": [7, 8], "x": [1.5, 2.5]],
      options: with { $0.rowNames = .kept(name: "id") }),
    Reading(
      what: "a delimiter at every end", text: "A,B,C,\n1,4,7,\n2,5,8,\n",
      columns: ["A": [1, 2], "B": [4, 5], "C": [7, 8]]),
    Reading(
      what: "a delimiter at the ends of rows", text: "A,B\n1,4,\n2,5,\n",
      columns: ["A": [1, 2], "B": [4, 5]]),
    Reading(
      what: "a delimiter at the end of the names", text: "A,B,\n1,4\n2,5\n",
      columns: ["A": [1, 2], "B": [4, 5]]),
    Reading(
      what: "no names, a delimiter at every end", text: "1,4,\n2,5,\n",
      columns: ["x1": [1, 2], "x2": [4, 5]]),
    Reading(
      what: "Excel's empty columns", text: "A,B,,\n1,4,,\n2,5,,\n",
      columns: ["A": [1, 2], "B": [4, 5]]),
    Reading(
      what: "Excel in French", text: "taille;poids\n1,52;48,5\n1,81;90\n",
      columns: ["taille": [1.52, 1.81], "poids": [48.5, 90]]),
    Reading(
      what: "Excel in German", text: "wert;menge\n1.234,5;1.000\n-3,25;12.500\n",
      columns: ["wert": [1234.5, -3.25], "menge": [1000, 12500]]),
    Reading(
      what: "decimal commas without names", text: "1,5;2,5\n3,5;4,25\n",
      columns: ["x1": [1.5, 3.5], "x2": [2.5, 4.25]]),
    Reading(
      what: "sep=", text: "sep=;\r\nx;y\r\n1;2\r\n3;4\r\n", columns: ["x": [1, 3], "y": [2, 4]]),
    Reading(what: "bars", text: "x|y\n1|2\n3|4\n", columns: ["x": [1, 3], "y": [2, 4]]),
    Reading(what: "tabs", text: "x\ty\n1\t2\n3\t4\n", columns: ["x": [1, 3], "y": [2, 4]]),
    Reading(
      what: "thousands", text: "v,pop\n1,\"1,200\"\n2,\"1,000,000\"\n3,950\n",
      columns: ["v": [1, 2, 3], "pop": [1200, 1e6, 950]], options: with { $0.thousands = "," }),
    Reading(
      what: "Swiss thousands", text: "a;b\n1'234.5;2\n-2'345;3\n",
      columns: ["a": [1234.5, -2345], "b": [2, 3]],
      options: with { $0.thousands = "'" }),
    Reading(
      what: "thousands by spaces that don't break",
      text: "a;b\n1\u{A0}234,5;2\n12\u{A0}345\u{A0}678,0;3\n",
      columns: ["a": [1234.5, 12_345_678], "b": [2, 3]],
      options: with {
        $0.thousands = "\u{A0}"
        $0.decimal = ","
      }),
    Reading(
      what: "a doubtful comma that is decimal", text: "a;b\n1,234;1\n2,345;2\n",
      columns: ["a": [1.234, 2.345], "b": [1, 2]], options: with { $0.decimal = "," }),
    Reading(
      what: "a doubtful comma of thousands", text: "a;b\n1,234;1\n2,345;2\n",
      columns: ["a": [1234, 2345], "b": [1, 2]], options: with { $0.thousands = "," }),
    Reading(
      what: "lines that begin with #", text: "# made by logger 3\n# units: s, m\nt,d\n1,2\n3,4\n",
      columns: ["t": [1, 3], "d": [2, 4]]),
    Reading(
      what: "comments everywhere", text: "% a\nt,d\n1,2 % of no use\n% b\n3,4%\n%\n",
      columns: ["t": [1, 3], "d": [2, 4]], options: with { $0.comment = "%" }),
    Reading(
      what: "comments in one column", text: "t\n# a\n1\n#\n\n2\n", columns: ["t": [1, .nan, 2]],
      options: with { $0.comment = "#" }),
    Reading(
      what: "a preamble", text: "Exported by X\non 1,5\n\nx,y\n1,2\n",
      columns: ["x": [1], "y": [2]],
      options: with { $0.skip = .first(3) }),
    Reading(
      what: "a line of units", text: "time,pressure\ns,bar\n1,2.5\n2,9.1\n",
      columns: ["time": [1, 2], "pressure": [2.5, 9.1]], options: with { $0.skip = .lines([2]) }),
    Reading(
      what: "all line ends", text: "a,b\r\n1,2\r3,4\n5,6\r\n",
      columns: ["a": [1, 3, 5], "b": [2, 4, 6]]),
    Reading(
      what: "padded cells and names", text: "a , \"b\"\n 1 , 2\n 3 , \"4\" \n",
      columns: ["a": [1, 3], "b": [2, 4]]),
    Reading(
      what: "numbers of all kinds", text: "a\n1e3\n+1\n-Inf\n1.5E-2\n\"7\"\n",
      columns: ["a": [1000, 1, -.infinity, 0.015, 7]]),
    Reading(
      what: "more words for missing", text: "a,b\n1,-\n-9,2\n",
      columns: ["a": [1, .nan], "b": [.nan, 2]],
      options: with { $0.missing += ["-", "-9"] }),
    Reading(
      what: "spaces of all kinds between thousands, and a decimal comma",
      text: "a;b\n1 070,5;2\n80,25;3\n12\u{A0}345\u{202F}678;1\u{2009}000\n",
      columns: ["a": [1070.5, 80.25, 12_345_678], "b": [2, 3, 1000]]),
    Reading(
      what: "apostrophes between thousands", text: "a;b\n1'234.5;2\n12\u{2019}345.25;3\n",
      columns: ["a": [1234.5, 12345.25], "b": [2, 3]]),
    Reading(
      what: "spaces between thousands, and nothing else", text: "a;b\n1 070;2.5\n80;3\n",
      columns: ["a": [1070, 80], "b": [2.5, 3]]),
    Reading(
      what: "thousands that were told, and a decimal comma that shows",
      text: "a;b\n1'070,5;2\n80,25;3\n", columns: ["a": [1070.5, 80.25], "b": [2, 3]],
      options: with { $0.thousands = "'" }),
    Reading(
      what: "columns lined up by spaces", text: "x  y   z\n 1    2  3\n10 20 30  \n\n  4 5 6",
      columns: ["x": [1, 10, 4], "y": [2, 20, 5], "z": [3, 30, 6]],
      options: with { $0.delimiter = " " }),
    Reading(
      what: "lined up columns without names, with comments",
      text: "% n=2\n  1.0E+00   2.0E-01 % here\n  2.0E+00   4.0E-01\n",
      columns: ["x1": [1, 2], "x2": [0.2, 0.4]],
      options: with {
        $0.delimiter = " "
        $0.comment = "%"
      }),
    Reading(
      what: "signs below zero as they are typeset", text: "a;b\n\u{2212}1.5;1\n2;\u{2212}3\n",
      columns: ["a": [-1.5, 2], "b": [1, -3]]),
    Reading(
      what: "these with decimal commas", text: "a;b\n\u{2212}1,5;1\n2,5;\u{2212}3\n",
      columns: ["a": [-1.5, 2.5], "b": [1, -3]], options: with { $0.decimal = "," }),
    Reading(
      what: "truths", text: "a,b\nTRUE,1\nfalse,2\n", columns: ["a": [1, 0], "b": [1, 2]],
      options: with { $0.types = ["a": .number] }),
    Reading(
      what: "a limit", text: "a,b\n1,2\n3,4\nx,\"\n", columns: ["a": [1, 3], "b": [2, 4]],
      options: with { $0.limit = 2 }),
    Reading(
      what: "years beside rows' names", text: ",2001,2002\n0,5.5,6\n1,7,8\n",
      columns: ["row": [0, 1], "2001": [5.5, 7], "2002": [6, 8]],
      options: with { $0.header = .present }),
  ]

  @Test("is read", arguments: readings)
  func reads(reading: Reading) throws {
    let table = try Table(parsing: reading.text, options: reading.options)
    #expect(Set(table.names) == Set(reading.columns.keys))
    for (name, wanted) in reading.columns {
      let found = try #require(try table[name]?.numbers, "\(name) is text")
      #expect(found.count == wanted.count)
      for (a, b) in zip(found, wanted) { #expect(a == b || a.isNaN && b.isNaN, "\(name)") }
    }
  }

  /// What is guessed is told.
  @Test(
    "says what it guesses",
    arguments: [
      ("a;b\n1;2\n3;4\n", "delimiter"), ("a\tb\n1,5\t2\n", "decimal"),
      ("# x\na,b\n1,2\n", "comment"),
      ("a;b\n1;1.234\n2;217\n", "\"1.234\" in column \"b\""),
    ])
  func notes(text: String, part: String) throws {
    let notes = Mutex<[String]>([])
    var options = ReadOptions()
    options.notify = { note in notes.withLock { $0.append(note) } }
    _ = try Table(parsing: text, options: options)
    #expect(notes.withLock { $0.contains { $0.contains(part) } })
  }

  /// Points that can't set thousands apart are decimal signs without a word.
  @Test(
    "decimal points are no news",
    arguments: ["a;b\n1;1.234\n2;2.5\n", "a;b\n1;0.234\n", "a;b\n1;1.234\n2;2170\n", "a;b\n1;2\n"])
  func decimalPoints(text: String) throws {
    let notes = Mutex<[String]>([])
    var options = ReadOptions()
    options.notify = { note in notes.withLock { $0.append(note) } }
    _ = try Table(parsing: text, options: options)
    #expect(notes.withLock { $0.allSatisfy { !$0.contains("thousands") } })
  }

  /// Texts with commas stay texts where commas separate cells, or cells are no numbers.
  @Test(
    "texts stay texts",
    arguments: [
      "a,b\n1,\"1,5\"\n2,\"2,5\"\n", "a;b\n1;1,5 kg\n2;2,5\n", "a;b\n1;01.02.2024\n2;02.02.2024\n",
      "a;b\n1;1,23,4\n2;2,5\n",
    ])
  func textsStay(text: String) throws {
    #expect(try Table(parsing: text)["b"]?.isNumeric == false)
  }

  @Test(
    "refuses",
    arguments: [
      ("a;b\n1,234;1\n2,345;2\n", "may be a decimal sign"),
      ("a;b\n1,5;1.5\n2,5;2\n", "\"1.5\" has a point"),
      ("a;b|c\n1;2|3\n", "give the option delimiter"), (",A,\n1,2,3\n", "column 3 has no name"),
      ("A,\n1,2\n", "column 2 has no name"),
      ("a,b,c\n1,2\n", "expected 3 fields, found 2"), ("Made by X\nx,y\n1,2\n", "skip = 1"),
      ("x\n1,5\n", "decimal = \",\""), ("x,y\n1,2\n#\n", "comment = \"#\""),
    ])
  func refuses(text: String, part: String) {
    let error = #expect(throws: EmulsionError.self) { try Table(parsing: text) }
    #expect(error?.message.contains(part) == true, "\(error?.message ?? "")")
  }

  @Test(
    "refuses options",
    arguments: [
      (with { $0.decimal = ";" }, "decimal must be"),
      (with { ($0.decimal, $0.thousands) = (",", ",") }, "both"),
      (with { $0.thousands = "5" }, "thousands"), (with { $0.skip = .lines([3]) }, "line 3"),
      (with { $0.skip = .first(-1) }, "skip"), (with { $0.limit = -1 }, "limit"),
      (with { $0.comment = "\"" }, "comment"),
      (with { $0.types = ["q": .text] }, "\"q\""),
      (with { ($0.delimiter, $0.decimal) = (",", ",") }, "both"),
    ])
  func refusesOptions(options: ReadOptions, part: String) {
    let error = #expect(throws: EmulsionError.self) {
      try Table(parsing: "a;b\n1;2\n3;4\n", options: options)
    }
    #expect(error?.message.contains(part) == true, "\(error?.message ?? "")")
  }

  @Test("reads Latin-1, which it names where it is not said") func latin() throws {
    let folder = try TemporaryFolder()
    defer { folder.remove() }
    let path = try folder.write(
      Array("a,b\n1,caf".utf8) + [0xE9, 0x20, 0x80, 0x0A], as: "latin.csv")
    let error = #expect(throws: EmulsionError.self) { try Table(reading: path) }
    #expect(error?.message.contains("byte 10") == true)
    #expect(error?.message.contains("latin-1") == true)
    var options = ReadOptions()
    options.encoding = .latin1
    #expect(try Table(reading: path, options: options)["b"]?.text == ["café €"])
  }

  /// Rows' names are no data, wherever the table goes, and are written as they came.
  @Test("rows' names are no data") func rowNames() throws {
    let table = try Table(parsing: "\"\",\"x\",\"y\"\n\"a\",1,2\n\"b\",3,4\n\"c\",5,7\n")
    for part in [table, table.head(2), try table.filter(keeping: [true, false, true])] {
      #expect(try part.source().columnNames == ["x", "y"])
      #expect(try part.matrix().columns == 2)
    }
    #expect(try table.delimitedText().hasPrefix("\"\",x,y\n"))
    #expect(try Table(parsing: table.delimitedText()).source().columnNames == ["x", "y"])
  }

  @Test("thousands of columns") func wide() throws {
    let names = (0..<3000).map { "c\($0)" }.joined(separator: ";")
    let row = (0..<3000).map { "\($0),5" }.joined(separator: ";")
    let table = try Table(parsing: "\(names)\n\(row)\n\(row)\n")
    #expect(table.columns == 3000)
    #expect(try table["c2999"]?.numbers == [2999.5, 2999.5])
  }

  /// Any size of pieces gives the same table.
  @Test("pieces") func pieces() throws {
    let lines = (1...200).map { "\($0),5;\($0 % 7) # \($0)\n" + ($0 % 5 == 0 ? "# half\n" : "") }
    let text = "a;b\n" + lines.joined()
    var options = ReadOptions()
    options.comment = "#"
    let whole = try Table(parsing: text, options: options)
    for size in [8, 64, 301] {
      options.pieceSize = size
      let table = try Table(parsing: text, options: options)
      #expect(try table["a"]?.numbers == whole["a"]?.numbers)
      #expect(table.location(ofRow: 150) == whole.location(ofRow: 150))
    }
  }

  @Test(
    "files whose names say no more than that they are texts",
    arguments: [
      "x y g\n1 1.5 2\n2 2.5 3\n", "row\tx\ty\n1\t1.5\t2\n2\t2.5\t3\n",
      "row,x,y\n1,1.5,2\n2,2.5,3\n",
      "row;x;y\n1;1,5;2\n2;2,5;3\n",
      "# written by hand, once\n  row    x  y\n    1  1.5  2\n    2  2.5  3\n",
    ])
  func plainTexts(text: String) throws {
    let folder = try TemporaryFolder()
    defer { folder.remove() }
    for name in ["data.txt", "data.dat"] {
      let table = try Table(reading: folder.write(text, as: name))
      try #require(table.columns == 3 && table.rows == 2)
      #expect(try table[position: 1].numbers == [1.5, 2.5])
    }
  }

  @Test("words are no columns")
  func words() throws {
    let folder = try TemporaryFolder()
    defer { folder.remove() }
    let table = try Table(reading: folder.write("name\nAnn Lee\nBo Diaz\n", as: "names.txt"))
    #expect(table.names == ["name"] && table.rows == 2)
  }

  @Test(
    "joins of numbers with words are errors, others are not",
    arguments: [
      ("select * from t join u on t.id = u.g", true),
      ("select id, w from t join u on id = g", true),
      ("select * from t a left join u as b on b.g = a.id", true),
      ("select * from t, u where T.\"id\" = u.G", true),
      ("select t.id from t join v using (id)", true),
      ("select t.id from t join u on t.id = u.w", false),
      ("select id from t where id = 'a'", false),
      ("select t.id from t join u on cast(t.id as text) = u.g", false),
      ("select t.id from t join u on t.id = u.n -- t.id = u.g", false),
    ])
  func joins(query: String, isWrong: Bool) throws {
    let tables = [
      ("t", try Table([("id", .numbers([1, 2]))])),
      (
        "u",
        try Table([
          ("g", .text(["a", nil])), ("w", .numbers([1, 2])), ("n", .text(["1", "b"])),
        ])
      ),
      ("v", try Table([("id", .text(["a", "b"]))])),
    ]
    let result = Result { try Table(sql: query, tables: tables.map { (name: $0.0, table: $0.1) }) }
    switch result {
    case .success: #expect(!isWrong)
    case .failure(let error):
      #expect(isWrong)
      #expect("\(error)".contains("of numbers and") && "\(error)".contains("such as \"a\""))
    }
  }
}
