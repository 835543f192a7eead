import Emulsion
import LuaBridge

/// Components merged into clusters, as scripts hold them.
final class ClustersObject: LuaObject {
  let merged: MergedComponents

  init(_ merged: MergedComponents) { self.merged = merged }

  static var luaClass: LuaClass<ClustersObject> {
    LuaClass("Clusters", "components merged into clusters, one pair after the other")
      .property(
        "steps", "a list from K clusters to one: clusters, entropy, merged (a pair), members"
      ) { $0.merged.steps.map(\.record) }
      .method("labels", "clusters:labels(n)", "the cluster of each row, of n; 0 for noise") {
        object, call in VectorObject(labels: try object.merged.labels(call.integer(1, "n")))
      }
      .metamethod("__tostring") { call in
        try call.receiver(as: ClustersObject.self).merged.summary(width: call.context.screenWidth)
      }
  }
}

extension MergedComponents.Step {
  fileprivate var record: LuaRecord {
    LuaRecord([
      ("clusters", clusters), ("entropy", entropy), ("merged", merged.map { $0.map { $0 + 1 } }),
      ("members", members.map { $0.map { $0 + 1 } }),
    ])
  }
}
