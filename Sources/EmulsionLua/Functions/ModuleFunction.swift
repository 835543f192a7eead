import LuaBridge

/// A function of the module: what it does stands beside what the help says of it.
struct ModuleFunction {
  let help: LuaHelp
  let body: (LuaCall) throws -> any LuaConvertible

  init(
    _ name: String, _ signature: String, _ summary: String, example: String? = nil,
    options: [LuaOptionHelp] = [], names: String? = nil,
    _ body: @escaping (LuaCall) throws -> any LuaConvertible
  ) {
    help = LuaHelp(
      name, signature, summary, example: example, options: options, names: names)
    self.body = body
  }
}

/// What texts are names of, for completion.
enum NameKind {
  static let column = "column"
  static let covariance = "covariance"
  static let dataSet = "data set"
  static let family = "family"
}

extension OptionList {
  /// The options as the help shows them.
  var help: [LuaOptionHelp] {
    options.map { LuaOptionHelp($0.name, $0.standard, $0.summary, names: $0.names) }
  }
}
