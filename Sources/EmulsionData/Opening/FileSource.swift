import Emulsion

/// Rows of numbers in files, read anew in every pass and never whole in memory.
///
/// Several files are one sequence of rows; blocks and chunks take no notice of where one ends, so that the bits of a
/// fit are those of one file. A file that changes while it is used ends what uses it with an error.
public struct FileSource: RandomAccessSource {
  /// Number of rows of all files.
  public let rows: Int
  /// Names of the columns in use.
  public private(set) var columnNames: [String]
  /// The texts that columns of codes stand for.
  public internal(set) var columnLevels = ColumnLevels.none
  /// Names of all columns that can be used.
  public let names: [String]
  /// The texts of columns, in order; their numbers are positions among these.
  public let levels: ColumnLevels
  /// Names of columns of texts so many that they are not kept.
  public let unkept: [String]
  /// Names of the columns of the files.
  private let all: [String]
  private var files: [RowFile]
  private let residence: Residence
  private var positions: [Int]
  private var weightPosition: Int?
  /// Bytes that are read ahead.
  private static let ahead = 16 << 20
  /// Bytes that may be kept to remember where rows lie.
  public var bookkeeping: Int { 64 << 20 }

  /// - Parameters:
  ///   - names: Those of all columns of the files.
  ///   - unkept: Those of columns that can't be used.
  init(_ files: [RowFile], names: [String], unkept: Set<String>) throws {
    var placed: [RowFile] = []
    var count = 0
    for var file in files where file.rows > 0 {
      file.first = count
      count = file.end
      placed.append(file)
    }
    all = names
    self.unkept = names.filter(unkept.contains)
    self.names = names.filter { !unkept.contains($0) }
    let texts = names.enumerated().map { j, name in
      (name, Set(placed.flatMap { ($0.texts[j] ?? []).map(ExactText.init) }))
    }
    let lists = texts.filter { !$1.isEmpty && !unkept.contains($0) }
      .map { ($0, ColumnLevels.ordered($1.lazy.map(\.text))) }
    levels = try ColumnLevels(Dictionary(lists) { first, _ in first })
    self.files = placed
    rows = count
    residence = Residence(placed.map(\.array.file))
    columnNames = self.names
    positions = names.indices.filter { !unkept.contains(names[$0]) }
    code(by: levels)
  }

  /// Reads texts as positions among these levels; NaN where they are none of them.
  mutating func code(by levels: ColumnLevels) {
    for place in files.indices { files[place].code(all.map { levels[$0] }) }
  }

  /// The source with some of its columns alone, in this order, and rows that count as the numbers of a column say.
  ///
  /// - Throws: `invalid-option` for an unknown column, `invalid-data` for one of texts that aren't kept, or of weights
  ///   that are texts.
  public func selecting(_ names: [String]?, weights: String? = nil) throws -> FileSource {
    var copy = self
    if let weights {
      do { copy.weightPosition = try position(of: weights) } catch let error as EmulsionError {
        throw EmulsionError(error.code, "weights: \(error.message)")
      }
      if let texts = levels[weights] {
        throw EmulsionError(
          .invalidData,
          "weights: column \(quoted(weights)) holds text (\(ColumnLevels.listing(texts)))")
      }
    }
    let chosen = names ?? columnNames.filter { $0 != weights }
    copy.positions = try chosen.map(position(of:))
    copy.columnNames = chosen
    guard !chosen.isEmpty else {
      throw EmulsionError(.invalidOption, "columns: none are left to fit")
    }
    return copy
  }

  private func position(of name: String) throws -> Int {
    guard !unkept.contains(name) else {
      throw EmulsionError(
        .invalidData,
        "column \(quoted(name)) holds more than \(TextCodes.most) different texts, which are not kept; "
          + "a table in memory keeps them")
    }
    if let position = all.firstIndex(of: name) { return position }
    let hint = spellingHint(for: name, among: names) ?? ""
    throw EmulsionError(.invalidOption, "there is no column \(quoted(name))\(hint)")
  }

  /// The files that rows are read from, as they were named.
  public var paths: [String] { files.map(\.name) }

  /// The file of a row, and the row's position in it: `part-3.npy, row 17`.
  public func location(ofRow row: Int) -> String {
    let file = files[place(ofRow: row)]
    return "\(file.name), row \(row - file.first + 1)"
  }

  /// Which file row `row` is in.
  private func place(ofRow row: Int) -> Int {
    var (low, high) = (0, files.count - 1)
    while low < high {
      let middle = (low + high + 1) / 2
      if files[middle].first <= row { low = middle } else { high = middle - 1 }
    }
    return low
  }

  /// Fills the buffer's lanes with rows `range`.
  ///
  /// - Throws: `io` where a file was changed after it was opened.
  public func read(_ range: Range<Int>, into buffer: inout BlockBuffer) throws {
    buffer.begin(range)
    guard !range.isEmpty else { return }
    let file = files[place(ofRow: range.lowerBound)]
    if range.upperBound <= file.end {
      let own = range.lowerBound - file.first..<range.upperBound - file.first
      file.fill(&buffer, positions, own, Span())
      fetch(file, own)
    } else {
      fill(&buffer, rowByRow: range)
    }
    weigh(&buffer, range)
    residence.note(range.count * file.rowSize)
    for file in files where file.first < range.upperBound && range.lowerBound < file.end {
      try file.array.file.check(afterReading: range, of: rows)
    }
  }

  /// Fills the buffer's lanes with the rows at the first `count` of `chosen`.
  ///
  /// - Throws: `io` where a file was changed after it was opened.
  public func read(_ count: Int, of chosen: Span<Int>, into buffer: inout BlockBuffer) throws {
    buffer.begin(chosen.extracting(first: count))
    guard count > 0 else { return }
    let list = chosen.indices.map { chosen[$0] }
    let file = files[place(ofRow: list[0])]
    if list.allSatisfy({ $0 >= file.first && $0 < file.end }) {
      let own = list.map { $0 - file.first }
      file.fill(&buffer, positions, nil, own.span)
    } else {
      fill(&buffer, rowByRow: list.prefix(count))
    }
    weigh(&buffer, list.prefix(count))
    // A row may lie in a page of its own.
    residence.note(count * 4096)
    for file in files { try file.array.file.checkIntact() }
  }

  /// Rows of several files.
  private func fill(_ buffer: inout BlockBuffer, rowByRow rows: some Collection<Int>) {
    var numbers: [Double] = []
    numbers.reserveCapacity(rows.count * positions.count)
    for row in rows { for position in positions { numbers.append(number(row, position)) } }
    Double.fill(
      &buffer, columns: 0, with: Array(positions.indices), ofRows: numbers.span,
      width: positions.count)
  }

  /// Sets the weights of the block's rows, where a column holds such.
  private func weigh(_ buffer: inout BlockBuffer, _ rows: some Collection<Int>) {
    guard let weightPosition else { return }
    let weights = rows.map { number($0, weightPosition) }
    buffer.setWeights(weights.span)
  }

  /// The number at a row of all files and a column.
  private func number(_ row: Int, _ position: Int) -> Double {
    let file = files[place(ofRow: row)]
    return file.number(row - file.first, position)
  }

  /// Reads ahead where a stretch of that length begins.
  private func fetch(_ file: RowFile, _ range: Range<Int>) {
    let size = file.rowSize
    let stretch = range.upperBound * size / Self.ahead
    guard range.lowerBound * size / Self.ahead != stretch || range.lowerBound == 0 else { return }
    file.fetch(after: range.upperBound, bytes: 2 * Self.ahead)
  }
}
