import Emulsion
import LuaBridge

extension LuaContext {
  /// Checks that what a script asked for by its size fits the memory, before it is made.
  ///
  /// - Parameter what: How much of what, as in `em.range: 1000000 numbers`.
  /// - Throws: `invalid-option` naming that where it would not fit alone, else what ``claim(bytes:)`` throws.
  func reserve(_ bytes: Int, for what: String) throws {
    guard bytes <= min(memoryLimit ?? .max, machineMemory()) else {
      throw EmulsionError(.invalidOption, "\(what) don't fit into memory")
    }
    try claim(bytes: bytes)
  }
}
