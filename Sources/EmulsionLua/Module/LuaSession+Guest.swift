import Emulsion
import LuaBridge

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

extension LuaSession {
  /// Answers `require "emulsion"` in a Lua state that another program owns, such as the stock `lua5.4`.
  ///
  /// To be called by a C function that gives Lua the results, or raises the error.
  ///
  /// - Parameters:
  ///   - state: The `lua_State`, which everything made here lives as long as.
  ///   - catalogue: The families and whatever else scripts find by name; they may add to it.
  /// - Returns: The number of results on the stack; negative where an error is to be raised.
  public static func openModule(in state: OpaquePointer, catalogue: () throws -> Catalogue) -> Int32
  {
    LuaContext.openModule(in: state, memoryLimit: machineMemory()) { context in
      var size = winsize()
      if ioctl(STDOUT_FILENO, UInt(TIOCGWINSZ), &size) == 0, size.ws_col >= 20 {
        context.screenWidth = Int(size.ws_col)
      }
      return try EmulsionModule(registry: Registry(catalogue()), isTrusted: true)
        .install(in: context)
    }
  }
}
