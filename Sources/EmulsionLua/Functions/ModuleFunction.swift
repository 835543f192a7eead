import LuaBridge

/// A function of the module: what it does stands beside what the help says of it.
struct ModuleFunction {
  let help: LuaHelp
  let options: [OptionHelp]
  let body: (LuaCall) throws -> any LuaConvertible

  init(
    _ name: String, _ signature: String, _ summary: String, example: String? = nil,
    options: [OptionHelp] = [],
    _ body: @escaping (LuaCall) throws -> any LuaConvertible
  ) {
    help = LuaHelp(name, signature, summary, example: example)
    self.options = options
    self.body = body
  }
}

/// What the help says of an option.
struct OptionHelp: Sendable {
  let name: String
  let standard: String
  let summary: String
}

extension OptionList {
  /// The options as the help shows them.
  var help: [OptionHelp] {
    options.map { OptionHelp(name: $0.name, standard: $0.standard, summary: $0.summary) }
  }
}
