import CStockLua
import Emulsion
import EmulsionLua
import EmulsionPluginHost
import EmulsionPlugins

/// Makes the module in the Lua that asks for it, with the families that the command knows.
@c(emulsion_open_module) public func openModule(_ state: OpaquePointer?) -> CInt {
  guard let state else { return -1 }
  return LuaSession.openModule(in: state) {
    var catalogue = Catalogue.withPlugins
    try catalogue.loadPluginsOfEnvironment()
    return catalogue
  }
}
