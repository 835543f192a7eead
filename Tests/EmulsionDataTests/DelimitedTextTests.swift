import Emulsion
import EmulsionData
import Testing

/// A cell as a test writes it down.
private func cells(_ column: Column?) -> [String?] {
  switch column {
  case .numbers(let values): values.map { $0.isNaN ? nil : "\($0)" }
  case .text(let values): values
  case nil: []
  }
}

/// The message of the error that reading `text` as `bad.csv` throws.
private func message(_ text: String, _ options: ReadOptions = ReadOptions()) -> String? {
  do {
    let table = try Table(parsing: text, name: "bad.csv", options: options)
    Issue.record("read as \(table)")
    return nil
  } catch {
    return (error as? EmulsionError)?.message
  }
}

@Suite("Delimited text")
struct DelimitedTextTests {
  @Test(
    "is read by RFC 4180",
    arguments: [
      ("plain", "a,b\n1,x\n2,y\n", ["1.0", "2.0"], ["x", "y"]),
      ("no newline at the end", "a,b\n1,x\n2,y", ["1.0", "2.0"], ["x", "y"]),
      ("CRLF", "a,b\r\n1,x\r\n2,y\r\n", ["1.0", "2.0"], ["x", "y"]),
      ("CR", "a,b\r1,x\r2,y\r", ["1.0", "2.0"], ["x", "y"]),
      ("byte-order mark", "\u{FEFF}a,b\n1,x\n2,y\n", ["1.0", "2.0"], ["x", "y"]),
      ("mark and quoted names", "\u{FEFF}\"a\",\"b\"\n1,x\n2,y\n", ["1.0", "2.0"], ["x", "y"]),
      ("all quoted", "\"a\",\"b\"\n\"1\",\"x\"\n\"2\",\"y\"\n", ["1.0", "2.0"], ["x", "y"]),
      ("quoted delimiter", "a,b\n1,\"x,z\"\n2,y\n", ["1.0", "2.0"], ["x,z", "y"]),
      ("quoted newline", "a,b\n1,\"x\nz\"\n2,y\n", ["1.0", "2.0"], ["x\nz", "y"]),
      ("quoted CRLF", "a,b\r\n1,\"x\r\nz\"\r\n2,y", ["1.0", "2.0"], ["x\r\nz", "y"]),
      (
        "doubled quotes", "a,b\n1,\"say \"\"hi\"\"\"\n2,\"\"\"\"\n", ["1.0", "2.0"],
        ["say \"hi\"", "\""]
      ),
      ("quote within a word", "a,b\n1,5\" disk\n2,y\n", ["1.0", "2.0"], ["5\" disk", "y"]),
      ("blank lines", "\n\na,b\n1,x\n\n2,y\n\n\n", ["1.0", "2.0"], ["x", "y"]),
      ("blank lines, CRLF", "\r\na,b\r\n1,x\r\n\r\n2,y\r\n\r\n", ["1.0", "2.0"], ["x", "y"]),
      ("spaces around numbers", "a,b\n 1\t,x\n2 ,y\n", ["1.0", "2.0"], ["x", "y"]),
      ("spaces around text stay", "a,b\n1, x \n2,y\n", ["1.0", "2.0"], [" x ", "y"]),
      ("missing", "a,b\nNA,?\n2,\n,NaN\n", [nil, "2.0", nil], [nil, nil, nil]),
      ("missing among text", "a,b\n,x\n?, NA \nNaN,z\n", [nil, nil, nil], ["x", nil, "z"]),
      (
        "quoted words that mean missing", "a,b\n\"\",\"NA\"\n\"2\",NA\n3,y", [nil, "2.0", "3.0"],
        ["NA", nil, "y"]
      ),
      ("wide characters", "a,b\n1,Ångström\n2,水\n", ["1.0", "2.0"], ["Ångström", "水"]),
      ("signs and exponents", "a,b\n+1e0,x\n-2.5E-1,y\n", ["1.0", "-0.25"], ["x", "y"]),
      ("points", "a,b\n1.,x\n.5,y\n", ["1.0", "0.5"], ["x", "y"]),
      ("infinities", "a,b\n1e999,x\n-Inf,y\ninfinity,z", ["inf", "-inf", "inf"], ["x", "y", "z"]),
    ])
  func reads(what: String, text: String, a: [String?], b: [String?]) throws {
    let table = try Table(parsing: text)
    #expect(table.names == ["a", "b"])
    #expect(try cells(table["a"]) == a)
    #expect(try table["a"]?.isNumeric == true)
    // A column with nothing but missing values is one of numbers.
    #expect(try cells(table["b"]) == b)
  }

