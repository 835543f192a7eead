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
  /// Told of bytes that are not needed any more for now.
  let release: @Sendable (Range<Int>) -> Void
  private let pool: NumberCellPool

  init(
    reader: RecordReader, execution: Execution, size: Int,
    release: @escaping @Sendable (Range<Int>) -> Void
  ) {
    self.reader = reader
    self.execution = execution
    self.size = size
    self.release = release
    pool = NumberCellPool(
      columns: reader.uses.count { $0 == .numbers }, capacity: size / reader.uses.count + 1)
  }

  /// The numbers of all records from `start` on, which is on line `line`.
  func numbers(from start: Int, line: Int) throws -> PieceMerger {
    let total = reader.text.bytes.count
    let merger = Mutex(PieceMerger(self, start, line))
    try execution.forEach((total - start + size - 1) / size, makeWorker: { 0 }) { _, index in
      let begin = start + index * size
      let border = min(total, begin + size)
      var piece: NumberPiece?
      let guess = index == 0 ? start : reader.text.lineStart(from: begin, before: border)
      if let guess, guess < border {
        // Within quotes a wrong guess could go on to the end of the text.
        let limit = min(total, border + size)
        piece = try? numbers(from: guess, line: 1, to: border, limit: limit)
      }
      try merger.withLock { try $0.add(piece, index, border: border) }
    }
    return merger.withLock { $0 }
  }

  /// The numbers of one piece; `merged` takes its cells back.
  fileprivate func numbers(
    from start: Int, line: Int, to border: Int, limit: Int? = nil
  ) throws -> NumberPiece {
    try reader.numbers(from: start, line: line, to: border, limit: limit, into: pool.take())
  }

  fileprivate func merged(_ piece: NumberPiece) { pool.giveBack(piece.cells) }

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
  /// The numbers of each column; none where it holds text.
  private(set) var numbers: [[Double]]
  /// What the columns turned out to be.
  private(set) var uses: [ColumnUse]
  private(set) var lines = LineNumbers()
  private(set) var pieces: [PieceExtent] = []

  private let owner: PieceReader
  /// Where the next record begins.
  private var position: Int
  private var line: Int
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
    numbers = uses.map { _ in [] }
  }

  /// Adds piece `index`, whose records begin before `border`, when its turn comes.
  mutating func add(_ piece: NumberPiece?, _ index: Int, border: Int) throws {
    waiting[index] = (piece, border)
    while let (piece, border) = waiting.removeValue(forKey: next) {
      try merge(piece, border: border)
      next += 1
    }
  }

  private mutating func merge(_ guess: NumberPiece?, border: Int) throws {
    // A record may be longer than a piece.
    guard position < border else { return }
    var read = guess
    if guess?.extent.start != position || guess?.isCutOff == true { read = nil }
    let piece = try read ?? owner.numbers(from: position, line: line, to: border)
    let offset = line - piece.extent.line
    if pieces.isEmpty { reserve(for: piece) }
    pieces.append(PieceExtent(start: position, line: line, rows: piece.extent.rows))
    lines.append(piece.lines, offset: offset)
    for (slot, column) in piece.columns.enumerated() where uses[column] == .numbers {
      if piece.uses[column] == .numbers {
        numbers[column].append(contentsOf: piece.cells.column(slot, piece.extent.rows))
      } else {
        uses[column] = .text
        numbers[column] = []
      }
    }
    owner.merged(piece)
    position = piece.end
    line = piece.endLine + offset
    if position - released >= Self.releasedAtOnce {
      owner.release(released..<position)
      released = position
    }
  }

  /// Makes room for as many rows as there are if all pieces are like the first.
  private mutating func reserve(for first: NumberPiece) {
    let share = max(1, first.end - first.extent.start)
    let total = owner.reader.text.bytes.count - first.extent.start
    let rows = Double(first.extent.rows) * Double(total) / Double(share) * 1.02
    for column in first.columns where first.uses[column] == .numbers {
      numbers[column].reserveCapacity(min(Int(rows) + 1, total))
      numbers[column].withUnsafeBytes { bytes in
        preferLargePages(bytes.baseAddress, min(Int(rows) + 1, total) * MemoryLayout<Double>.stride)
      }
    }
  }
}
