import Emulsion
import LuaBridge

/// `em.help`: prints as the list of everything; called with a topic it tells about that.
final class HelpObject: LuaObject {
  private let index: HelpIndex

  init(_ index: HelpIndex) { self.index = index }

  static var luaClass: LuaClass<HelpObject> {
    LuaClass("Help", "what there is, and how to use it")
      .metamethod("__tostring") { call in
        try call.receiver(as: HelpObject.self).index.overview(width: call.context.screenWidth)
      }
      .metamethod("__call") { call in
        try call.receiver(as: HelpObject.self).text(about: call.value(2), call)
      }
  }

  private func text(about topic: LuaValue, _ call: LuaCall) throws -> String {
    let width = call.context.screenWidth
    switch topic {
    case .nil: return index.overview(width: width)
    case .string(let name): return try index.details(name, width: width)
    case .userdata(let data):
      return data.object is HelpObject
        ? index.overview(width: width) : try index.details(data.className, width: width)
    default:
      guard let name = try index.name(of: topic, in: call.context) else {
        throw EmulsionError(
          .invalidOption,
          "help: give a name such as \"fit\", a function such as em.fit, or an object of the module"
        )
      }
      return try index.details(name, width: width)
    }
  }
}
