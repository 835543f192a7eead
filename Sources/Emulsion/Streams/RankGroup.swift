import Synchronization

/// The ranks that share one fit: each works on a share of the chunks, and what they found goes up a
/// binomial tree to rank 0 and back, O(parameters · log ranks) bytes a rank.
///
/// All ranks decide alike, since each decision follows from what all have been told. So a wish to stop,
/// which comes to one rank alone, counts only from the next exchange on.
package final class RankGroup: Sendable {
  let transport: any RankTransport
  private let isCancelledHere: @Sendable () -> Bool
  private let agreed = Atomic<Bool>(false)

  /// - Parameter isCancelledHere: Whether this rank was asked to stop.
  package init(
    _ transport: any RankTransport, isCancelledHere: @escaping @Sendable () -> Bool
  ) {
    self.transport = transport
    self.isCancelledHere = isCancelledHere
  }

  /// The same ranks, on work that is done to the end.
  var patient: RankGroup { RankGroup(transport) { false } }

  /// Whether all ranks know that one of them was asked to stop.
  package var isCancelled: Bool { agreed.load(ordering: .relaxed) }

  /// Ends this rank's share where it was asked to stop; the others hear of it in the exchange.
  func checkCancellationHere() throws {
    if !isCancelled && isCancelledHere() {
      throw EmulsionError(.cancelled, "interrupted")
    }
  }

  /// The tasks of this rank: neighbours, cut where the tree's branches begin, so that few parts remain to be
  /// sent.
  func share(of count: Int) -> Range<Int> {
    var level = 0
    while count >> (level + 1) >= 32 * transport.count { level += 1 }
    let branches = (count + (1 << level) - 1) >> level
    let first = (transport.rank * branches / transport.count) << level
    let end = ((transport.rank + 1) * branches / transport.count) << level
    return min(count, first)..<min(count, end)
  }

  /// The root of `tree` on every rank, after `work` added this rank's share to it.
  func merged<Value>(_ tree: TreeMerge<Value>, _ work: () throws -> Void) throws -> Value {
    var failure: RankFailure?
    do { try work() } catch { failure = RankFailure(error, rank: transport.rank) }
    var wantsEnd = isCancelledHere()
    // Up: each rank hears those below it, then tells the one above.
    var step = 1
    while step < transport.count {
      if transport.rank & step != 0 {
        try send(
          Report(failure: failure, wantsEnd: wantsEnd, parts: failure == nil ? tree.parts : []),
          to: transport.rank - step)
        break
      }
      if transport.rank + step < transport.count {
        let report: Report<Value> = try receive(from: transport.rank + step)
        wantsEnd = wantsEnd || report.wantsEnd
        failure = failure ?? report.failure
        if failure == nil {
          do { for part in report.parts { try tree.add(part) } } catch {
            failure = RankFailure(error, rank: transport.rank)
          }
        }
      }
      step *= 2
    }
    let outcome = try transport.broadcast(
      Outcome(failure: failure, wantsEnd: wantsEnd, value: failure == nil ? tree.root() : nil))
    if outcome.wantsEnd { agreed.store(true, ordering: .relaxed) }
    if let failure = outcome.failure { throw failure.error }
    guard let value = outcome.value else { throw RankFailure.noAnswer }
    return value
  }

  /// What a rank tells the one above it.
  private struct Report<Value: Codable & Sendable>: Codable {
    var failure: RankFailure?
    var wantsEnd: Bool
    var parts: [TreeMerge<Value>.Part]
  }

  /// The message that all ranks receive.
  private struct Outcome<Value: Codable & Sendable>: Codable {
    var failure: RankFailure?
    var wantsEnd: Bool
    var value: Value?
  }

  private func send(_ message: some Encodable, to rank: Int) throws {
    try transport.send(BinaryEncoder.bytes(of: message), to: rank)
  }

  private func receive<Message: Decodable>(from rank: Int) throws -> Message {
    try BinaryDecoder.value(from: transport.receive(from: rank))
  }
}
