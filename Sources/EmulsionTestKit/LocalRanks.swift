import Dispatch
import Emulsion
import Foundation
import Synchronization

/// Ranks that are threads of one process: a transport to test against, without an engine.
public struct LocalRanks: RankTransport {
  /// This rank, from 0.
  public let rank: Int
  /// How many there are.
  public let count: Int
  /// Threads of each.
  public let threads: Int
  private let boxes: [Box]

  /// Runs `body` on `count` ranks at once; gives what it returned on each, or the first error.
  public static func run<Result: Sendable>(
    _ count: Int, threads: Int = 1, _ body: @escaping @Sendable (LocalRanks) throws -> Result
  ) throws -> [Result] {
    let boxes = (0..<count * count).map { _ in Box() }
    let found = Mutex<[Int: Swift.Result<Result, any Error>]>([:])
    let done = DispatchSemaphore(value: 0)
    for rank in 0..<count {
      let own = LocalRanks(rank: rank, count: count, threads: threads, boxes: boxes)
      let thread = Thread {
        let result = Swift.Result { try body(own) }
        found.withLock { $0[rank] = result }
        done.signal()
      }
      thread.stackSize = 8 << 20
      thread.start()
    }
    for _ in 0..<count { done.wait() }
    return try found.withLock { found in
      try (0..<count).compactMap { try found[$0]?.get() }
    }
  }

  /// Puts bytes into the other's box.
  public func send(_ bytes: [UInt8], to rank: Int) { boxes[self.rank * count + rank].put(bytes) }

  /// Waits for bytes in the own box.
  public func receive(from rank: Int) -> [UInt8] { boxes[rank * count + self.rank].take() }

  /// Bytes that all ranks have sent.
  public var bytesSent: Int { boxes.reduce(0) { $0 + $1.total } }

  /// What one rank has sent to another.
  private final class Box: Sendable {
    private let content = Mutex<(waiting: [[UInt8]], total: Int)>(([], 0))
    private let arrived = DispatchSemaphore(value: 0)

    var total: Int { content.withLock { $0.total } }

    func put(_ bytes: [UInt8]) {
      content.withLock { content in
        content.waiting.append(bytes)
        content.total += bytes.count
      }
      arrived.signal()
    }

    func take() -> [UInt8] {
      arrived.wait()
      return content.withLock { $0.waiting.removeFirst() }
    }
  }
}
