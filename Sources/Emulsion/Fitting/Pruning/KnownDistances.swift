import Synchronization

/// Bounds of the distances between the rows of some blocks and the components.
///
/// A distance is q = √(2(peakₖ − ln p(x|k))); a component's joint log-density falls with it.
struct BlockDistances: Sendable, Codable {
  /// The least of any row of a block, K × blocks; 0 where nothing is known.
  var least: [Float]
  /// The component that lies nearest, as seen from the block's farthest row; −1 where none is known.
  var nearest: [Int32]
  /// The distance of the farthest row from that component.
  var farthest: [Double]

  /// Nothing.
  init(components: Int, blocks: Int) {
    least = Array(repeating: 0, count: components * blocks)
    nearest = Array(repeating: -1, count: blocks)
    farthest = Array(repeating: 0, count: blocks)
  }
}

/// What passes have found out about the blocks of a row order, chunk by chunk: they take it out and
/// put back what they know then, so that nothing is held twice.
///
/// Where parameters change little, what mattered nowhere in a block goes on not to matter. Distances
/// known from an earlier pass still bound those of now, by the triangle inequality, as Elkan (2003)
/// and Hamerly (2010) have it for k-means.
final class KnownDistances: Sendable {
  private let chunks: Mutex<[BlockDistances?]>

  init(chunks count: Int) { chunks = Mutex(Array(repeating: nil, count: count)) }

  /// The bounds of earlier passes.
  init(_ known: [BlockDistances?]) { chunks = Mutex(known) }

  /// The bounds of all chunks.
  var all: [BlockDistances?] { chunks.withLock { $0 } }

  /// Takes out the bounds of a chunk's blocks.
  func take(_ chunk: Int, components: Int, blocks: Int) -> BlockDistances {
    chunks.withLock { $0[chunk].take() }
      ?? BlockDistances(components: components, blocks: blocks)
  }

  /// Puts back the bounds as they are now.
  func put(_ distances: BlockDistances?, at chunk: Int) {
    chunks.withLock { $0[chunk] = distances }
  }
}

/// Rows in sorted order, with what earlier passes found out.
struct SortedRows: Sendable {
  let order: RowOrder
  /// Distances under the components of the last pass, and how far these have moved since; `nil` where
  /// balls have to do.
  var known: KnownDistances?
  var drift: [DensityDrift] = []
}

extension DensityDrift {
  /// That of components of which nothing was known before: distances say nothing of them.
  static let unknown = DensityDrift(least: 0, greatest: .infinity, shift: 0)
}
