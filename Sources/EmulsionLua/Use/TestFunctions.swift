import Emulsion
import EmulsionData
import LuaBridge

/// `em.likelihood_ratio_test` and `em.compare`.
extension ModuleFunction {
  static func inference(_ registry: Registry) -> [ModuleFunction] {
    [
      ModuleFunction(
        "likelihood_ratio_test",
        "em.likelihood_ratio_test(data, { components, against [, options] })",
        "a bootstrap test of a number of components against more, or of a list, one after the other until one is kept",
        example: "em.likelihood_ratio_test(data, { components = em.range(1, 5) }).kept",
        options: OptionList.likelihoodRatioTest.help
      ) { try TestRequest.test($0, registry.catalogue) },
      ModuleFunction(
        "compare", "em.compare{ model, … [, force = false] }",
        "a Table of criteria of models of the same data, BIC weights, and adjusted Rand indices of each pair",
        example: "em.compare{ em.fit(data, { components = 2 }), em.fit(data, { components = 3 }) }",
        compare),
    ]
  }

  private static func compare(_ call: LuaCall) throws -> TableObject {
    let given = try call.table(1, "models")
    var isForced = false
    for (key, value) in try given.pairs() where key.integer == nil {
      guard key.string == "force" else {
        throw EmulsionError(
          .invalidOption,
          "compare: give a list of models, and force = true where wanted, not \(key.explanation)")
      }
      isForced = try value.truth("force")
    }
    var objects: [ModelObject] = []
    for value in try given.list() {
      guard let object = value.object(as: ModelObject.self) else {
        throw value.mustBe("compare: element \(objects.count + 1)", "a Model")
      }
      objects.append(object)
    }
    let data = try objects.enumerated().map { i, object in
      guard let data = object.data else {
        throw EmulsionError(
          .invalidOption,
          "compare: model \(i + 1) has no data, as one that was loaded; resume it with { data = table, max_iterations = 0 }"
        )
      }
      return data
    }
    let models = objects.map(\.model)
    let comparison = try models.compared(
      on: data, isForced: isForced, isCancelled: call.isInterrupted)
    func column(_ value: (Model) -> Double) -> Column { .numbers(models.map(value)) }
    let criteria: [(name: String, column: Column)] = [
      ("model", .numbers(models.indices.map { Double($0 + 1) })),
      ("family", .text(models.map(\.family))),
      ("covariance", .text(models.map { $0.covariance ?? "" })),
      ("components", column { Double($0.components) }),
    ]
    let figures = ReportField.compared.map { (name: $0.name, column: column($0.number)) }
    let agreement = models.indices.map {
      (name: "rand_\($0 + 1)", column: Column.numbers(comparison.agreement.column($0)))
    }
    let weights = [(name: "weight", column: Column.numbers(comparison.weights))]
    return TableObject(try Table(criteria + figures + weights + agreement))
  }
}

/// A call of `em.likelihood_ratio_test`.
private struct TestRequest {
  var fit: FitRequest
  var components: [Int]?
  var against: Int?
  var replicates = 99
  var level = 0.05
}

extension OptionList where Target == TestRequest {
  fileprivate static var likelihoodRatioTest: OptionList {
    OptionList(
      options: [
        LuaOption("components", "needed", "the number that is tested, or a list of them") {
          $1.components = try $0.counts("components")
        },
        LuaOption("against", "components + 1", "the larger number") {
          $1.against = try $0.wholeNumber("against")
        },
        LuaOption("replicates", "99", "the most that are drawn") {
          $1.replicates = try $0.wholeNumber("replicates")
        },
        LuaOption(
          "level", "0.05", "what of a list is kept: the first number whose p-value is above it"
        ) {
          $1.level = try $0.real("level")
        },
      ]
        + OptionList<FitRequest>.fit.without("components").within(\.fit))
  }
}

extension TestRequest {
  static func test(_ call: LuaCall, _ catalogue: Catalogue) throws -> LuaRecord {
    var request = TestRequest(fit: FitRequest(catalogue, call.context))
    let options = try call.tableIfGiven(2, "options")
    try OptionList.likelihoodRatioTest.apply(options, to: &request)
    guard let counts = request.components, !counts.isEmpty else {
      throw EmulsionError(
        .invalidOption,
        "components must be given: the number that is tested, as 2, or a list, as em.range(1, 5)")
    }
    guard request.level > 0 && request.level < 1 else {
      throw EmulsionError(
        .invalidOption, "level must be a number above 0 and below 1, not \(request.level.brief)")
    }
    let source = try request.fit.source(call.value(1))
    var fit = request.fit.optionsWithProgress
    if fit.progress?.isConcurrent != false, request.fit.progress.isNil { fit.progress = nil }
    defer { ProgressLine.clear() }
    let isList = counts.count > 1
    guard !isList || request.against == nil else {
      throw EmulsionError(
        .invalidOption, "against: each number of a list is tested against the next; leave it out")
    }
    guard !isList || zip(counts, counts.dropFirst()).allSatisfy({ $0 < $1 }) else {
      throw EmulsionError(.invalidOption, "components: the numbers of a list must rise")
    }
    var tests: [LikelihoodRatioTest] = []
    for (place, count) in counts.enumerated() {
      let against =
        isList ? (place + 1 < counts.count ? counts[place + 1] : nil) : request.against ?? count + 1
      guard let against else { break }
      fit.components = count
      let test = try catalogue.likelihoodRatioTest(
        source, fit, against: against, replicates: request.replicates)
      tests.append(test)
      if test.pValue > request.level { break }
    }
    guard let last = tests.last else {
      throw EmulsionError(.invalidOption, "components: nothing to test")
    }
    guard isList else { return try last.record(in: call.context) }
    let isKept = last.pValue > request.level
    return LuaRecord(
      last.fields + [
        ("kept", isKept ? last.components : last.against),
        ("tests", try tests.map { try $0.record(in: call.context) }),
      ], metatable: try metatable(tests.map(\.description), call.context))
  }

  fileprivate static func metatable(_ lines: [String], _ context: LuaContext) throws -> LuaTable {
    let table = try LuaTable(in: context)
    let text = lines.joined(separator: "\n")
    try table.set(
      "__tostring", to: LuaFunction(in: context, name: "tostring") { _ -> String in text })
    return table
  }
}

extension LikelihoodRatioTest {
  fileprivate var fields: [(String, any LuaConvertible)] {
    [
      ("components", components), ("against", against), ("statistic", statistic),
      ("p_value", pValue), ("standard_error", standardError), ("replicates", replicates.count),
      ("statistics", vectorObject(replicates)), ("screened", screened), ("failed", failed),
      ("ended_early", endedEarly),
    ]
  }

  fileprivate func record(in context: LuaContext) throws -> LuaRecord {
    LuaRecord(fields, metatable: try TestRequest.metatable([description], context))
  }
}
