extension RankTransport {
  /// What rank 0 gets from `body`, on every rank: for what has effects outside, or differs between machines.
  ///
  /// - Throws: What it throws, on every rank.
  public func told<Value: Codable & Sendable>(_ body: () throws -> Value) throws -> Value {
    var answer = Answer<Value>()
    if rank == 0 {
      do { answer.value = try body() } catch { answer.failure = RankFailure(error, rank: 0) }
    }
    answer = try broadcast(answer)
    if let failure = answer.failure { throw failure.error }
    guard let value = answer.value else { throw RankFailure.noAnswer }
    return value
  }

  /// Checks that all ranks have the same text.
  ///
  /// - Parameter what: What it is, in the plural.
  /// - Throws: `io` on every rank where one has another.
  public func requireSame(_ text: String, _ what: String) throws {
    let first = try told { text }
    var other: Int?
    if rank > 0 {
      try send([first == text ? 1 : 0], to: 0)
    } else {
      for rank in 1..<max(1, count) where try receive(from: rank) != [1] { other = other ?? rank }
    }
    if let other = try told({ other ?? -1 }) as Int?, other >= 0 {
      throw EmulsionError(.io, "ranks 0 and \(other) have different \(what)")
    }
  }

  /// Rank 0's message on every rank: down a binomial tree, O(log ranks) messages of it one after another.
  func broadcast<Message: Codable>(_ message: Message) throws -> Message {
    var bytes: [UInt8] = []
    var step = 1
    while step < count && rank & step == 0 { step *= 2 }
    if rank == 0 {
      bytes = try BinaryEncoder.bytes(of: message)
    } else {
      bytes = try receive(from: rank - step)
    }
    step /= 2
    while step >= 1 {
      if rank + step < count { try send(bytes, to: rank + step) }
      step /= 2
    }
    return rank == 0 ? message : try BinaryDecoder.value(from: bytes)
  }
}

/// What rank 0 tells.
private struct Answer<Value: Codable & Sendable>: Codable {
  var value: Value?
  var failure: RankFailure?
}

/// An error of one rank, as the others are told of it.
struct RankFailure: Codable, Sendable {
  var code: EmulsionError.Code
  var message: String

  init(_ error: any Error, rank: Int) {
    let known = error as? EmulsionError
    code = known?.code ?? .script
    message = known?.message ?? "rank \(rank): \(error)"
  }

  var error: EmulsionError { EmulsionError(code, message) }

  static var noAnswer: EmulsionError {
    EmulsionError(.io, "the ranks' sums don't add up: they run different programs or data")
  }
}