  @Test("columns that are not all numbers are text, cell by cell as written")
  func mixed() throws {
    let table = try Table(parsing: "id,x\n007,1\n1e1,x2\nA,0x10\n")
    #expect(try table["id"]?.text == ["007", "1e1", "A"])
    #expect(try table["x"]?.text == ["1", "x2", "0x10"])
  }

  @Test(
    "a first line with a number in it is no header, unless the options say so",
    arguments: [
      ("1,2\n3,4\n", ReadOptions.Header.automatic, ["x1", "x2"], 2),
      ("1,a\n3,b\n", .automatic, ["x1", "x2"], 2),
      ("\"1\",a\n3,b\n", .automatic, ["1", "a"], 1),
      ("a,b\nc,d\n", .automatic, ["a", "b"], 1),
      ("a,b\nc,d\n", .absent, ["x1", "x2"], 2),
      ("2019,2020\n3,4\n", .present, ["2019", "2020"], 1),
    ])
  func header(text: String, header: ReadOptions.Header, names: [String], rows: Int) throws {
    let table = try Table(parsing: text, options: ReadOptions(header: header))
    #expect(table.names == names)
    #expect(table.rows == rows)
  }

  @Test("one column: blank lines are missing values, those at the end are not there")
  func oneColumn() throws {
    let table = try Table(parsing: "a\n1\n\n3\n\n\n")
    #expect(try cells(table["a"]) == ["1.0", nil, "3.0"])
  }

  @Test("options choose delimiter, missing texts and columns")
  func options() throws {
    let options = ReadOptions(delimiter: ";", missing: ["-9"], columns: ["c", "a"])
    let table = try Table(parsing: "a;b;c\n1;?;-9\n-9;2,5;4\n", options: options)
    #expect(table.names == ["c", "a"])
    #expect(try cells(table["c"]) == [nil, "4.0"])
    #expect(try cells(table["a"]) == ["1.0", nil])
  }

  @Test("no rows below the header is a table of no rows")
  func headerOnly() throws {
    let table = try Table(parsing: "a,b\n")
    #expect(table.names == ["a", "b"])
    #expect(table.rows == 0)
  }

  @Test(
    "what is malformed is named with its line",
    arguments: [
      ("", "bad.csv: the file is empty"),
      ("\n\r\n", "bad.csv: the file is empty"),
      ("a,b\n1,2\n3\n", "bad.csv, line 3: expected 2 fields, found 1"),
      ("a,b\n1,2\n3,4,5,6\n", "bad.csv, line 3: expected 2 fields, found 4"),
      (
        "a\n1\n3,4\n",
        "bad.csv, line 3: expected 1 field, found 2; if commas are decimal signs, give the options delimiter = \";\" and decimal = \",\""
      ),
      ("a,b\n\"1\n\n\",2\n3\n", "bad.csv, line 5: expected 2 fields, found 1"),
      ("a,a\n1,2\n", "bad.csv, line 1: columns 1 and 2 are both named \"a\"; rename one"),
      (
        "\na,\n1,2\n",
        "bad.csv, line 2: column 2 has no name; name it, or read with the option header = false"
      ),
      (
        "a,b\n1,2\n3,\"x\n5,6\n",
        "bad.csv, line 3: a quoted cell starts here and is never closed"
      ),
      (
        "a,b\n1,\"x\"y\n",
        "bad.csv, line 2: text follows the closing quote of a cell; "
          + "a quote within quotes is written twice"
      ),
      ("a,b\n1,x\0y\n", "bad.csv, line 2: a NUL byte; this is not a file of text"),
    ])
  func malformed(text: String, expected: String) {
    #expect(message(text) == expected)
  }

