import Emulsion

/// What becomes of a column.
enum ColumnUse: Sendable {
  case skipped
  case numbers
  case text
}

extension [ColumnUse] {
  /// For each column where the columns of numbers that begin with it end; itself where it is none.
  fileprivate var runsOfNumbers: [Int] {
    var ends = [Int](indices)
    for column in indices.reversed() where self[column] == .numbers {
      let isFollowed = column + 1 < count && self[column + 1] == .numbers
      ends[column] = isFollowed ? ends[column + 1] : column + 1
    }
    return ends
  }
}

/// Reads the records of pieces of a delimited text.
struct RecordReader: Sendable {
  let text: DelimitedText
  /// What becomes of each column in the file, as far as is known.
  let uses: [ColumnUse]
  /// What to add to an error about the number of cells.
  let hint: String

  private var width: Int { uses.count }

  /// Reads the columns of numbers in the records that begin between `start`, where one does, and
  /// `border`.
  ///
  /// - Parameters:
  ///   - start: The first record, on line `line`.
  ///   - cells: Where the numbers go: a row for each `width` bytes of the piece and one more, since a
  ///     record takes a byte a cell and the last one may end behind the border.
  ///   - border: Records that begin here or behind belong to the next piece.
  ///   - limit: Where to give up; the end of the text if `nil`.
  /// - Throws: `invalid-data` naming the line of what is malformed, if the text ends at `limit`.
  func numbers(
    from start: Int, line: Int, to border: Int, limit: Int? = nil, into cells: NumberCells
  ) throws -> NumberPiece {
    precondition(cells.capacity >= (border - start) / width + 1, "too few rows")
    var scanner = DelimitedScanner(text, position: start, line: line, limit: limit)
    var uses = uses
    let columns = uses.indices.filter { uses[$0] == .numbers }
    var lines = LineNumbers()
    let readsNumbers = text.readsPlainNumbers
    let isWide = width > 1
    var slots = [Int](repeating: 0, count: width)
    for (slot, column) in columns.enumerated() { slots[column] = slot }
    var runs = uses.runsOfNumbers
    var end: Int
    var endLine: Int
    while true {
      // In a file of one column a blank line is a missing value.
      if isWide {
        scanner.skipBlankLines(before: border)
      } else if text.comment != nil {
        scanner.skipComments(before: border, withBlankLines: false)
      }
      (end, endLine) = (scanner.position, scanner.line)
      if scanner.isAtEnd || end >= border { break }
      let line = scanner.line
      let row = lines.count
      var column = 0
      while column < width {
        if readsNumbers && column < runs[column] {
          column = scanner.commonNumbers(
            column..<runs[column], width, to: cells.place(slots[column], row),
            stride: cells.capacity)
          if column == width { break }
        }
        let terminator: DelimitedScanner.Terminator
        if uses[column] == .numbers, readsNumbers, let number = scanner.exactNumber() {
          cells.set(number.value, slots[column], row)
          terminator = number.terminator
        } else {
          let next = try scanner.cell()
          terminator = next.terminator
          if uses[column] == .numbers {
            let content = scanner.content(of: next.cell)
            // What no double holds is kept as text until all cells are known.
            if let value = text.number(in: content),
              value.magnitude < 0x1p53 || !text.isInexactWhole(content)
            {
              cells.set(value, slots[column], row)
            } else {
              uses[column] = .text
              runs = uses.runsOfNumbers
            }
          }
        }
        column += 1
        if (terminator == .endOfRecord) != (column == width) {
          throw try raggedError(scanner, line, read: column, terminator)
        }
      }
      lines.append(line)
    }
    return NumberPiece(
      extent: PieceExtent(start: start, line: line, rows: lines.count), end: end, endLine: endLine,
      isCutOff: scanner.isAtEnd && scanner.limit < text.bytes.count, uses: uses, lines: lines,
      columns: columns, cells: cells)
  }

  /// Reads the columns of text in a piece that has been read before.
  func texts(_ piece: PieceExtent) throws -> [[String?]] {
    var scanner = DelimitedScanner(text, position: piece.start, line: piece.line)
    var texts = uses.map { use in
      var column: [String?] = []
      if use == .text { column.reserveCapacity(piece.rows) }
      return column
    }
    for _ in 0..<piece.rows {
      if width > 1 {
        scanner.skipBlankLines()
      } else if text.comment != nil {
        scanner.skipComments(withBlankLines: false)
      }
      for column in uses.indices {
        let line = scanner.line
        let cell = try scanner.cell().cell
        guard uses[column] == .text else { continue }
        // Among texts, quotes tell "NA" the word from NA the missing value.
        let isMissing = !cell.isQuoted && text.isMissing(scanner.content(of: cell))
        texts[column].append(isMissing ? nil : try scanner.string(of: cell, line: line))
      }
    }
    return texts
  }

  /// What may help where a record has another number of cells than others.
  private func advice(_ scanner: DelimitedScanner, _ line: Int, _ found: Int) -> String {
    var start = DelimitedScanner(text, position: text.start, line: 1)
    while start.line < line && !start.isAtEnd { start.skipLine() }
    if start.position < text.bytes.count, text.bytes[start.position] == UInt8(ascii: "#") {
      return "; if # begins a comment, give the option comment = \"#\""
    }
    guard width == 1, let first = try? start.cell().cell else { return "" }
    let isNumber = text.number(in: start.content(of: first)).map { !$0.isNaN } ?? false
    if isNumber && found == 2 && text.delimiter == UInt8(ascii: ",") {
      return "; if commas are decimal signs, give the options delimiter = \";\" and decimal = \",\""
    }
    return
      "; if the lines above are no part of the table, leave them out with the option skip = \(line - 1)"
  }

  private func raggedError(
    _ scanner: DelimitedScanner, _ line: Int, read: Int, _ terminator: DelimitedScanner.Terminator
  ) throws -> EmulsionError {
    var scanner = scanner
    var found = read
    var terminator = terminator
    while terminator == .delimiter {
      terminator = try scanner.cell().terminator
      found += 1
    }
    let advice = hint.isEmpty ? advice(scanner, line, found) : hint
    return text.error(
      line, "expected \(width.counted("field")), found \(found)\(advice)")
  }
}

/// Where a piece begins and how many records it has.
struct PieceExtent: Sendable {
  var start: Int
  var line: Int
  var rows: Int
}

/// The numbers in the records of a piece.
struct NumberPiece: Sendable {
  var extent: PieceExtent
  /// Where the last record ends.
  var end: Int
  var endLine: Int
  /// Whether more of the text may belong to the last record.
  var isCutOff: Bool
  /// What the columns turned out to be.
  var uses: [ColumnUse]
  var lines: LineNumbers
  /// The columns in `cells`, by their positions in the file.
  var columns: [Int]
  var cells: NumberCells
}
