/// Components made ready to be drawn from, block after block.
public protocol BlockSampler: Sendable {
  /// Writes rows of the components `labels`, one after the other.
  ///
  /// What a row becomes depends on its component, `seed` and its position alone.
  ///
  /// - Parameters:
  ///   - first: The position of the first row.
  ///   - labels: The component of each row, from 0.
  ///   - values: `labels.count × d` numbers.
  func draw(
    from first: Int, labels: Span<Int>, seed: UInt64, into values: inout MutableSpan<Double>)
    throws
}

/// Draws row by row, each with a generator of its own.
struct RowSampler<Properties: ComponentProperties>: BlockSampler {
  let properties: Properties
  let components: [Properties.Component]

  func draw(
    from first: Int, labels: Span<Int>, seed: UInt64, into values: inout MutableSpan<Double>
  ) throws {
    var place = 0
    for i in labels.indices {
      var random = CounterRandom(seed: seed, purpose: .sampling, row: first + i)
      let row = try properties.sample(components[labels[i]], using: &random)
      for value in row {
        values[place] = value
        place += 1
      }
    }
  }
}
