import Emulsion

/// A family in a shared library, as catalogues hold it.
struct PluginDefinition: FamilyDefinition {
  let functions: PluginFunctions

  var name: String { functions.name }
  var maximumConcurrency: Int { functions.maximumConcurrency }

  func makeFamily(in context: FamilyContext) throws -> any ComponentFamily {
    try form.init(functions, columns: context.data.columns)
  }

  func decodeFamily(from decoder: any Decoder, catalogue: Catalogue) throws -> any ComponentFamily {
    try form.init(reading: decoder, functions)
  }

  /// By features, where the library tells them.
  private var form: any LibraryFamily.Type {
    functions.table.features == nil ? PluginFamily.self : NaturalPluginFamily.self
  }
}
