import Emulsion
import EmulsionPluginHost
import LuaBridge

extension ModuleFunction {
  /// `em.load_plugin`
  static func plugins(_ registry: Registry) -> [ModuleFunction] {
    [
      ModuleFunction(
        "load_plugin", "em.load_plugin(path)",
        "loads a shared library or a Lua file (.lua) of families; a list of their names",
        example: "em.load_plugin(\"./libgeometric.so\")"
      ) { call in
        let path = try call.string(1, "path")
        if path.hasSuffix(".lua") {
          return try registry.loadFamilies(from: path, in: call.context).names
        }
        let names = try registry.catalogue.loadPlugin(path, reserved: registry.ownNames)
        try registry.provide(names.compactMap(registry.familyFunction))
        return names
      }
    ]
  }
}
