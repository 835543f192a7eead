import Synchronization

/// Merges the results of chunks in a fixed binary tree, siblings as they arrive, so that the bits of
/// a sum depend neither on which thread was faster nor on which rank had which chunk.
final class TreeMerge<Value: Sendable & Codable>: Sendable {
  /// The sum of 2ˡᵉᵛᵉˡ neighbouring chunks, or of fewer at the end.
  struct Part: Sendable, Codable {
    var place: Place
    var value: Value
  }

  /// Where a part stands in the tree.
  struct Place: Hashable, Sendable, Codable {
    var level: Int
    var index: Int
  }

  private let leaves: Int
  private let merge: @Sendable (inout Value, Value) throws -> Void
  private let pending = Mutex<[Place: Value]>([:])

  init(leaves: Int, merge: @escaping @Sendable (inout Value, Value) throws -> Void) {
    self.leaves = leaves
    self.merge = merge
  }

  /// Adds the result of leaf `index`, and merges upwards as far as siblings are there.
  func add(_ leaf: Value, at index: Int) throws {
    try add(Part(place: Place(level: 0, index: index), value: leaf))
  }

  /// Adds a part of the tree that was merged elsewhere.
  func add(_ part: Part) throws {
    var (place, value) = (part.place, part.value)
    while width(place.level) > 1 {
      let sibling = place.index ^ 1
      if sibling < width(place.level) {
        let (mine, key) = (value, place)
        let other = pending.withLock { pending -> Value? in
          if let other = pending.removeValue(forKey: Place(level: key.level, index: sibling)) {
            return other
          }
          pending[key] = mine
          return nil
        }
        guard var other else { return }
        if place.index & 1 == 0 {
          try merge(&value, other)
        } else {
          try merge(&other, value)
          value = other
        }
      }
      place = Place(level: place.level + 1, index: place.index >> 1)
    }
    let (root, key) = (value, place)
    pending.withLock { $0[key] = root }
  }

  /// What could not be merged yet: at most two parts a level where neighbouring leaves were added.
  var parts: [Part] {
    pending.withLock { $0.map { Part(place: $0.key, value: $0.value) } }
      .sorted { ($0.place.level, $0.place.index) < ($1.place.level, $1.place.index) }
  }

  /// The merged result, once every leaf was added.
  func root() -> Value? { pending.withLock { $0.count == 1 ? $0.values.first : nil } }

  private func width(_ level: Int) -> Int { (leaves + (1 << level) - 1) >> level }
}
