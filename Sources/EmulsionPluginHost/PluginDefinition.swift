import Emulsion

/// A family in a shared library, as catalogues hold it.
struct PluginDefinition: FamilyDefinition {
  let functions: PluginFunctions

  var name: String { functions.name }
  var maximumConcurrency: Int { functions.maximumConcurrency }

  func makeFamily(in context: FamilyContext) throws -> any ComponentFamily {
    try PluginFamily(functions, columns: context.data.columns)
  }

  func decodeFamily(from decoder: any Decoder, catalogue: Catalogue) throws -> any ComponentFamily {
    try PluginFamily(reading: decoder, functions)
  }
}
