import Emulsion
import Synchronization

/// Reads a delimited text in pieces, on several threads, and puts these together in order.
///
/// Where the first record of a piece begins is a guess: behind the first end of a line. Whether that is so,
/// or the line ends within quotes, is known when the piece before has been put in its place; only then are
/// its rows and errors believed. A piece that began at a wrong guess, or failed, is read again from
/// where it does begin, so that results and errors are those of reading from the front.
struct PieceReader: Sendable {
  let reader: RecordReader
  let execution: Execution
  /// Bytes of a piece; it and its numbers fit the cache.
  let size: Int
  /// Asked before memory is taken.
  let reserve: @Sendable (Int) throws -> Void
  /// Told of bytes that are not needed any more for now.
  let release: @Sendable (Range<Int>) -> Void
  private let pool: NumberCellPool

  init(
    reader: RecordReader, execution: Execution, size: Int,
    reserve: @escaping @Sendable (Int) throws -> Void,
    release: @escaping @Sendable (Range<Int>) -> Void
  ) {
    self.reader = reader
    self.execution = execution
    self.size = size
    self.reserve = reserve
    self.release = release
    pool = NumberCellPool(
      columns: reader.uses.count { $0 == .numbers }, capacity: size / reader.uses.count + 1)
  }

  /// The numbers of all records from `start` on, which is on line `line`, or of those of them that begin
  /// before `end`.
  func numbers(from start: Int, line: Int, before end: Int? = nil) throws -> PieceMerger {
    let total = end ?? reader.text.bytes.count
    let merger = Mutex(PieceMerger(self, start, line))
    try execution.forEach((total - start + size - 1) / size, makeWorker: { 0 }) { _, index in
      let begin = start + index * size
      let border = min(total, begin + size)
      var piece: NumberPiece?
      let guess = index == 0 ? start : reader.text.lineStart(from: begin, before: border)
      if let guess, guess < border {
        // Within quotes a wrong guess could go on to the end of the text.
        let limit = min(reader.text.bytes.count, border + size)
        piece = try? numbers(from: guess, line: 1, to: border, limit: limit)
      }
      let placed = try merger.withLock { try $0.add(piece, index, border: border) }
      place(placed, index)
    }
    return merger.withLock { $0 }
  }

  /// Puts numbers in their places, beside other threads, since the system is slow to hand out memory that
  /// is written to for the first time.
  private func place(_ placed: PieceMerger.Placed, _ index: Int) {
    for (piece, row) in placed.pieces {
      // Threads that begin at different columns seldom wait for each other.
      for offset in piece.columns.indices {
        let slot = (index + offset) % piece.columns.count
        placed.columns[piece.columns[slot]]?.put(
          piece.cells.column(slot, piece.extent.rows), at: row)
      }
      pool.giveBack(piece.cells)
    }
    if !placed.released.isEmpty { release(placed.released) }
  }

  /// The numbers of one piece.
  fileprivate func numbers(
    from start: Int, line: Int, to border: Int, limit: Int? = nil
  ) throws -> NumberPiece {
    try reader.numbers(from: start, line: line, to: border, limit: limit, into: pool.take())
  }

  /// The texts of each column of text, in the pieces that `numbers` found.
  func texts(_ pieces: [PieceExtent]) throws -> [[String?]] {
    let parts = try execution.map(pieces.count) { try reader.texts(pieces[$0]) }
    return reader.uses.indices.map { column in
      guard reader.uses[column] == .text else { return [] }
      var texts: [String?] = []
      texts.reserveCapacity(pieces.reduce(0) { $0 + $1.rows })
      for part in parts { texts += part[column] }
      return texts
    }
  }
}

/// Pieces of a text, put together in order.
struct PieceMerger: Sendable {
  /// Pieces whose place is known, and the row each begins at.
  struct Placed {
    var pieces: [(piece: NumberPiece, row: Int)] = []
    /// Where their numbers go; none for columns that hold text.
    var columns: [NumberColumn?] = []
    /// Bytes that are not needed any more for now.
    var released = 0..<0
  }

  /// What the columns turned out to be.
  private(set) var uses: [ColumnUse]
  private(set) var lines = LineNumbers()
  private(set) var pieces: [PieceExtent] = []

  private let owner: PieceReader
  private var columns: [NumberColumn?]
  /// Where the next record begins, and on which line.
  private(set) var position: Int
  private(set) var line: Int
  private var next = 0
  private var released: Int
  /// Pieces that wait for those before them.
  private var waiting: [Int: (piece: NumberPiece?, border: Int)] = [:]
  private static let releasedAtOnce = 1 << 23

  init(_ owner: PieceReader, _ start: Int, _ line: Int) {
    self.owner = owner
    self.line = line
    position = start
    released = start
    uses = owner.reader.uses
    columns = uses.map { _ in nil }
  }

  /// The numbers of each column, once all are in their places; none where it holds text.
  consuming func numbers() -> [[Double]] { columns.map { $0?.take(lines.count) ?? [] } }

  /// Adds piece `index`, whose records begin before `border`, when its turn comes; gives those whose turn
  /// it is now.
  mutating func add(_ piece: NumberPiece?, _ index: Int, border: Int) throws -> Placed {
    waiting[index] = (piece, border)
    var placed = Placed()
    while let (piece, border) = waiting.removeValue(forKey: next) {
      if let entry = try merge(piece, border: border) { placed.pieces.append(entry) }
      next += 1
    }
    placed.columns = columns
    if position - released >= Self.releasedAtOnce {
      placed.released = released..<position
      released = position
    }
    return placed
  }

  private mutating func merge(
    _ guess: NumberPiece?, border: Int
  ) throws -> (piece: NumberPiece, row: Int)? {
    // A record may be longer than a piece.
    guard position < border else { return nil }
    var read = guess
    if guess?.extent.start != position || guess?.isCutOff == true { read = nil }
    let piece = try read ?? owner.numbers(from: position, line: line, to: border)
    let offset = line - piece.extent.line
    let row = lines.count
    if pieces.isEmpty { makeRoom(for: piece) }
    let kept = piece.columns.count { piece.uses[$0] == .numbers }
    try owner.reserve(kept.multipliedOrMax(by: piece.extent.rows.multipliedOrMax(by: 8)))
    pieces.append(PieceExtent(start: position, line: line, rows: piece.extent.rows))
    lines.append(piece.lines, offset: offset)
    for column in piece.columns where piece.uses[column] == .text {
      uses[column] = .text
      columns[column]?.drop()
      columns[column] = nil
    }
    position = piece.end
    line = piece.endLine + offset
    return (piece, row)
  }

  /// Makes room for as many rows as there are if all pieces are like the first.
  private mutating func makeRoom(for first: NumberPiece) {
    let share = max(1, first.end - first.extent.start)
    let total = owner.reader.text.bytes.count - first.extent.start
    let rows = Double(first.extent.rows) * Double(total) / Double(share) * 1.02
    for column in first.columns where first.uses[column] == .numbers {
      columns[column] = NumberColumn(capacity: min(Int(rows) + 1, total))
    }
  }
}
