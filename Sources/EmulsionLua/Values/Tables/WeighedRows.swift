import Emulsion
import EmulsionData
import LuaBridge

extension LuaOption {
  /// The option `weights` of a call that asks about rows.
  static func weights(_ part: WritableKeyPath<Target, LuaValue?>) -> LuaOption {
    LuaOption(
      "weights", "those of the fit",
      "row weights: a column's name, a Vector or a list; to be given for other rows, and after em.load",
      names: NameKind.column
    ) { $1[keyPath: part] = try $0.rowWeights() }
  }
}

/// A call with no other option than `weights`.
struct WeightsRequest {
  var weights: LuaValue?

  /// The options at a position of a call.
  init(_ call: LuaCall, _ position: Int) throws {
    try OptionList.weights.apply(call.tableIfGiven(position, "options"), to: &self)
  }
}

extension OptionList where Target == WeightsRequest {
  /// Its options.
  static var weights: OptionList { OptionList(options: [.weights(\.weights)]) }
}

extension Model {
  /// The rows of a call as they count: by given weights, else by those of the fit where they are its rows.
  ///
  /// - Parameter fitted: The rows of the fit, where they are at hand.
  func source(_ value: LuaValue, weights: LuaValue?, like fitted: (any DataSource)?) throws
    -> any DataSource
  {
    let rows = try source(value)
    guard let weights else { return try weighed(rows, like: fitted) }
    return try WeighedSource(rows, weights: weights.weights(beside: value, rows: rows.rows))
  }
}

extension LuaValue {
  /// The numbers that it is, or that the column of `data` has which it names.
  fileprivate func weights(beside data: LuaValue, rows: Int) throws -> [Double] {
    guard let name = string else { return try weights(rows: rows) }
    if let table = data.dataTable { return try table.matrix([name]).column(0) }
    if let files = data.dataFiles {
      return try Matrix(reading: files.selecting([name])).column(0)
    }
    throw EmulsionError(
      .invalidOption, "weights: only columns of a Table have names; give a Vector or a list")
  }
}
