import Emulsion
import EmulsionData
import EmulsionPlot
import LuaBridge

/// A fitted model, as scripts hold it.
final class ModelObject: LuaObject {
  let model: Model
  /// The data it was fitted to, for plots; a loaded model has none.
  let data: (any DataSource)?
  /// The classes of its rows, as far as they were known.
  let labels: KnownLabels?

  init(_ model: Model, data: (any DataSource)? = nil, labels: KnownLabels? = nil) {
    self.model = model
    self.data = data
    self.labels = labels
  }

  var nativeSize: Int { model.memorySize }

  static var luaClass: LuaClass<ModelObject> {
    let reported = ReportField.all.reduce(LuaClass<ModelObject>("Model", "a fitted mixture")) {
      start, field in
      start.property(field.name, field.summary) { field.value($0.model) }
    }
    return withInference(withUse(withMethods(withFields(reported))))
  }

  private static func withFields(_ start: LuaClass<ModelObject>) -> LuaClass<ModelObject> {
    start
      .property("trace", "log-likelihood at the start and after every iteration") {
        $0.model.trace
      }
      .property(
        "objective", "the course of what is maximised; the trace, unless that is something else"
      ) {
        $0.model.objective
      }
      .property("classes", "names of the classes that the first components are, a list") {
        $0.model.classes
      }
      .property(
        "weight_concentration",
        "of variational fits: concentrations of the weights, a Vector; of both sides of sticks, two"
      ) { $0.model.variational.map { Pushed($0.concentrationValue) } }
      .property("mean_precision", "of variational fits: how many rows each mean counts for") {
        $0.model.variational.map { vectorObject($0.meanPrecisions) }
      }
      .property("degrees_of_freedom", "of variational fits: those of each precision, a Vector") {
        $0.model.variational.map { vectorObject($0.degreesOfFreedom) }
      }
      .property("weights", "mixing weights of the components, a Vector") {
        vectorObject($0.model.weights)
      }
      .property("means", "a Matrix, one component a row") { $0.model.means.map(matrixObject) }
      .property("covariances", "a list of Matrices, one a component") { object in
        let list = (0..<object.model.components).compactMap {
          object.model.covariance(ofComponent: $0)
        }
        return list.count == object.model.components ? list.map(MatrixObject.init) : nil
      }
      .property("loadings", "of factor analysers, a list of Matrices, columns × factors") {
        $0.model.values(of: "loadings")?.map { Pushed($0) }
      }
      .property("uniquenesses", "of factor analysers, a list of Vectors") {
        $0.model.values(of: "uniquenesses")?.map { Pushed($0) }
      }
      .property("parameters", "a list of tables by parameter name") { object in
        object.model.parameters.map(\.record)
      }
      .property("concomitant", "what mixing weights depend on, as it was written, or nil") {
        $0.model.concomitant?.formula
      }
      .property(
        "levels", "the texts of columns of text, in order: a table of lists by column name"
      ) { $0.model.levels.byColumn }
      .metamethod("__tostring") { call in
        let object = try call.receiver(as: ModelObject.self)
        return object.model.summary(width: call.context.screenWidth, more: "model:summary()")
      }
  }

