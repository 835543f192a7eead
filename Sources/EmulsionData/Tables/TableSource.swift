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
    for file in files { try file.check(afterReading: range, of: rows) }
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
        buffer.fill(j, with: [0], of: values.span, width: 1, range, rows)
        j += 1
      case .mapped(let array, let positions):
        array.fill(&buffer, j, with: positions, range, rows)
        j += positions.count
      }
    }
  }
}
