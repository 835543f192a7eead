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

  /// What stands between two cells; `nil` for a comma, or a tab in `.tsv` files.
  public var delimiter: Character?
  /// Whether the first line names the columns.
  public var header: Header
  /// The texts that mean a missing value.
  public var missing: [String]
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
