import Emulsion
import LuaBridge

/// A call of `em.kmeans`, as far as its options say.
struct KMeansRequest {
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
    OptionList(
      options: [
        LuaOption("components", "1", "the number of clusters K") {
          $1.options.components = try $0.wholeNumber("components")
        },
        LuaOption(
          "initializer", "\"k-means++\"",
          "\"k-means++\", \"random\", { means = … } or function(data, k, random)"
        ) {
          $1.options.initializer = try InitializerReader(
            catalogue: $1.catalogue, context: $1.context
          ).initializer($0)
        },
        LuaOption("restarts", "10", "the number of starts, of which the best is kept") {
          $1.options.restarts = try $0.wholeNumber("restarts")
        },
        LuaOption("max_iterations", "300", "the most iterations") {
          $1.options.maximumIterations = try $0.wholeNumber("max_iterations")
        },
        LuaOption("tolerance", "1e-4", "stop when at most this share of the rows changes clusters")
        {
          $1.options.tolerance = try $0.real("tolerance")
        },
        LuaOption("standardize", "false", "scale columns to mean 0 and variance 1 first") {
          $1.options.standardize = try $0.truth("standardize")
        },
        LuaOption("seed", "0", "a whole number that all random numbers depend on") {
          $1.options.seed = UInt64(bitPattern: Int64(try $0.wholeNumber("seed")))
        },
      ] + OptionList<DataRequest>.data.within(\.data) + [
        LuaOption("threads", "all", "the most threads") {
          $1.options.threads = try $0.wholeNumber("threads")
        }
      ])
  }
}
