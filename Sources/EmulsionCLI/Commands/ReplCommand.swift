import ArgumentParser

/// `emulsion repl`
struct ReplCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "repl",
    abstract: "Type, look, and try again.",
    discussion: """
      Expressions print their value; _ is the last one, _1 and _2 those before. Variables made by \
      local last as others do. em.fit? tells of a function, %time of how long code takes; % lists what \
      else there is. Ctrl-C ends what is running, Ctrl-D the session. Entries are remembered in \
      $XDG_STATE_HOME/emulsion/history.
      """)

  @Option(
    help: ArgumentHelp("The most memory Lua and its data may take: 500M, 2G.", valueName: "size"))
  var memoryLimit: MemorySize?

  @OptionGroup var plugins: PluginOptions

  func run() throws { try Self.talk(memoryLimit: memoryLimit, plugins) }

  static func talk(memoryLimit: MemorySize?, _ plugins: PluginOptions) throws {
    let interpreter = try Interpreter(
      memoryLimit: memoryLimit?.bytes, catalogue: plugins.libraryCatalogue(), hasModule: true)
    try plugins.load(into: interpreter.session)
    try REPL(interpreter).run()
  }
}
