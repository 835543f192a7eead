import Emulsion
import LuaBridge

/// A call of `em.kmeans`, as far as its options say.
struct KMeansRequest: TabledRequest {
  var options = KMeansOptions()
  var data = DataRequest()
  let catalogue: Catalogue
  let context: LuaContext

  init(_ catalogue: Catalogue, _ context: LuaContext) {
    (self.catalogue, self.context) = (catalogue, context)
  }

  /// The data to cluster.
  mutating func source(_ value: LuaValue) throws -> any DataSource {
    guard !data.takesMissing else {
      throw EmulsionError(
        .invalidOption, "missing: k-means has no likelihood; \"drop\" leaves such rows out")
    }
    guard data.errors == nil else {
      throw EmulsionError(.invalidOption, "errors: k-means knows none; leave them out")
    }
    return try data.source(value, for: [GaussianDefinition()])
  }
}

extension OptionList where Target == KMeansRequest {
  /// The options of `em.kmeans`.
  static var kMeans: OptionList {
    let tabled = KMeansOptions.table.map { spec in
      spec.name == "initializer"
        ? LuaOption<KMeansRequest>(spec, or: "{ means = … } or function(data, k, random)") {
          $1.options.initializer = try InitializerReader(
            catalogue: $1.catalogue, context: $1.context
          ).initializer($0)
        } : LuaOption(spec, in: \.options)
    }
    return OptionList(options: tabled + OptionList<DataRequest>.data.within(\.data))
  }
}
