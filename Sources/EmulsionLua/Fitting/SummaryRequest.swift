import Emulsion
import LuaBridge

/// A call of `model:summary`, as far as its options say.
struct SummaryRequest {
  var data: LuaValue?
  var covariances = false
}

extension OptionList where Target == SummaryRequest {
  /// The options of `model:summary`.
  static var summary: OptionList {
    OptionList(options: [
      LuaOption("data", "the model's own", "rows to count by component") { $1.data = $0 },
      LuaOption("covariances", "false", "whether the covariances of each component are told") {
        $1.covariances = try $0.truth("covariances")
      },
    ])
  }
}

extension ModelObject {
  /// The whole summary; rows are counted where there are any.
  func summary(_ call: LuaCall) throws -> String {
    var request = SummaryRequest()
    try OptionList.summary.apply(call.tableIfGiven(1, "options"), to: &request)
    let rows = try request.data.map { try model.source($0) } ?? data
    return try model.details(
      width: call.context.screenWidth,
      sizes: rows.flatMap { try model.sizes(of: $0, isCancelled: call.isInterrupted) },
      covariances: request.covariances)
  }
}
