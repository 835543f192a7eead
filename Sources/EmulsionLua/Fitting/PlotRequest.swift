import Emulsion
import LuaBridge

/// A call of `model:plot` or `selection:plot`, as far as its options say.
struct PlotRequest {
  var data: LuaValue?
  var columns: [String]?
  var title = ""

  /// The columns to draw, as positions in the model's.
  func positions(in model: Model) throws -> [Int] {
    guard let columns else { return Array(0..<model.dimension) }
    return try columns.map { name in
      if let position = model.columnNames.firstIndex(of: name) { return position }
      let hint = spellingHint(for: name, among: model.columnNames)
      throw EmulsionError(
        .invalidOption, "columns: the model has no column \"\(name)\"\(hint ?? "")")
    }
  }
}

extension OptionList where Target == PlotRequest {
  /// The options of `model:plot`.
  static var plot: OptionList {
    OptionList(
      options: [
        LuaOption("data", "the model's own", "what to draw") { $1.data = $0 },
        LuaOption("columns", "the model's", "which columns to draw") {
          $1.columns = try $0.texts("columns")
        },
      ] + criterionPlot.options)
  }

  /// The options of `selection:plot`.
  static var criterionPlot: OptionList {
    OptionList(options: [
      LuaOption("title", "none", "what to write above") { $1.title = try $0.text("title") }
    ])
  }
}
