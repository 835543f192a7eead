import Emulsion
import LuaBridge

/// `em.fit`, `em.select`, `em.kmeans`, `em.classify` and `em.load`.
struct FittingFunctions {
  let registry: Registry
  private var catalogue: Catalogue { registry.catalogue }

  func fit(_ call: LuaCall) throws -> ModelObject {
    var request = FitRequest(catalogue, call.context)
    try OptionList.fit.apply(call.tableIfGiven(2, "options"), to: &request)
    let source = try request.source(call.value(1))
    defer { ProgressLine.clear() }
    let model = try request.catalogue.fit(source, request.optionsWithProgress)
    if model.isCancelled && call.isInterrupted() { throw InterruptedFit(model, source) }
    return ModelObject(model, data: source, labels: request.options.labels)
  }

  func select(_ call: LuaCall) throws -> SelectionObject {
    var request = FitRequest(catalogue, call.context)
    try OptionList.select.apply(call.tableIfGiven(2, "options"), to: &request)
    let source = try request.source(call.value(1))
    var options = request.grid
    options.fit = request.optionsWithProgress
    options.acceptsOtherData = request.force
    defer { ProgressLine.clear() }
    let selection = try request.catalogue.select(source, options)
    selection.notes.forEach(ProgressLine.note)
    if call.isInterrupted() { throw InterruptedFit(selection, source) }
    return SelectionObject(selection, data: source)
  }

  func load(_ call: LuaCall) throws -> any LuaConvertible {
    switch try catalogue.loadObject(path: call.string(1, "path")) {
    case .model(let model): ModelObject(model)
    case .classifier(let classifier): ClassifierObject(classifier, catalogue: catalogue)
    }
  }

  func classify(_ call: LuaCall) throws -> ClassifierObject {
    var request = ClassifierRequest(FitRequest(catalogue, call.context))
    try OptionList.classify.apply(call.table(2, "options"), to: &request)
    let (source, labels) = try request.source(call.value(1))
    let options = request.options
    defer { ProgressLine.clear() }
    var classifier = try catalogue.classify(source, labels, options)
    classifier.classColumn = request.column
    return ClassifierObject(
      classifier, catalogue: catalogue,
      training: ClassifierTraining(data: source, labels: labels, options: options))
  }

  func model(_ call: LuaCall) throws -> ModelObject {
    var given = GivenModel(catalogue)
    try OptionList.givenModel.apply(call.table(1, "options"), to: &given)
    return ModelObject(try given.model())
  }

  func kMeans(_ call: LuaCall) throws -> LuaRecord {
    var request = KMeansRequest(catalogue, call.context)
    try OptionList.kMeans.apply(call.tableIfGiven(2, "options"), to: &request)
    request.options.isCancelled = call.isInterrupted
    let source = try request.source(call.value(1))
    let result = try catalogue.kMeans(source, request.options)
    return LuaRecord([
      ("centers", matrixObject(result.centers)), ("labels", VectorObject(labels: result.labels)),
      ("inertia", result.inertia), ("iterations", result.iterations),
    ])
  }
}

extension ModuleFunction {
  /// `em.fit`, `em.select`, `em.kmeans`, `em.classify` and `em.load`.
  static func fitting(_ registry: Registry) -> [ModuleFunction] {
    let functions = FittingFunctions(registry: registry)
    return [
      ModuleFunction(
        "fit", "em.fit(data [, options])", "fits a mixture by EM, a Model",
        example: "em.fit(em.dataset(\"faithful\"), { components = 2 })",
        options: OptionList.fit.help,
        functions.fit),
      ModuleFunction(
        "select", "em.select(data [, options])", "fits a grid and ranks it, a Selection",
        example: "em.select(data, { components = em.range(1, 9), covariance = \"all\" }).best",
        options: OptionList.select.help, functions.select),
      ModuleFunction(
        "kmeans", "em.kmeans(data [, options])",
        "clusters by k-means: a table of centers, labels, inertia, iterations",
        example: "em.kmeans(data, { components = 3 }).centers",
        options: OptionList.kMeans.help, functions.kMeans),
      ModuleFunction(
        "classify", "em.classify(data, options)",
        "learns classes that are known of the rows, a Classifier",
        example: "em.classify(em.dataset(\"iris\"), { class = \"label\" }):predict(data)",
        options: OptionList.classify.help, functions.classify),
      ModuleFunction(
        "model", "em.model(options)",
        "a Model by its parameters, without data: to sample from, evaluate and start from",
        example:
          "em.model{ weights = {0.4, 0.6}, means = {0, 5}, covariances = {1, 2} }:sample(10)",
        options: OptionList.givenModel.help, functions.model),
      ModuleFunction(
        "load", "em.load(path)", "a Model or Classifier from a file that save wrote",
        example: "em.load(\"faithful.json\"):predict(data)", functions.load),
    ]
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