  @Test("where the delimiter is given, another one is asked about")
  func otherDelimiter() throws {
    let comma = ReadOptions(delimiter: ",")
    #expect(
      message("a;b\n1,5;2\n", comma)
        == "bad.csv, line 2: expected 1 field, found 2; are cells separated by \";\"? "
        + "Then give the option delimiter")
    let table = try Table(parsing: "a\tb\n1\t2\n", name: "bad.csv", options: comma)
    #expect(
      throws: EmulsionError(
        .invalidData,
        "column \"a b\" holds text (\"1 2\", bad.csv, line 2); are cells separated by tabs? "
          + "Then give the option delimiter")
    ) { try table.matrix() }
  }

  @Test("what is no UTF-8 is named with its line")
  func encoding() throws {
    let folder = try TemporaryFolder()
    defer { folder.remove() }
    let latin = try folder.write(Array("a,b\n1,x\n2,caf".utf8) + [0xE9, 0x0A], as: "latin.csv")
    #expect(
      throws: EmulsionError(
        .invalidData,
        "\(latin), line 3: the text is not UTF-8 (byte 14 of the file is 0xE9); read it with the option "
          + "encoding = \"latin-1\", or save it as UTF-8")
    ) { try Table(reading: latin) }
    let wide = try folder.write([0xFF, 0xFE, 0x61, 0x00], as: "wide.csv")
    #expect(
      throws: EmulsionError(
        .invalidData, "\(wide): the text is UTF-16; save the file as UTF-8")
    ) { try Table(reading: wide) }
  }

  @Test(
    "options that do not fit are named",
    arguments: [
      (
        ReadOptions(delimiter: "\""),
        "option delimiter: \"\"\" can not separate cells; give one ASCII character, "
          + "such as \",\" or \";\""
      ),
      (
        ReadOptions(columns: ["bb", "x"]), "no column \"bb\" in bad.csv; did you mean \"b\"?"
      ),
      (ReadOptions(columns: ["b", "b"]), "column \"b\" is named twice"),
    ])
  func badOptions(options: ReadOptions, expected: String) {
    #expect(message("a,b\n1,2\n", options) == expected)
  }

  @Test("any bytes are read or refused", arguments: 0..<4)
  func anyBytes(seed: UInt64) throws {
    var random = SplitMix(state: seed)
    let folder = try TemporaryFolder()
    defer { folder.remove() }
    let alphabet: [UInt8] = Array("ab1.e-+,;\t \"\"\n\n\r".utf8) + [0, 0xC3, 0xA9, 0xFF, 0xEF]
    for _ in 0..<200 {
      let count = Int(random.next() % 60)
      let bytes = (0..<count).map { _ in alphabet[Int(random.next() % UInt64(alphabet.count))] }
      let path = try folder.write(bytes, as: "any.csv")
      do {
        let table = try Table(reading: path)
        #expect(try table.names.allSatisfy { try table[$0]?.count == table.rows })
      } catch let error as EmulsionError {
        #expect(error.message.hasPrefix(path))
      }
    }
  }

  @Test("files that are not there or cannot be read")
  func missingFiles() throws {
    let folder = try TemporaryFolder()
    defer { folder.remove() }
    let absent = folder.file("absent.csv")
    #expect(throws: EmulsionError(.io, "\(absent): no such file")) { try Table(reading: absent) }
    #expect(throws: EmulsionError(.io, "\(folder.path): is a directory; name a file in it")) {
      try Table(reading: folder.path)
    }
    let nowhere = folder.file("nowhere")
    #expect(throws: EmulsionError(.io, "\(nowhere): no such file")) { try Table(reading: nowhere) }
    let unknown = try folder.write("a,b\n1,2\n", as: "data.xyz")
    #expect(
      throws: EmulsionError(
        .invalidOption,
        "\(unknown): can not tell the format from the name; names end in "
          + ".csv, .tsv, .txt and .dat (also .gz), .npy, .npz, .json, .jsonl and .db, or give the option delimiter"
      )
    ) { try Table(reading: unknown) }
  }
}
