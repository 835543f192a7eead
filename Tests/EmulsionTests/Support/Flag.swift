import Emulsion
import Synchronization

/// A flag that closures share.
final class Flag: Sendable {
  private let state = Atomic(false)
  var isRaised: Bool { state.load(ordering: .relaxed) }
  func raise() { state.store(true, ordering: .relaxed) }
}

/// A count that closures share.
final class Counter: Sendable {
  private let state = Atomic(0)
  var value: Int { state.load(ordering: .relaxed) }
  func next() -> Int { state.wrappingAdd(1, ordering: .relaxed).newValue }
}

extension Matrix {
  /// The rows as arrays.
  var rowList: [[Double]] { (0..<rows).map { Array(row($0)) } }
}
