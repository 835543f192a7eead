import Emulsion
import EmulsionPlot
import LuaBridge

/// The result of `em.select`, as scripts hold it.
final class SelectionObject: LuaObject {
  let selection: Selection
  let data: any DataSource

  init(_ selection: Selection, data: any DataSource) {
    self.selection = selection
    self.data = data
  }

  var nativeSize: Int {
    1024 + selection.entries.reduce(0) { $0 + ($1.model?.memorySize ?? 256) }
  }

  static var luaClass: LuaClass<SelectionObject> {
    LuaClass("Selection", "the fits of a grid, and the best of them")
      .property("best", "the best Model that is not degenerate") {
        ModelObject($0.selection.best, data: $0.data)
      }
      .property("criterion", "the criterion's name") { $0.selection.criterion }
      .property("seconds", "what the whole search took") { $0.selection.seconds }
      .property("entries", "a list of all fits, best first") { object in
        let criteria = object.selection.best.catalogue.criteria
        return object.selection.entries.map { $0.record(object.data, criteria) }
      }
      .property("notes", "what must be known of the search, a list of texts") {
        $0.selection.notes
      }
      .property(
        "audit",
        "nested pairs of fits, what fell short of a nested one, and what became of it: pairs, findings, sound"
      ) { $0.selection.audit.record }
      .method(
        "summary", "selection:summary()",
        "what print shows, and how far the best three are apart"
      ) { object, call in
        object.selection.details(width: call.context.screenWidth)
      }
      .method(
        "get", "selection:get(k [, covariance, family])",
        "the Model of a cell, or nil; of what is left out, the best"
      ) { object, call in
        object.selection.model(
          components: try call.integer(1, "k"),
          covariance: call.has(2) ? try call.string(2, "covariance") : nil,
          family: call.has(3) ? try call.string(3, "family") : nil
        ).map { ModelObject($0, data: object.data) }
      }
      .method(
        "plot", "selection:plot([options])",
        "a Plot of the criterion against K, or of the grid: what, title, width, height",
        options: OptionList.selectionPlot.help
      ) { object, call in
        var request = PlotRequest(call)
        try OptionList.selectionPlot.apply(call.tableIfGiven(1, "options"), to: &request)
        let selection = object.selection
        return PlotObject(
          try Plot.selection(
            selection, request.selectionView, inOrder: selection.best.catalogue.covarianceNames,
            options: request.options))
      }
      .method(
        "report", "selection:report(path [, { title }])",
        "writes one HTML page: the grid, the best fits and the best model",
        options: OptionList.report.help
      ) { object, call in
        let selection = object.selection
        let (data, options) = try PlotRequest.report(call, of: selection.best, object.data)
        let (path, page) = try (
          call.string(1, "path"), Report(of: selection, data: data, options: options)
        )
        try call.context.performOnce { try page.save(to: path) }
        return object
      }
      .metamethod("__tostring") { call in
        let object = try call.receiver(as: SelectionObject.self)
        return object.selection.summary(width: call.context.screenWidth)
      }
  }
}

extension Selection.Entry {
  /// - Parameter criteria: Those that scripts may ask for.
  fileprivate func record(_ data: any DataSource, _ criteria: [any SelectionCriterion]) -> LuaRecord
  {
    LuaRecord(
      [
        ("components", components), ("covariance", covariance), ("family", family),
      ] + criteria.map { ($0.name, value($0)) } + [
        ("loglik", logLikelihood), ("free_parameters", freeParameters),
        ("status", status), ("model", model.map { ModelObject($0, data: data) }),
      ])
  }
}

extension Selection.Entry {
  /// A criterion's value; none where what it needs was not asked for.
  private func value(_ criterion: any SelectionCriterion) -> Double? {
    if criterion.needsHeldOutRows && heldOutLogLikelihood == nil { return nil }
    if criterion.needsOneComponent && oneComponentLogLikelihood == nil { return nil }
    return value(of: criterion)
  }
}

extension SelectionAudit {
  fileprivate var record: LuaRecord {
    LuaRecord([
      (
        "pairs",
        LuaRecord(Relation.allCases.map { ($0.rawValue, pairs[$0] ?? 0) })
      ),
      (
        "findings",
        findings.map { finding in
          LuaRecord([
            ("fit", finding.cell.record), ("nested", finding.nested.record),
            ("relation", finding.relation.rawValue), ("shortfall", finding.shortfall),
            ("remaining", finding.remaining), ("mended", finding.isMended),
          ])
        }
      ),
      ("sound", isSound), ("text", description),
    ])
  }
}

extension SelectionAudit.Cell {
  fileprivate var record: LuaRecord {
    LuaRecord([("components", components), ("covariance", covariance), ("family", family)])
  }
}

/// A plot, as scripts hold it.
final class PlotObject: LuaObject {
  let plot: Plot

  init(_ plot: Plot) { self.plot = plot }

  var nativeSize: Int { 1024 + plot.memorySize }

  static var luaClass: LuaClass<PlotObject> {
    LuaClass("Plot", "something drawn, to be saved or shown as text")
      .method("save", "plot:save(path)", "saves it as .svg, .png or .pdf") { object, call in
        let path = try call.string(1, "path")
        try call.context.performOnce {
          try object.plot.save(to: path, isCancelled: call.isInterrupted)
        }
        return object
      }
      .method("show", "plot:show([width, height])", "draws it in the terminal") { object, call in
        print(try object.text(call))
        return LuaTuple()
      }
      .method("text", "plot:text([width, height])", "the plot in characters") { object, call in
        try object.text(call)
      }
      .metamethod("__tostring") { _ in
        "Plot: see it with plot:show(), save it with plot:save(\"name.svg\")"
      }
  }

  private func text(_ call: LuaCall) throws -> String {
    let width = try call.integer(1, "width", default: max(20, call.context.screenWidth))
    let height = try call.integer(2, "height", default: 24)
    guard (20...1000).contains(width) else { throw call.mismatch(1, "width", "20 to 1000") }
    guard (8...1000).contains(height) else { throw call.mismatch(2, "height", "8 to 1000") }
    return plot.text(width: width, height: height)
  }
}
