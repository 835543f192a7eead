import Synchronization

/// Merges the results of chunks in a fixed binary tree, siblings as they arrive, so that the bits of
/// a sum don't depend on which thread was faster.
final class TreeMerge<Value: Sendable>: Sendable {
  private struct Node: Hashable {
    var level: Int
    var index: Int
  }

  private let leaves: Int
  private let merge: @Sendable (inout Value, Value) throws -> Void
  private let pending = Mutex<[Node: Value]>([:])

  init(leaves: Int, merge: @escaping @Sendable (inout Value, Value) throws -> Void) {
    self.leaves = leaves
    self.merge = merge
  }

  /// Adds the result of leaf `index`, and merges upwards as far as siblings are there.
  func add(_ leaf: Value, at index: Int) throws {
    var node = Node(level: 0, index: index)
    var value = leaf
    while width(node.level) > 1 {
      let sibling = node.index ^ 1
      if sibling < width(node.level) {
        let (mine, key) = (value, node)
        let other = pending.withLock { pending -> Value? in
          if let other = pending.removeValue(forKey: Node(level: key.level, index: sibling)) {
            return other
          }
          pending[key] = mine
          return nil
        }
        guard var other else { return }
        if node.index & 1 == 0 {
          try merge(&value, other)
        } else {
          try merge(&other, value)
          value = other
        }
      }
      node = Node(level: node.level + 1, index: node.index >> 1)
    }
    let (root, key) = (value, node)
    pending.withLock { $0[key] = root }
  }

  /// The merged result, once every leaf was added.
  func root() -> Value? { pending.withLock { $0.count == 1 ? $0.values.first : nil } }

  private func width(_ level: Int) -> Int { (leaves + (1 << level) - 1) >> level }
}
