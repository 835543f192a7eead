import Emulsion
import EmulsionData
import LuaBridge

extension LuaSession {
  /// What the help says of a function of the module.
  package func help(ofFunction name: String) -> LuaHelp? {
    module.functions.first { $0.help.name == name }?.help
  }

  /// All names of a kind that an option or argument takes, columns aside.
  package func names(of kind: String) -> [String] {
    switch kind {
    case NameKind.covariance: module.registry.catalogue.covarianceNames
    case NameKind.dataSet: DataSets.names
    case NameKind.family: module.registry.catalogue.familyNames
    default: []
    }
  }

  /// All that the help says, as a page of Markdown.
  package var reference: String {
    let families = Set(module.registry.catalogue.familyNames)
    let functions = module.functions
    return ReferencePage(
      functions: functions.filter { !families.contains($0.help.name) },
      families: functions.filter { families.contains($0.help.name) }
        .sorted { $0.help.name < $1.help.name },
      classes: HelpIndex.classes
    ).text
  }

  /// What `help(topic)` says.
  ///
  /// - Throws: `invalid-option` with the nearest topic.
  package func help(about topic: LuaValue) throws -> String {
    guard let table = module.registry.table else { return "" }
    let index = HelpIndex(module: table, functions: { self.module.functions })
    return try index.text(about: topic, in: context)
  }
}
