import Emulsion
import EmulsionPlot
import LuaBridge

/// A call of `model:plot`, `selection:plot` or `report`, as far as its options say.
struct PlotRequest {
  var data: LuaValue?
  var view: ModelView?
  var selectionView = SelectionView.criterion
  var options = PlotOptions()

  /// A call whose drawing an interrupt ends.
  init(_ call: LuaCall) { options.isCancelled = call.isInterrupted }
}

extension PlotRequest {
  /// The options of a call of `report`, and the rows to show: those given, else `own`.
  static func report(_ call: LuaCall, of model: Model, _ own: (any DataSource)?) throws
    -> (data: (any DataSource)?, options: PlotOptions)
  {
    var request = PlotRequest(call)
    try OptionList.report.apply(call.tableIfGiven(2, "options"), to: &request)
    let rows = try request.data.map { try model.source($0, weights: nil, like: own) } ?? own
    return (rows, request.options)
  }
}

extension OptionList where Target == PlotRequest {
  /// The options of `model:plot`.
  static var plot: OptionList {
    OptionList(
      options: [
        LuaOption("what", "what suits the model", ModelView.allNames) { value, request in
          request.view = try value.choice("what", of: ModelView.self)
        },
        LuaOption("data", "the model's own", "rows to show") { $1.data = $0 },
        LuaOption("columns", "as many as fit", "which columns to draw", names: NameKind.column) {
          $1.options.columns = try $0.texts("columns")
        },
        LuaOption("level", "0.95", "what outlines, bands and contours hold") {
          $1.options.level = try $0.real("level")
        },
        LuaOption("bins", "by Freedman and Diaconis", "number of bins") {
          $1.options.bins = try $0.wholeNumber("bins")
        },
      ] + page.options)
  }

  /// The options of `selection:plot`.
  static var selectionPlot: OptionList {
    OptionList(
      options: [
        LuaOption("what", "\"criterion\"", SelectionView.allNames) { value, request in
          request.selectionView = try value.choice("what", of: SelectionView.self)
        }
      ] + page.options)
  }

  /// The options of `model:report` and `selection:report`.
  static var report: OptionList {
    OptionList(options: [
      LuaOption("data", "the model's own", "rows to show") { $1.data = $0 },
      title,
    ])
  }

  private static var title: LuaOption<PlotRequest> {
    LuaOption("title", "none", "what to write above") {
      $1.options.title = try $0.text("title")
    }
  }

  private static var page: OptionList {
    OptionList(options: [
      title,
      LuaOption("width", "what suits", "pixels across; PNG has twice as many") {
        $1.options.width = try $0.wholeNumber("width")
      },
      LuaOption("height", "what suits", "pixels down") {
        $1.options.height = try $0.wholeNumber("height")
      },
    ])
  }
}

extension CaseIterable where Self: RawRepresentable, RawValue == String {
  /// All names, for help.
  static var allNames: String { allCases.map { "\"\($0.rawValue)\"" }.joined(separator: ", ") }
}
