import Emulsion
import EmulsionData
import Synchronization
import Testing

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// What reading `text` gives: the table's cells and lines, or the error.
private func outcome(_ text: String, pieceSize: Int, threads: Int) -> [String] {
  var options = ReadOptions()
  options.pieceSize = pieceSize
  options.threads = threads
  do {
    let table = try Table(parsing: text, name: "a.csv", options: options)
    let lines = (0..<table.rows).map { table.location(ofRow: $0) }
    let columns = try table.names.map { name in
      switch try table[name] {
      case .numbers(let values): "\(name) \(values)"
      case .text(let values): "\(name) \(values)"
      case nil: "\(name) is missing"
      }
    }
    return columns + lines
  } catch {
    return ["\(error)"]
  }
}

@Suite("Reading in pieces")
struct PiecewiseReadingTests {
  private static let sizes = [1, 2, 3, 5, 7, 11, 16, 40, 100, 1000]

  private func expectSameOutcome(_ text: String) {
    let whole = outcome(text, pieceSize: 1 << 20, threads: 1)
    for size in Self.sizes {
      for threads in [1, 3] {
        let pieces = outcome(text, pieceSize: size, threads: threads)
        #expect(pieces == whole, "pieces of \(size) bytes on \(threads) threads of \(text)")
      }
    }
  }

  @Test(
    "gives what reading at once gives, errors included",
    arguments: [
      "a,b\n1,2\n3,4\n5,6\n",
      "a,b\r\n1,2\r\n\r\n3,4\r\n\r\n\r\n5,6\r\n",
      "a,b\r1,2\r3,4\r\r5,6",
      "a\n1\n\n3\n\n\n4\n",
      "a,b\n1,\"x\n2,y\n3,z\n\"\n4,\"\"\"\n5,\"\"\"\n6,7\n",
      "a,b\n1,\"\n\n\n\n\n\n\n\n\n\n2,3\n4,5\n6,7\n8,9\n\"\n10,11\n",
      "a,b\n1,2\n3,\"never closed\n4,5\n6,7\n8,9\n10,11\n",
      "a,b\n1,2\n3,4\n5\n6,7\n8\n",
      "a,b\n1,2\n3,\"4\n5\"x\n6,7\n",
      "a,b\n\"1\n\",2\n\"3\n\",4\n\"5\n\",6\n7,8,9\n",
      "a,b\n1,5\" disk\n2,6\" disk\n3,7\n4,\"8\n9\"\n",
      "a,b\n1,2\n3,4\n5,6\n7,8\n9,x\n10,11\n",
      "a,b\n1,2\n3,x\0y\n5,6\n7,\0\n",
      "a,b\n1.25,-3.5\n-1234.567,1e5\n12345678.5,-0.000125\n" + "+1,.5\n5.,-.25\n-,1\n",
    ])
  func sameOutcome(text: String) { expectSameOutcome(text) }

  @Test("so it does for any bytes", arguments: 0..<4)
  func anyText(seed: UInt64) {
    var random = SplitMix(state: seed)
    let parts = [
      "1", "-2.5", "x", ",", ",", "\n", "\n", "\r\n", "\r", "\"", "\"\"", "\",\"", "\n\"",
    ]
    for _ in 0..<60 {
      let count = Int(random.next() % 80)
      expectSameOutcome(
        "a,b\n" + (0..<count).map { _ in parts[Int(random.next() % 13)] }.joined())
    }
  }

  @Test("so it does for records with quoted line ends", arguments: 0..<4)
  func quotedRecords(seed: UInt64) {
    var random = SplitMix(state: seed)
    let cells = ["1", "-2.5", "\"1\n2\"", "\"3,4\n5,6\n\"", "\"\"\"\n\"\"\"", "\"\"", "NA", "word"]
    for _ in 0..<20 {
      let rows = (0..<(random.next() % 20)).map { _ in
        "\(cells[Int(random.next() % 8)]),\(cells[Int(random.next() % 8)])"
          + ["\n", "\r\n", "\n\n"][Int(random.next() % 3)]
      }
      expectSameOutcome("a,b\n" + rows.joined())
    }
  }

