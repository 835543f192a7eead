import Emulsion

/// How to read a file of delimited text.
public struct ReadOptions: Sendable {
  /// Whether the first line names the columns.
  public enum Header: Sendable {
    /// It does, unless one of its cells is a number (outside of quotes). Numbers that can hardly be a row
    /// above the others, such as years above measurements, are names all the same; ``notify`` is told.
    case automatic
    /// It does.
    case present
    /// It does not: the columns are called `x1`, `x2`, ….
    case absent
  }

  /// Which lines are passed over.
  public enum Skip: Sendable, Hashable {
    /// So many at the beginning.
    case first(Int)
    /// Those with these numbers.
    case lines(Set<Int>)

    func contains(_ line: Int) -> Bool {
      switch self {
      case .first(let count): line <= count
      case .lines(let lines): lines.contains(line)
      }
    }
  }

  /// What becomes of a column without a name.
  public enum RowNames: Sendable, Hashable {
    /// It is called that, and no fit takes it unless it is asked for.
    case kept(name: String)
    /// It is left out.
    case dropped
  }

  /// What a column is read as.
  public enum ColumnType: String, Sendable, CaseIterable {
    /// Numbers; true and false are 1 and 0.
    case number
    /// Texts.
    case text
  }

  /// What stands between two cells; `nil` for a comma, or a tab in `.tsv` files, or what else the first
  /// records leave no doubt of.
  public var delimiter: Character?
  /// The decimal sign, `.` or `,`; `nil` for a point, or a comma where no cell leaves a doubt.
  public var decimal: Character?
  /// What stands between groups of three digits, if anything does.
  public var thousands: Character?
  /// What begins a comment, which ends with its line.
  public var comment: Character?
  /// The lines, from 1, that are passed over; they stand above the first row.
  public var skip = Skip.first(0)
  /// How letters are written as bytes.
  public var encoding = TextEncoding.utf8
  /// What becomes of a column without a name, as R and pandas write it first.
  public var rowNames = RowNames.kept(name: "row")
  /// The most rows to read.
  public var limit: Int?
  /// Columns that are of text, or of numbers, whatever they look like.
  public var types: [String: ColumnType] = [:]
  /// Whether the first line names the columns.
  public var header: Header
  /// The texts that mean a missing value.
  public var missing: [String]
  /// What is asked of a database, where files are read anew in every pass.
  public var query: String?
  /// The columns to read, in this order; all if `nil`.
  public var columns: [String]?
  /// The most threads; all cores where `nil`. The table does not depend on them.
  public var threads: Int?
  /// Polled many times a second; true ends the reading with the error `cancelled`.
  public var isCancelled: @Sendable () -> Bool = { false }
  /// Asked before so many bytes of memory are taken, and told of what is given back by negative numbers;
  /// what it throws ends the reading. Called on any thread.
  public var reserve: @Sendable (Int) throws -> Void = { _ in }
  /// Bytes of memory that there are at all; `nil` where nobody counts them.
  public var memoryRoom: Int?
  /// Told, a line each, of what the reader had to guess.
  public var notify: @Sendable (String) -> Void = { _ in }
  /// Bytes that one thread reads at a time; the table does not depend on them either.
  package var pieceSize = 1 << 18

  /// The texts that mean a missing value unless others are given.
  public static let defaultMissing = ["", "NA", "NaN", "?"]

  /// Makes options; every one has a default.
  public init(
    delimiter: Character? = nil, header: Header = .automatic,
    missing: [String] = ReadOptions.defaultMissing, columns: [String]? = nil
  ) {
    self.delimiter = delimiter
    self.header = header
    self.missing = missing
    self.columns = columns
  }

  var execution: Execution { Execution(threads: threads, isCancelled: isCancelled) }
}
