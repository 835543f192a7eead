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
  public func prepared(_ context: StartContext) throws -> any Initializer {
    GrownTree(tree: try WardTree(context.sample.points, mostRows: 2000, context.execution))
  }

  /// Clusters at most 2000 rows. O(m²·d) for m rows.
  public func start(_ context: StartContext) throws -> Start {
    try prepared(context).start(context)
  }
}

/// The clusters of some rows, to be cut at any K.
private struct GrownTree: Initializer {
  let tree: WardTree

  var name: String { HierarchicalInitializer().name }
  var isDeterministic: Bool { true }

  func start(_ context: StartContext) throws -> Start {
    context.start(nearest: tree.centres(context.components))
  }
}