  private static func withMethods(_ start: LuaClass<ModelObject>) -> LuaClass<ModelObject> {
    start
      .method(
        "predict", "model:predict(data [, { errors, to = path }])",
        "the most probable component of each row, 0 for noise; in a file, stretch by stretch"
      ) { object, call in
        if try object.model.isAskedOfNoRows(call) { return Pushed(VectorObject(labels: [])) }
        let given = try call.tableIfGiven(2, "options")?.get("to") ?? .nil
        if let target = given.string {
          try checkOutputs([target], areNoneOf: call.value(1).dataPaths)
        }
        let source = try object.model.measuredSource(call, besides: "to")
        guard !given.isNil else {
          return Pushed(
            VectorObject(
              labels: try object.model.predict(source, isCancelled: call.isInterrupted)))
        }
        let target = try given.text("to")
        try call.context.performOnce {
          try object.model.writeLabels(of: source, to: target, isCancelled: call.isInterrupted)
        }
        return Pushed(object)
      }
      .method(
        "posterior", "model:posterior(data [, { errors }])",
        "probabilities of the components, N × K; of noise last"
      ) { object, call in
        if try object.model.isAskedOfNoRows(call) {
          let columns = object.model.components + (object.model.noise == nil ? 0 : 1)
          return matrixObject(Matrix(rows: 0, columns: columns))
        }
        return matrixObject(
          try object.model.posterior(
            object.model.measuredSource(call), isCancelled: call.isInterrupted))
      }
      .method("logdensity", "model:logdensity(data [, { errors }])", "ln p(x) of each row, nats") {
        object, call in
        if try object.model.isAskedOfNoRows(call) { return vectorObject([]) }
        return vectorObject(
          try object.model.logDensity(
            object.model.measuredSource(call), isCancelled: call.isInterrupted))
      }
      .method("score", "model:score(data [, { errors }])", "the mean log-density") { object, call in
        guard try !object.model.isAskedOfNoRows(call) else {
          throw EmulsionError(.invalidData, "score: there is no row, and no mean of none")
        }
        return try object.model.score(
          object.model.measuredSource(call), isCancelled: call.isInterrupted)
      }
      .method(
        "sample", "model:sample(n [, seed | { seed, data }])",
        "draws rows: a Table with the component as label; data has the covariates of a concomitant, row by row"
      ) { object, call in try object.sample(call) }
      .method(
        "conditional", "model:conditional{ given = { column = value } }",
        "the mixture of the other columns, given values of some",
        options: OptionList.conditional.help
      ) { object, call in try object.conditional(call) }
      .method(
        "impute", "model:impute(data [, { draw, seed }])",
        "the data with missing cells filled by conditional means, or by draws; a Table"
      ) { object, call in try object.impute(call) }
      .method("save", "model:save(path)", "saves the model as JSON") { object, call in
        let path = try call.string(1, "path")
        try call.context.performOnce { try object.model.save(to: path) }
        return object
      }
      .method(
        "plot", "model:plot([options])",
        "a Plot: what, data, columns, level, bins, title, width, height",
        example: "model:plot{ what = \"density\" }:show()", options: OptionList.plot.help
      ) {
        object, call in try object.plot(call)
      }
      .method(
        "report", "model:report(path [, { data, title }])",
        "writes one HTML page: summary, parameters, plots and how it was made",
        options: OptionList.report.help
      ) { object, call in
        let (data, options) = try PlotRequest.report(call, of: object.model, object.data)
        let (path, page) = try (
          call.string(1, "path"), Report(of: object.model, data: data, options: options)
        )
        try call.context.performOnce { try page.save(to: path) }
        return object
      }
      .method(
        "summary", "model:summary([{ data, covariances }])",
        "what print shows, and the entropy, sizes, all columns, standard deviations, and covariances if asked for",
        example: "print(model:summary{ covariances = true })", options: OptionList.summary.help
      ) { object, call in try object.summary(call)
      }
      .method(
        "resume", "model:resume([options])", "goes on with EM from these parameters",
        options: OptionList.resume.help
      ) { object, call in try object.resume(call)
      }
  }

  private func impute(_ call: LuaCall) throws -> TableObject {
    var (draws, seed) = (false, UInt64(0))
    for (key, value) in try call.tableIfGiven(2, "options")?.pairs() ?? [] {
      switch key.string {
      case "draw": draws = try value.truth("draw")
      case "seed": seed = UInt64(bitPattern: Int64(try value.wholeNumber("seed")))
      default:
        throw EmulsionError(
          .invalidOption,
          "impute: unknown option \(key.explanation); there are draw and seed")
      }
    }
    let rows = try model.imputed(
      model.source(call.value(1)), draws: draws, seed: seed, isCancelled: call.isInterrupted)
    return TableObject(try Table(rows, of: model))
  }

