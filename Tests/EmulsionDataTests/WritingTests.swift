import Emulsion
import EmulsionData
import Testing

@Suite("Writing")
struct WritingTests {
  @Test(
    "a table read back is the table written, bit for bit",
    arguments: [".csv", ".tsv", ".csv.gz", ".tsv.gz"], 0..<8)
  func roundTrip(ending: String, seed: UInt64) throws {
    let folder = try TemporaryFolder()
    defer { folder.remove() }
    var random = SplitMix(state: seed)
    let table = try randomTable(&random)
    let path = folder.file("table\(ending)")
    try table.write(to: path)
    try expectSame(try Table(reading: path), table)
    #expect(folder.contents == ["table\(ending)"])
  }

  @Test("numbers in .npy read back bit for bit", arguments: 0..<4)
  func numpyRoundTrip(seed: UInt64) throws {
    let folder = try TemporaryFolder()
    defer { folder.remove() }
    var random = SplitMix(state: seed)
    let values = (0..<60).map { _ in randomNumber(&random) }
    let table = try Table(Matrix(rows: 12, columns: 5, values: values))
    let path = folder.file("table.npy")
    try table.write(to: path)
    try expectSame(try Table(reading: path), table)
  }

  @Test("cells are quoted where they must be")
  func quoting() throws {
    let table = try Table([
      ("a,b", .text(["x", "y,z", "say \"hi\"", "two\nlines", "", "NA", nil, " x"])),
      ("c", .numbers([1, -0.0, 1e300, .nan, .infinity, 0.1, 1e-7, 3])),
    ])
    #expect(
      try table.delimitedText() == #"""
        "a,b",c
        x,1
        "y,z",-0
        "say ""hi""",1e+300
        "two
        lines",
        "",inf
        "NA",0.1
        ,1e-07
        " x",3

        """#)
  }

  @Test("a failure leaves what was there before, and nothing else")
  func failure() throws {
    let folder = try TemporaryFolder()
    defer { folder.remove() }
    let path = try folder.write("before", as: "table.npy")
    let table = try Table([("label", .text(["x"]))])
    #expect(throws: EmulsionError.self) { try table.write(to: path) }
    #expect(folder.contents == ["table.npy"])
    #expect(throws: EmulsionError.self) { try table.write(to: folder.file("absent/x.csv")) }
    #expect(throws: EmulsionError.self) { try table.write(to: folder.file("x.xlsx")) }
    #expect(folder.contents == ["table.npy"])
  }

  private func randomTable(_ random: inout SplitMix) throws -> Table {
    let rows = Int(random.next() % 40) + 1
    let columns = Int(random.next() % 5) + 1
    let pieces = ["a", "7", ",", "\t", "\"", "\n", "\r\n", " ", "é", "水", "NA", "?", "'", ";", ""]
    return try Table(
      (0..<columns).map { j in
        let name = "c\(j)\(random.next() % 3 == 0 ? ", \"q\"" : "")"
        if random.next() % 2 == 0 {
          return (name, .numbers((0..<rows).map { _ in randomNumber(&random) }))
        }
        // One cell is surely text, or the column would be one of numbers.
        let texts = (0..<rows).map { row -> String? in
          if random.next() % 6 == 0 { return row == 0 ? "word" : nil }
          let count = Int(random.next() % 5)
          let text = (0..<count).map { _ in pieces[Int(random.next() % UInt64(pieces.count))] }
          return text.joined() + (row == 0 ? "x" : "")
        }
        return (name, .text(texts))
      })
  }

  private func randomNumber(_ random: inout SplitMix) -> Double {
    switch random.next() % 5 {
    case 0: .nan
    case 1: Double(Int64(bitPattern: random.next()) >> 40)
    case 2: random.next() % 2 == 0 ? .infinity : -0.0
    default:
      Double(bitPattern: random.next() & 0xBFFF_FFFF_FFFF_FFFF)
    }
  }
}

/// Expects the same names and cells, numbers by their bits.
func expectSame(_ a: Table, _ b: Table, sourceLocation: SourceLocation = #_sourceLocation) throws {
  #expect(a.names == b.names, sourceLocation: sourceLocation)
  #expect(a.rows == b.rows, sourceLocation: sourceLocation)
  for name in a.names {
    switch (try a[name], try b[name]) {
    case (.numbers(let x), .numbers(let y)):
      let same = zip(x, y).allSatisfy { $0.bitPattern == $1.bitPattern || $0.isNaN && $1.isNaN }
      #expect(same && x.count == y.count, "\(name)", sourceLocation: sourceLocation)
    case (.text(let x), .text(let y)):
      #expect(x == y, "\(name)", sourceLocation: sourceLocation)
    default:
      Issue.record("\(name): of another kind", sourceLocation: sourceLocation)
    }
  }
}
