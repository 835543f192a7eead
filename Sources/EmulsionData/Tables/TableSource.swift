import Emulsion

/// Columns of a table as data to fit, read where they are.
public struct TableSource: RandomAccessSource {
  /// Number of rows.
  public let rows: Int
  /// Names of the columns.
  public let columnNames: [String]
  /// The texts that columns of codes stand for.
  public let columnLevels: ColumnLevels
  private let table: Table
  private let parts: [Part]
  private let files: [MappedFile]
  /// Row weights, or `nil` where every row counts once.
  public let weights: [Double]?
  /// Files are looked at after every so many rows, so that no pass over all of them misses a change.
  private static let rowsBetweenChecks = 4096

  /// What fills one column of a block, or several at once.
  private enum Part: Sendable {
    case held([Double])
    /// Some columns of an array in a file.
    case mapped(MappedArray, positions: [Int])
  }

  /// Takes the columns called `names`, or all.
  init(
    _ table: Table, _ names: [String]?, weights: [Double]? = nil, levels: ColumnLevels = .none
  ) throws {
    let positions = try table.numericPositions(names)
    self.table = table
    self.weights = weights
    rows = table.rows
    columnNames = positions.map { table.names[$0] }
    columnLevels = levels
    parts = try positions.reduce(into: []) { parts, position in
      switch table.storage[position] {
      case .mapped(let column):
        // Columns of one array that follow each other are read together.
        if case .mapped(let array, let others)? = parts.last, array.file === column.array.file {
          parts[parts.count - 1] = .mapped(array, positions: others + [column.position])
        } else {
          parts.append(.mapped(column.array, positions: [column.position]))
        }
      case .held: parts.append(.held(try table[position: position].numbers ?? []))
      }
    }
    files = parts.reduce(into: []) { files, part in
      if case .mapped(let array, _) = part, !files.contains(where: { $0 === array.file }) {
        files.append(array.file)
      }
    }
  }

  /// Where row `row` stands: `iris.csv, line 5`, or `row 4`.
  public func location(ofRow row: Int) -> String { table.location(ofRow: row) }

  /// Fills the buffer's lanes with rows `range`.
  ///
  /// - Throws: `io` where a file was changed after it was read.
  public func read(_ range: Range<Int>, into buffer: inout BlockBuffer) throws {
    buffer.begin(range)
    fill(&buffer, range, Span())
    if let weights { buffer.setWeights(weights.span.extracting(range)) }
    let interval = TableSource.rowsBetweenChecks
    let isDue =
      range.upperBound == rows || range.lowerBound / interval != range.upperBound / interval
    for file in files { try isDue ? file.checkUnchanged() : file.checkIntact() }
  }

  /// Fills the buffer's lanes with the rows at the first `count` of `positions`.
  ///
  /// - Throws: `io` where a file was changed after it was read.
  public func read(_ count: Int, of positions: Span<Int>, into buffer: inout BlockBuffer) throws {
    buffer.begin(positions.extracting(first: count))
    fill(&buffer, nil, positions)
    if let weights { buffer.setWeights(of: positions, among: weights) }
    for file in files { try file.checkUnchanged() }
  }

  /// Fills all columns with the rows in `range`, or at `rows` where there is none.
  private func fill(_ buffer: inout BlockBuffer, _ range: Range<Int>?, _ rows: Span<Int>) {
    var j = 0
    for part in parts {
      switch part {
      case .held(let values):
        fill(&buffer, j, [0], values.span, 1, range, rows)
        j += 1
      case .mapped(let array, let positions):
        if array.isSingle {
          fill(&buffer, j, array, positions, of: Float.self, range, rows)
        } else {
          fill(&buffer, j, array, positions, of: Double.self, range, rows)
        }
        j += positions.count
      }
    }
  }

  private func fill<Element: StoredNumber>(
    _ buffer: inout BlockBuffer, _ j: Int, _ array: MappedArray, _ positions: [Int],
    of type: Element.Type, _ range: Range<Int>?, _ rows: Span<Int>
  ) {
    guard array.isColumnMajor else {
      return array.withNumbers(0..<array.rows * array.columns, of: type) {
        fill(&buffer, j, positions, $0, array.columns, range, rows)
      }
    }
    for (offset, position) in positions.enumerated() {
      let start = position * array.rows
      array.withNumbers(start..<start + array.rows, of: type) {
        fill(&buffer, j + offset, [0], $0, 1, range, rows)
      }
    }
  }

  private func fill<Element: StoredNumber>(
    _ buffer: inout BlockBuffer, _ j: Int, _ positions: [Int], _ numbers: Span<Element>,
    _ width: Int, _ range: Range<Int>?, _ rows: Span<Int>
  ) {
    guard let range else {
      return Element.fill(
        &buffer, columns: j, with: positions, ofRows: numbers, width: width, at: rows)
    }
    let cells = numbers.extracting(range.lowerBound * width..<range.upperBound * width)
    Element.fill(&buffer, columns: j, with: positions, ofRows: cells, width: width)
  }
}
