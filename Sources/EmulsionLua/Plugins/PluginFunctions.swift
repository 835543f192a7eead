import Emulsion
import EmulsionPluginHost
import LuaBridge

extension EmulsionModule {
  /// `em.load_plugin`
  var pluginFunctions: [ModuleFunction] {
    [
      ModuleFunction(
        "load_plugin", "em.load_plugin(path)",
        "loads a shared library of families; a list of their names",
        example: "em.load_plugin(\"./libgeometric.so\")"
      ) { call in
        let path = try call.string(1, "path")
        // A family must not hide a function of the module.
        let taken = ownFunctions.map(\.help.name)
        let names = try registry.catalogue.loadPlugin(
          path, reserved: taken + ["version", "help"])
        try registry.provide(names.compactMap(familyFunction))
        return names
      }
    ]
  }
}
