/// Clusters by Ward's agglomerative method, cut at K; every row starts with its nearest centre.
///
/// It draws nothing, so that it needs no restarts. Where there are more than 2000 representative
/// rows, that many of them are clustered.
public struct HierarchicalInitializer: Initializer {
  /// Makes the initializer.
  public init() {}
  /// `hierarchical`.
  public var name: String { "hierarchical" }
  /// True.
  public var isDeterministic: Bool { true }

  /// Clusters at most 2000 rows. O(m²·d) for m rows.
  public func start(_ context: StartContext) throws -> Start {
    let tree = try WardTree(context.sample.points, mostRows: 2000, context.execution)
    return context.start(nearest: tree.centres(context.components))
  }
}
