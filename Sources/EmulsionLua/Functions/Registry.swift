import Emulsion
import LuaBridge

/// What a session's scripts find by name; it grows as they load plugins.
final class Registry {
  var catalogue: Catalogue
  /// The names of the families that scripts have defined, in their order.
  var scripted: [String] = []
  /// The module's table, once there is one.
  var table: LuaTable?
  /// The module's own names, which families must not hide.
  var ownNames: [String] = []

  init(_ catalogue: Catalogue) { self.catalogue = catalogue }

  /// Puts functions into the module's table.
  func provide(_ functions: [ModuleFunction]) throws {
    guard let table else { return }
    for function in functions {
      let name = "em." + function.help.name
      try table.set(
        function.help.name,
        to: LuaFunction(in: table.context, name: name) { call in
          try call.refuse(beyond: function.help.mostArguments, function.help.signature)
          return Pushed(try function.body(call))
        })
    }
  }
}
