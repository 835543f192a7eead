import Emulsion
import LuaBridge

extension LuaValue {
  /// The value of option `name` as the name of a file.
  func path(_ name: String) throws -> String {
    let path = try text(name)
    guard !path.isEmpty else { throw mustBe(name, "the name of a file") }
    return path
  }

  /// Where a fit is kept: a file's name, or a table of `path` and `seconds`.
  func checkpoint() throws -> Checkpoint {
    guard let table else {
      guard string != nil else { throw mustBe("checkpoint", "a file's name, or { path, seconds }") }
      return Checkpoint(try path("checkpoint"))
    }
    var checkpoint = Checkpoint(try table.get("path").path("checkpoint.path"))
    for (key, value) in try table.pairs() where key.string != "path" {
      guard key.string == "seconds" else {
        throw EmulsionError(
          .invalidOption,
          "checkpoint: unknown option \(key.explanation); there are path and seconds")
      }
      checkpoint.seconds = try value.real("checkpoint.seconds")
    }
    return checkpoint
  }
}
