import Emulsion
import EmulsionData
import LuaBridge

/// What a classifier was learned from.
struct ClassifierTraining {
  let data: any DataSource
  let labels: KnownLabels
  let options: ClassifierOptions
}

/// A classifier, as scripts hold it.
final class ClassifierObject: LuaObject {
  let classifier: Classifier
  private let catalogue: Catalogue
  private let training: ClassifierTraining?

  init(_ classifier: Classifier, catalogue: Catalogue, training: ClassifierTraining? = nil) {
    (self.classifier, self.catalogue, self.training) = (classifier, catalogue, training)
  }

  var nativeSize: Int { classifier.models.reduce(4096) { $0 + $1.memorySize } }

  static var luaClass: LuaClass<ClassifierObject> {
    LuaClass("Classifier", "classes that were learned, for rows whose class is not known")
      .property("classes", "the names of the classes") { $0.classifier.classes }
      .property("method", "\"MDA\" or \"EDDA\"") { $0.classifier.method.rawValue }
      .property("proportions", "the share of each class, a Vector") {
        VectorObject($0.classifier.proportions)
      }
      .property("models", "the Model of each class, by its name") { object in
        LuaRecord(
          zip(object.classifier.classes, object.classifier.models).map { ($0, ModelObject($1)) })
      }
      .property("loglik", "log-likelihood of the training rows, nats") {
        $0.classifier.logLikelihood
      }
      .property("free_parameters", "free parameters of the models") { $0.classifier.freeParameters }
      .property("bic", "BIC; smaller is better") { $0.classifier.bic }
      .method("predict", "classifier:predict(data)", "the class of each row, a list") {
        object, call in
        let classes = object.classifier.classes
        return try object.classifier.predict(
          object.source(call.value(1)), isCancelled: call.isInterrupted
        ).map { classes[$0] }
      }
      .method(
        "posterior", "classifier:posterior(data)", "the probability of each class, a Matrix"
      ) { object, call in
        matrixObject(
          try object.classifier.posterior(
            object.source(call.value(1)), isCancelled: call.isInterrupted))
      }
      .method(
        "error", "classifier:error(data [, class [, { weights }]])",
        "the share of rows whose class it misses; class is a column's name, a Vector or a list",
        options: OptionList.weights.help
      ) { object, call in try object.performance(call).error }
      .method(
        "brier", "classifier:brier(data [, class [, { weights }]])",
        "half the mean squared distance of its probabilities from the class",
        options: OptionList.weights.help
      ) { object, call in try object.performance(call).brier }
      .method(
        "cross_validate", "classifier:cross_validate([options])",
        "errors on rows it has not seen: error and brier",
        options: OptionList.crossValidation.help
      ) { object, call in try object.crossValidated(call) }
      .method("save", "classifier:save(path)", "saves it as JSON, for em.load") { object, call in
        let path = try call.string(1, "path")
        try call.context.performOnce { try object.classifier.save(to: path) }
        return object
      }
      .metamethod("__tostring") { call in
        try call.receiver(as: ClassifierObject.self).classifier.description
      }
  }

  private func source(_ value: LuaValue) throws -> any DataSource {
    try classifier.models.first?.source(value) ?? MatrixSource(Matrix(rows: 0, columns: 0))
  }

  private func performance(_ call: LuaCall) throws -> ClassifierPerformance {
    let (value, request) = try (call.value(1), WeightsRequest(call, 3))
    let source =
      try classifier.models.first?.source(value, weights: request.weights, like: training?.data)
      ?? source(value)
    let given =
      call.has(2) ? try RowLabels(call.value(2)) : classifier.classColumn.map { .column($0) }
    guard let given else {
      throw EmulsionError(
        .invalidOption, "class: name the column of classes, or give a Vector or a list")
    }
    let labels =
      try value.dataTable.map { try given.known(in: $0) } ?? given.known(rows: source.rows)
    return try classifier.performance(on: source, labels, isCancelled: call.isInterrupted)
  }

  private func crossValidated(_ call: LuaCall) throws -> LuaRecord {
    var request = CrossValidationRequest()
    try OptionList.crossValidation.apply(call.tableIfGiven(1, "options"), to: &request)
    guard let training else {
      throw EmulsionError(
        .invalidOption, "cross_validate: a loaded classifier has no rows; learn it again")
    }
    let performance =
      if let parts = request.parts {
        try classifier.crossValidated(
          training.data, training.labels, training.options, parts: parts, catalogue: catalogue)
      } else {
        try classifier.crossValidated(
          training.data, training.labels, training.options, folds: request.folds,
          seed: request.seed, catalogue: catalogue)
      }
    return LuaRecord([("error", performance.error), ("brier", performance.brier)])
  }
}

/// A call of `classifier:cross_validate`.
struct CrossValidationRequest {
  var folds = 10
  /// The part of each row, where these are given.
  var parts: [Int]?
  var seed: UInt64 = 0
}

extension OptionList where Target == CrossValidationRequest {
  /// Its options.
  static var crossValidation: OptionList {
    OptionList(options: [
      LuaOption("folds", "10", "the number of parts, or a list: the part of each row") {
        guard $0.number == nil else {
          $1.folds = try $0.wholeNumber("folds")
          return
        }
        $1.parts = try $0.numbers("folds").enumerated().map { row, number in
          if let part = Int(exactly: number) { return part }
          throw EmulsionError(
            .invalidOption, "folds: that of row \(row + 1) must be a whole number, not \(number)")
        }
      },
      LuaOption("seed", "0", "a whole number that the parts depend on") {
        $1.seed = UInt64(bitPattern: Int64(try $0.wholeNumber("seed")))
      },
    ])
  }
}
