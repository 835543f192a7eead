import Emulsion
import LuaBridge

/// `em.fit`, `em.select`, `em.kmeans` and `em.load`.
enum FittingFunctions {
  static func fit(_ call: LuaCall) throws -> ModelObject {
    var request = FitRequest(.standard, call.context)
    try OptionList.fit.apply(call.tableIfGiven(2, "options"), to: &request)
    let source = try request.source(call.value(1))
    defer { ProgressLine.clear() }
    return ModelObject(
      try request.catalogue.fit(source, request.optionsWithProgress), data: source)
  }

  static func select(_ call: LuaCall) throws -> SelectionObject {
    var request = FitRequest(.standard, call.context)
    try OptionList.select.apply(call.tableIfGiven(2, "options"), to: &request)
    let source = try request.source(call.value(1))
    var options = SelectionOptions()
    options.components = request.componentCounts
    options.covariances = request.covariances
    options.families = request.families
    options.criterion = request.criterion
    options.fit = request.optionsWithProgress
    defer { ProgressLine.clear() }
    return SelectionObject(try request.catalogue.select(source, options), data: source)
  }

  static func load(_ call: LuaCall) throws -> ModelObject {
    ModelObject(try Catalogue.standard.load(path: call.string(1, "path")))
  }

  static func kMeans(_ call: LuaCall) throws -> LuaRecord {
    var request = FitRequest(.standard, call.context)
    var options = KMeansOptions()
    let list = OptionList<KMeansOptions>.kMeans(request)
    var table = try call.tableIfGiven(2, "options")
    if let columns = try table?.get("columns"), !columns.isNil {
      request.columns = try columns.table?.list()
      table = try table?.without("columns")
    }
    try list.apply(table, to: &options)
    options.isCancelled = call.isInterrupted
    let result = try request.catalogue.kMeans(request.source(call.value(1)), options)
    return LuaRecord([
      ("centers", matrixObject(result.centers)),
      ("labels", vectorObject(result.labels.map { Double($0 + 1) })),
      ("inertia", result.inertia), ("iterations", result.iterations),
    ])
  }
}

extension OptionList where Target == KMeansOptions {
  /// The options of `em.kmeans`.
  static func kMeans(_ request: FitRequest) -> OptionList {
    OptionList(options: [
      LuaOption("components", "1", "the number of clusters K") {
        $1.components = try $0.wholeNumber("components")
      },
      LuaOption("initializer", "\"k-means++\"", "\"k-means++\", \"random\" or { means = … }") {
        $1.initializer = try InitializerReader(
          catalogue: request.catalogue, context: request.context
        ).initializer($0)
      },
      LuaOption("restarts", "10", "the number of starts, of which the best is kept") {
        $1.restarts = try $0.wholeNumber("restarts")
      },
      LuaOption("max_iterations", "300", "the most iterations") {
        $1.maximumIterations = try $0.wholeNumber("max_iterations")
      },
      LuaOption("standardize", "false", "scale columns to mean 0 and variance 1 first") {
        $1.standardize = try $0.truth("standardize")
      },
      LuaOption("seed", "0", "a whole number that all random numbers depend on") {
        $1.seed = UInt64(bitPattern: Int64(try $0.wholeNumber("seed")))
      },
      LuaOption("threads", "all", "the most threads") {
        $1.threads = try $0.wholeNumber("threads")
      },
    ])
  }
}

extension LuaTable {
  /// A copy without one key.
  func without(_ key: String) throws -> LuaTable {
    let copy = try LuaTable(in: context)
    for (name, value) in try pairs() where name.string != key {
      try copy.set(name, to: value)
    }
    return copy
  }
}
