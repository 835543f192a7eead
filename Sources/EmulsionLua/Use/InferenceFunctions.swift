import Emulsion
import EmulsionData
import LuaBridge

/// Intervals of a model's parameters, as scripts hold them.
final class IntervalsObject: LuaObject {
  let intervals: Intervals

  init(_ intervals: Intervals) { self.intervals = intervals }

  static var luaClass: LuaClass<IntervalsObject> {
    LuaClass("Intervals", "standard errors and intervals of a model's parameters")
      .property(
        "table",
        "a Table of component (0 for what is of none alone), parameter, estimate, standard_error, lower, upper"
      ) { TableObject(try $0.intervals.table) }
      .property("covariance", "covariances of the estimates, a Matrix in the order of the table") {
        matrixObject($0.intervals.covariance)
      }
      .property("method", "how they were found") { $0.intervals.method.rawValue }
      .property("level", "the share of intervals that is to cover") { $0.intervals.level }
      .property("warnings", "a list of texts") { $0.intervals.warnings }
      .property(
        "matching",
        "of bootstraps: replicates, used (matched with certainty), unmatched, failed; certainty, separation and distinctness, Vectors by component; doubtful, a list of components"
      ) { $0.intervals.matching?.record }
      .property(
        "replicates",
        "of bootstraps: the parameters of all sound replicates, a Matrix with a column for each row of the table"
      ) { $0.intervals.replicates.map(matrixObject) }
      .metamethod("__tostring") { call in
        try call.receiver(as: IntervalsObject.self).intervals.summary(
          width: call.context.screenWidth)
      }
  }
}

extension Intervals {
  fileprivate var table: Table {
    get throws {
      try Table([
        (
          name: "component", column: .numbers(rows.map { $0.component.map { Double($0 + 1) } ?? 0 })
        ),
        (name: "parameter", column: .text(rows.map(\.parameter))),
        (name: "estimate", column: .numbers(rows.map(\.estimate))),
        (name: "standard_error", column: .numbers(rows.map(\.standardError))),
        (name: "lower", column: .numbers(rows.map(\.lower))),
        (name: "upper", column: .numbers(rows.map(\.upper))),
      ])
    }
  }
}

extension Intervals.Matching {
  fileprivate var record: LuaRecord {
    LuaRecord([
      ("replicates", replicates), ("used", used), ("unmatched", unmatched), ("failed", failed),
      ("certainty", vectorObject(certainty)), ("separation", vectorObject(separation)),
      ("distinctness", vectorObject(distinctness)),
      ("doubtful", doubtful.map { $0 + 1 }),
    ])
  }
}

private struct IntervalRequest {
  var options = IntervalOptions()
  var data = DataRequest()
}

extension OptionList where Target == IntervalRequest {
  fileprivate static var intervals: OptionList {
    OptionList(options: [
      LuaOption(
        "method", "\"information\"",
        "\"information\", \"sandwich\", \"bootstrap\", \"weighted-bootstrap\" or \"parametric-bootstrap\""
      ) {
        let name = try $0.text("method")
        guard let method = Intervals.Method(rawValue: name) else {
          throw EmulsionError(
            .invalidOption,
            "method must be \(Intervals.Method.allCases.map { "\"\($0.rawValue)\"" }.joined(separator: ", ")), not \"\(name)\""
          )
        }
        $1.options.method = method
      },
      LuaOption("level", "0.95", "the share of intervals that is to cover") {
        $1.options.level = try $0.real("level")
      },
      LuaOption("replicates", "999", "how many a bootstrap draws") {
        $1.options.replicates = try $0.wholeNumber("replicates")
      },
      LuaOption("seed", "0", "a whole number that they depend on") {
        $1.options.seed = UInt64(bitPattern: Int64(try $0.wholeNumber("seed")))
      },
      LuaOption(
        "weights", "those of the fit",
        "row weights, of a model that was loaded: a column's name, a Vector or a list",
        names: NameKind.column
      ) { $1.data.weights = try $0.rowWeights() },
      LuaOption("force", "false", "whether data other than those of the fit are taken") {
        $1.options.isForced = try $0.truth("force")
      },
      LuaOption("threads", "all", "the most threads") {
        let threads = try $0.wholeNumber("threads")
        guard threads >= 1 else { throw $0.mustBe("threads", "a whole number ≥ 1") }
        $1.options.threads = threads
      },
    ])
  }
}

extension ModelObject {
  /// The methods that tell how sure a fit is.
  static func withInference(_ start: LuaClass<ModelObject>) -> LuaClass<ModelObject> {
    start.method(
      "intervals", "model:intervals(data [, options])",
      "standard errors and intervals of the parameters, Intervals",
      example: "model:intervals(data, { method = \"bootstrap\" }).table",
      options: OptionList.intervals.help
    ) { object, call in try object.intervals(call) }
  }

  private func intervals(_ call: LuaCall) throws -> IntervalsObject {
    var request = IntervalRequest()
    try OptionList.intervals.apply(call.tableIfGiven(2, "options"), to: &request)
    request.options.isCancelled = call.isInterrupted
    var source = try model.source(call.value(1))
    if let given = request.data.weights {
      let values: [Double]
      if let name = given.string, let table = try call.value(1).dataTable {
        values = try table.matrix([name]).column(0)
      } else {
        values = try given.weights(rows: source.rows)
      }
      source = MatrixSource(
        try Matrix(reading: source), columnNames: source.columnNames, weights: values)
    } else if let data, data.rows == source.rows, data.columnNames == source.columnNames,
      try Matrix(reading: data) == (try Matrix(reading: source))
    {
      // The rows of the fit bring their weights along.
      source = data
    }
    if labels != nil && data?.rows == source.rows { request.options.labels = labels }
    return IntervalsObject(try model.intervals(source, request.options))
  }
}
