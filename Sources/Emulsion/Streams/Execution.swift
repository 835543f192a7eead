import Dispatch
import Synchronization

/// How work is spread: threads, and the test for a wish to stop.
package struct Execution: Sendable {
  /// The most threads to use.
  var threads: Int
  /// Polled often; true ends the work with the error `cancelled`.
  var isCancelled: @Sendable () -> Bool
  /// The processes that share the walks that add up; `nil` where this one works alone.
  private(set) var ranks: RankGroup?

  /// Takes `threads`, or all cores.
  package init(
    threads: Int?, ranks: RankGroup? = nil, isCancelled: @escaping @Sendable () -> Bool
  ) {
    self.threads = min(threads ?? availableCores(), 4096)
    (self.ranks, self.isCancelled) = (ranks, isCancelled)
    // From its load on OpenBLAS has threads that spin, on the cores that ours are to use.
    _ = LinearAlgebra.isSingleThreaded
  }

  /// The same, by this process alone: for what every rank needs whole.
  var alone: Execution {
    var copy = self
    copy.ranks = nil
    return copy
  }

  /// The same, to the end.
  var patient: Execution {
    var copy = self
    copy.isCancelled = { false }
    copy.ranks = ranks?.patient
    return copy
  }

  /// The same, on one thread: for work inside work that is already spread.
  var serial: Execution { Execution(threads: 1, isCancelled: isCancelled) }

  func checkCancellation() throws {
    if isCancelled() { throw EmulsionError(.cancelled, "interrupted") }
  }

  /// Calls `body` for every task 0 ..< `count`, each thread with a worker of its own.
  ///
  /// Workers are made inside their thread. Tasks start in order; of several failures the one of the
  /// first task is thrown, so that errors don't depend on threads either.
  package func forEach<Worker: ~Copyable>(
    _ count: Int, concurrency: Int = .max,
    makeWorker: @Sendable () throws -> Worker,
    body: @Sendable (inout Worker, Int) throws -> Void
  ) throws {
    let used = max(1, min(threads, concurrency, count))
    if used == 1 {
      var worker = try makeWorker()
      for task in 0..<count {
        try checkCancellation()
        try body(&worker, task)
      }
      return
    }
    let next = Atomic<Int>(0)
    let failure = Mutex<(task: Int, error: any Error)?>(nil)
    DispatchQueue.concurrentPerform(iterations: used) { _ in
      var task = -1
      do {
        var worker = try makeWorker()
        while failure.withLock({ $0 == nil }) {
          task = next.wrappingAdd(1, ordering: .relaxed).oldValue
          if task >= count { break }
          try checkCancellation()
          try body(&worker, task)
        }
      } catch {
        failure.withLock { if task < $0?.task ?? .max { $0 = (task, error) } }
      }
    }
    if let failure = failure.withLock({ $0 }) { throw failure.error }
  }

  /// The results of `body` for every task, in order.
  package func map<Result: Sendable>(
    _ count: Int, concurrency: Int = .max, _ body: @Sendable (Int) throws -> Result
  ) throws -> [Result] {
    let results = Mutex<[Int: Result]>([:])
    try forEach(count, concurrency: concurrency, makeWorker: { 0 }) { _, task in
      let result = try body(task)
      results.withLock { $0[task] = result }
    }
    return results.withLock { results in (0..<count).compactMap { results[$0] } }
  }

  /// The results of tasks that hear an interrupt themselves, so that what the others have reached is
  /// kept: side by side on a thread each, or one after the other on all threads.
  func spread<Result: Sendable>(
    _ count: Int, sideBySide: Bool, _ body: @Sendable (Int, Execution) throws -> Result
  ) throws -> [Result] {
    let outer = Execution(threads: sideBySide ? threads : 1) { false }
    let inner = sideBySide ? serial : self
    return try outer.map(count) { try body($0, inner) }
  }
}

/// How a family wants passes over data to be made.
struct PassShape: Sendable {
  /// Rows that are worked on at a time.
  var rowsPerBlock = Chunks.rowsPerBlock
  /// The most threads.
  var maximumConcurrency = Int.max
  /// Where the numbers stand that say which rows share one component.
  var groupColumn: Int?
  /// Which cells of the data have no value; `nil` where all have.
  private(set) var missing: MissingCells?

  /// - Parameters:
  ///   - rowsPerBlock: Rows that are worked on at a time.
  ///   - maximumConcurrency: The most threads.
  ///   - groupColumn: Where the numbers stand that say which rows share one component.
  init(
    rowsPerBlock: Int = Chunks.rowsPerBlock, maximumConcurrency: Int = .max,
    groupColumn: Int? = nil
  ) {
    self.rowsPerBlock = rowsPerBlock
    self.maximumConcurrency = maximumConcurrency
    self.groupColumn = groupColumn
  }

  /// The shape with blocks that hold whole ones of the data, and not more than its rows.
  func holding(_ data: any DataSource) -> PassShape {
    var shape = self
    shape.missing = data.missing
    let own = data.rowsPerBlock
    // Of few rows one block holds all, and needs no more room: columns may be many.
    let wanted = min(rowsPerBlock, (max(1, data.rows) + 7) & ~7)
    shape.rowsPerBlock = (wanted + own - 1) / own * own
    return shape
  }
}

/// Rows cut into chunks and blocks whose borders don't depend on the number of threads.
struct Chunks: Sendable {
  /// Rows that are summed by one thread before sums are merged, unless blocks are larger.
  static let rowsPerChunk = 4096
  /// Rows that are worked on at a time, unless a family asks for more: all of a block stays in cache.
  static let rowsPerBlock = 256

  /// The rows of the largest block of some data.
  static func rowsPerBlock(of rows: Int) -> Int { min(rowsPerBlock, max(1, rows)) }

  let rows: Int
  /// Rows that are worked on at a time.
  let rowsPerBlock: Int
  /// Whole blocks.
  let rowsPerChunk: Int

  init(rows: Int, rowsPerBlock: Int = Self.rowsPerBlock) {
    self.rows = rows
    self.rowsPerBlock = rowsPerBlock
    rowsPerChunk = rowsPerBlock * max(1, Self.rowsPerChunk / rowsPerBlock)
  }

  var count: Int { (rows + rowsPerChunk - 1) / rowsPerChunk }

  func range(_ chunk: Int) -> Range<Int> {
    chunk * rowsPerChunk..<min(rows, (chunk + 1) * rowsPerChunk)
  }

  /// The chunks of some rows that begin with one.
  func chunks(of rows: Range<Int>) -> Range<Int> {
    let (first, end) = (rows.lowerBound, rows.upperBound)
    return first / rowsPerChunk..<(end + rowsPerChunk - 1) / rowsPerChunk
  }

  /// Calls `body` for each block of chunk `chunk`.
  func forEachBlock(of chunk: Int, _ body: (Range<Int>) throws -> Void) rethrows {
    let range = range(chunk)
    var row = range.lowerBound
    while row < range.upperBound {
      let end = min(range.upperBound, row + rowsPerBlock)
      try body(row..<end)
      row = end
    }
  }
}
