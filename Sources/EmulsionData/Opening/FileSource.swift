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
  /// Names of all columns of numbers.
  public let names: [String]
  /// Names of the columns of text, which can't be used.
  public let texts: [String]
  private let files: [RowFile]
  private let residence: Residence
  private var positions: [Int]
  private var weightPosition: Int?
  /// Bytes that are read ahead.
  private static let ahead = 16 << 20
  /// Bytes that may be kept to remember where rows lie.
  public var bookkeeping: Int { 64 << 20 }

  init(_ files: [RowFile], names: [String], texts: [String]) {
    var placed: [RowFile] = []
    var count = 0
    for var file in files where file.rows > 0 {
      file.first = count
      count = file.end
      placed.append(file)
    }
    (self.files, self.names, self.texts) = (placed, names, texts)
    rows = count
    residence = Residence(placed.map(\.array.file))
    columnNames = names
    positions = Array(names.indices)
  }

  /// The source with some of its columns alone, in this order, and rows that count as the numbers of a column say.
  ///
  /// - Throws: `invalid-option` for an unknown column, `invalid-data` for one of text.
  public func selecting(_ names: [String]?, weights: String? = nil) throws -> FileSource {
    var copy = self
    if let weights { copy.weightPosition = try position(of: weights) }
    let chosen = names ?? columnNames.filter { $0 != weights }
    copy.positions = try chosen.map(position(of:))
    copy.columnNames = chosen
    guard !chosen.isEmpty else {
      throw EmulsionError(.invalidOption, "columns: none are left to fit")
    }
    return copy
  }

  private func position(of name: String) throws -> Int {
    if let position = names.firstIndex(of: name) { return position }
    guard !texts.contains(name) else {
      throw EmulsionError(
        .invalidData,
        "column \(quoted(name)) holds text, which em.open does not keep; em.read does")
    }
    let hint = spellingHint(for: name, among: names) ?? ""
    throw EmulsionError(.invalidOption, "there is no column \(quoted(name))\(hint)")
  }

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
      file.array.fill(&buffer, 0, with: positions, own, Span())
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
      file.array.fill(&buffer, 0, with: positions, nil, own.span)
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