  @Test("reads numbers of all forms as strtod does", arguments: ["\n", "\r\n", "\r"])
  func forms(lineEnd: String) throws {
    var random = SplitMix(state: 11)
    let forms = ["%.0f", "%.1f", "%.3f", "%.5f", "%.6f", "%.7f", "%.8f", "%.9f", "%.12f", "%.14f"]
    let more = [
      "%.15f", "%.16f", "%.17f", "%.18f", "%.20f", "%.17g", "%.9g", "%.16e", "%.3e", "%g",
    ]
    let texts = (0..<30_000).map { _ in
      let scale = exp2(Double(random.next() % 80) - 40)
      let value = (Double(random.next() >> 11) * 0x1p-53 - 0.5) * scale
      let form = (forms + more)[Int(random.next() % 20)]
      var buffer = [CChar](repeating: 0, count: 400)
      withVaList([value]) { _ = vsnprintf(&buffer, 400, form, $0) }
      var text = buffer.withUnsafeBufferPointer { String(cString: $0.baseAddress!) }
      switch random.next() % 12 {
      case 0: text = text.replacing("0.", with: ".", maxReplacements: 1)
      case 1: text = text.replacing("-", with: "-00")
      case 2: text = "\(random.next() >> (random.next() % 64))"
      case 3: text = "\(random.next() % 1000)."
      default: break
      }
      return text
    }
    let cells = texts.map { random.next() % 4 == 0 ? "\"\($0)\"" : $0 }
    let rows = stride(from: 0, to: texts.count, by: 3).map {
      cells[$0..<$0 + 3].joined(separator: ",")
    }
    var options = ReadOptions()
    options.pieceSize = 10_000
    let table = try Table(
      parsing: "a,b,c\(lineEnd)" + rows.joined(separator: lineEnd) + lineEnd, options: options)
    let matrix = try table.matrix()
    for (text, value) in zip(texts, matrix.values) {
      #expect(value.bitPattern == strtod(text, nil).bitPattern, "\(text)")
    }
  }

  @Test("a cell is a number where the parser says so, missing where it is empty, else text")
  func anyCell() throws {
    var random = SplitMix(state: 5)
    let bytes = Array("01234567890123456789.....---+e \u{e9}".unicodeScalars)
    for _ in 0..<4000 {
      var text = (0..<random.next() % 4).reduce(into: "") { text, _ in
        text.unicodeScalars.append(bytes[Int(random.next() % UInt64(bytes.count))])
      }
      text += (0..<random.next() % 24).map { _ in "\(random.next() % 10)" }.joined()
      if random.next() % 2 == 0 {
        let place = text.unicodeScalars.indices.randomElement(using: &random) ?? text.startIndex
        text.unicodeScalars.insert(".", at: place)
      }
      let isMissing = text.allSatisfy { $0 == " " }
      let number = isMissing ? .nan : text.withUTF8 { DecimalParser.number(in: $0) }
      // What follows is long enough for the cell to be read by words.
      let others = String(repeating: "\n1,1", count: 20)
      for cell in [text, "\"\(text)\""] {
        for (column, row) in ["\(cell),1", "1,\(cell)"].enumerated() {
          let table = try Table(parsing: "a,b\n" + row + others)
          if text.withUTF8({ DecimalParser.isInexactWhole($0) }) {
            // What no double holds stays what it was.
            #expect(
              try table[position: column].text?.first == text.filter { $0 != " " }, "\(row)")
            continue
          }
          let read = try table[position: column].numbers?.first
          #expect(read?.bitPattern == number?.bitPattern, "\(row)")
        }
      }
    }
  }

  @Test("rows that become shorter find room", arguments: [1, 2, 3])
  func shorterRows(threads: Int) throws {
    let long = (0..<50).map { "\($0).000000000000,\(-$0).000000000000000" }
    let short = (50..<5000).map { "\($0),\(-$0)" }
    var options = ReadOptions()
    options.pieceSize = 500
    options.threads = threads
    let table = try Table(
      parsing: "a,b\n" + (long + short).joined(separator: "\n"), options: options)
    #expect(try table["a"]?.numbers == (0..<5000).map { Double($0) })
    #expect(try table["b"]?.numbers == (0..<5000).map { -Double($0) })
  }

  @Test("ends with an error where it is interrupted")
  func interrupted() throws {
    let text = "a,b\n" + String(repeating: "1,2\n", count: 10_000)
    let polls = Atomic(0)
    var options = ReadOptions()
    options.pieceSize = 100
    options.isCancelled = { polls.wrappingAdd(1, ordering: .relaxed).newValue > 50 }
    #expect(throws: EmulsionError(.cancelled, "interrupted")) {
      try Table(parsing: text, options: options)
    }
    #expect(polls.load(ordering: .relaxed) < 60)
  }

  @Test("a large file is read where it lies")
  func largeFile() throws {
    let folder = try TemporaryFolder()
    defer { folder.remove() }
    let rows = (0..<120_000).map { "\($0),\(Double($0) / 7),\"\($0 % 3)\n\"" }
    let path = try folder.write("i,x,g\n" + rows.joined(separator: "\n"), as: "large.csv")
    let table = try Table(reading: path)
    #expect(table.rows == 120_000)
    #expect(try table["x"]?.numbers == (0..<120_000).map { Double($0) / 7 })
    #expect(try table["g"]?.text == (0..<120_000).map { "\($0 % 3)\n" })
    #expect(table.location(ofRow: 119_999) == "\(path), line \(2 * 119_999 + 2)")
  }
}