  private func sample(_ call: LuaCall) throws -> TableObject {
    let count = try call.integer(1, "n")
    guard count >= 0 else { throw call.mismatch(1, "n", "a whole number ≥ 0") }
    var (seed, data) = (UInt64(0), LuaValue?.none)
    if call.has(2), let options = try call.value(2).table {
      for (key, value) in try options.pairs() {
        switch key.string {
        case "seed": seed = UInt64(bitPattern: Int64(try value.wholeNumber("seed")))
        case "data": data = value
        default:
          throw EmulsionError(
            .invalidOption,
            "sample: unknown option \(key.explanation)"
              + nameHint(for: key.string ?? "", among: ["data", "seed"]))
        }
      }
    } else {
      seed = UInt64(bitPattern: Int64(try call.integer(2, "seed", default: 0)))
    }
    // Rows, labels, and their columns.
    try call.context.reserve(
      count.multipliedOrMax(by: 16 * (model.dimension + 1)), for: "sample: \(count) rows")
    let (rows, labels) =
      try data.map {
        try model.sample(
          forRowsOf: model.covariateSource($0), count: count, seed: seed,
          isCancelled: call.isInterrupted)
      } ?? model.sample(count, seed: seed, isCancelled: call.isInterrupted)
    // A column of the data may have that name already.
    var name = "label"
    while model.columnNames.contains(name) { name += "_" }
    return TableObject(
      try Table(rows, of: model).adding(.numbers(labels.map { Double($0 + 1) }), named: name))
  }

  private func conditional(_ call: LuaCall) throws -> ModelObject {
    var given = LuaValue.nil
    try OptionList.conditional.apply(call.table(1, "options"), to: &given)
    guard let table = given.table else {
      throw given.mustBe("given", "a table of values by column name")
    }
    var values: [String: Double] = [:]
    for (key, value) in try table.pairs() {
      guard let name = key.string else { throw key.mustBe("given", "columns by name") }
      values[name] = try code(value, name)
    }
    return ModelObject(try model.conditional(given: values))
  }

  /// A number as it is; a text by its place among the levels.
  private func code(_ value: LuaValue, _ column: String) throws -> Double {
    guard let levels = model.levels[column] else { return try value.real("given.\(column)") }
    guard let text = value.string,
      let position = levels.firstIndex(where: { $0.utf8.elementsEqual(text.utf8) })
    else {
      throw value.mustBe("given.\(column)", "one of \(ColumnLevels.listing(levels))")
    }
    return Double(position)
  }

  private func resume(_ call: LuaCall) throws -> ModelObject {
    var request = FitRequest(model.catalogue, call.context)
    if let variational = model.variational { request.options.algorithm = variational.algorithm }
    try OptionList.resume.apply(call.tableIfGiven(1, "options"), to: &request)
    let given = request.given.isNil ? nil : request.given
    if given == nil { request.options.labels = labels }
    guard let source = try given.map({ try model.source($0) }) ?? data else {
      throw EmulsionError(
        .invalidOption, "resume: a loaded model has no data; give them, as in { data = table }")
    }
    let own = try request.data.errors.map { try $0.source(source, beside: given) } ?? source
    defer { ProgressLine.clear() }
    return ModelObject(
      try model.resume(own, request.optionsWithProgress), data: own,
      labels: request.options.labels)
  }

  private func plot(_ call: LuaCall) throws -> PlotObject {
    var request = PlotRequest(call)
    try OptionList.plot.apply(call.tableIfGiven(1, "options"), to: &request)
    let source = try request.data.map { try self.source($0) } ?? data
    return PlotObject(
      try Plot.model(model, request.view, data: source, options: request.options))
  }
}

extension OptionList where Target == LuaValue {
  /// The options of `model:conditional`.
  fileprivate static var conditional: OptionList {
    OptionList(options: [
      LuaOption("given", "needed", "a table of values by column name", names: NameKind.column) {
        $1 = $0
      }
    ])
  }
}

extension ModelObject {
  /// The rows of a call as they count: by given weights, else by those of the fit where they are its rows.
  func source(_ value: LuaValue, weights: LuaValue? = nil) throws -> any DataSource {
    try model.source(value, weights: weights, like: data)
  }
}

extension LuaCall {
  /// The test for an interrupt, for computations that poll.
  var isInterrupted: @Sendable () -> Bool {
    let interrupt = context.interrupt
    return { interrupt.isRaised }
  }
}
