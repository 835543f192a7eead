/// Where the rows of a table came from, so that an error about a row can say which line to look at.
public struct Origin: Sendable, Hashable {
  /// What a position counts.
  public enum Unit: String, Sendable {
    /// Lines of a text file, from 1.
    case line
    /// Rows of an array or of a query's result, from 1.
    case row
  }

  /// The file, as the reader was given it.
  public var name: String
  /// What positions count.
  public var unit: Unit
  /// Whether the reader took a first line for a row since there are numbers in it.
  var isFirstLineARow = false
  /// The column of the rows' names, which came without a name of its own.
  public internal(set) var rowNames: String?
  /// The position of each row.
  private var positions: Positions

  /// Rows that follow each other one by one need no list; most files are of this kind.
  private enum Positions: Sendable, Hashable {
    case consecutive(first: Int)
    case listed([Int])
  }

  /// Rows at consecutive positions.
  ///
  /// - Parameters:
  ///   - name: The file, or what else the rows came from.
  ///   - unit: What positions count.
  ///   - first: The position of the first row.
  public init(name: String, unit: Unit, first: Int = 1) {
    self.name = name
    self.unit = unit
    positions = .consecutive(first: first)
  }

  /// Rows at the given positions.
  ///
  /// - Parameters:
  ///   - name: The file, or what else the rows came from.
  ///   - unit: What positions count.
  ///   - positions: The position of each row.
  public init(name: String, unit: Unit, positions: [Int]) {
    self.name = name
    self.unit = unit
    if let first = positions.first, zip(first..., positions).allSatisfy({ $0 == $1 }) {
      self.positions = .consecutive(first: first)
    } else {
      self.positions = .listed(positions)
    }
  }

  /// Rows on the given lines.
  init(name: String, unit: Unit, lines: LineNumbers) {
    self.name = name
    self.unit = unit
    positions = lines.list.map { .listed($0) } ?? .consecutive(first: lines.first)
  }

  /// The position of `row` (from 0) in the file.
  public func position(ofRow row: Int) -> Int {
    switch positions {
    case .consecutive(let first): first + row
    case .listed(let list): list[row]
    }
  }

  /// Where `row` (from 0) is, such as `iris.csv, line 5`.
  public func location(ofRow row: Int) -> String {
    "\(name), \(unit.rawValue) \(position(ofRow: row))"
  }

  /// The origin of a table made of the rows at `rows`.
  func gathered(at rows: [Int]) -> Origin {
    var origin = Origin(name: name, unit: unit, positions: rows.map(position(ofRow:)))
    origin.isFirstLineARow = isFirstLineARow
    origin.rowNames = rowNames
    return origin
  }

  /// What to do where the first line was names after all, if that may be.
  var headerAdvice: String {
    isFirstLineARow
      ? "; the first line was taken for a row, since there are numbers in it: the option header = true "
        + "(--header) makes it the names of the columns" : ""
  }
}
