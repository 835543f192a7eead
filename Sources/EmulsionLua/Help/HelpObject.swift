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
        try call.receiver(as: HelpObject.self).index.text(about: call.value(2), in: call.context)
      }
  }
}
