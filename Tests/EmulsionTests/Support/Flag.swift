import Emulsion
import Synchronization

/// A flag that closures share.
final class Flag: Sendable {
  private let state = Atomic(false)
  var isRaised: Bool { state.load(ordering: .relaxed) }
  func raise() { state.store(true, ordering: .relaxed) }
}

extension Matrix {
  /// The rows as arrays.
  var rowList: [[Double]] { (0..<rows).map { Array(row($0)) } }
}
