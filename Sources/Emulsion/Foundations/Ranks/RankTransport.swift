/// Processes that run the same program in step, and how they send each other bytes: what an engine such
/// as MPI offers, or whatever else is put behind fits over several machines.
///
/// Messages between two ranks arrive in the order in which they were sent.
public protocol RankTransport: Sendable {
  /// This process, from 0.
  var rank: Int { get }
  /// How many there are.
  var count: Int { get }
  /// How many threads each rank works on unless it is told, the same number on all.
  var threads: Int { get }
  /// Sends `bytes` to another rank; returns once they are on their way.
  ///
  /// - Throws: `io` where the other can't be reached.
  func send(_ bytes: [UInt8], to rank: Int) throws
  /// Waits for the next bytes that `rank` sends to this one.
  ///
  /// - Throws: `io` where the other can't be reached.
  func receive(from rank: Int) throws -> [UInt8]
}
