import Emulsion
import EmulsionLua
import Foundation
import LuaBridge
import Testing

/// A session with `em`, and helpers to run scripts in it.
struct Script {
  let session: LuaSession
  var context: LuaContext { session.context }

  init(isTrusted: Bool = false, memoryLimit: Int? = nil, catalogue: Catalogue = .standard) throws {
    session = try LuaSession(
      isTrusted: isTrusted, memoryLimit: memoryLimit, catalogue: catalogue, isModuleGlobal: true)
  }

  /// What the script returns.
  @discardableResult
  func run(_ text: String, _ arguments: any LuaConvertible...) throws -> [LuaValue] {
    try context.compile(text, name: "script").call(arguments)
  }

  /// Defines the function `stop`, which raises the session's interrupt, as Ctrl-C does.
  func defineStop() throws -> LuaInterrupt {
    let interrupt = session.interrupt
    try context.globals().set(
      "stop",
      to: LuaFunction(in: context, name: "stop") { _ -> Bool in
        interrupt.raise()
        return true
      })
    return interrupt
  }

  /// The text of what an expression gives.
  func text(_ expression: String) throws -> String {
    guard let value = try run("return \(expression)").first else { return "nothing" }
    return try context.text(of: value)
  }

  /// The error that a script ends with.
  func failure(_ text: String) -> LuaError? {
    do {
      try run(text)
      return nil
    } catch {
      return error as? LuaError
    }
  }

  /// Checks that a script raises an error object of `code` whose message contains `parts`.
  func expect(
    _ text: String, raises code: String, _ parts: [String],
    _ location: SourceLocation = #_sourceLocation
  ) throws {
    let chunk = """
      local ok, e = pcall(function() \(text) end)
      if ok then return "no error", "" end
      if type(e) ~= "userdata" then return "not an error object", tostring(e) end
      assert(tostring(e) == e.message)
      return e.code, e.message
      """
    let results = try run(chunk)
    let message = results[1].string ?? ""
    #expect(results[0].string == code, "\(message)", sourceLocation: location)
    #expect(!message.contains("\n"), "\(message)", sourceLocation: location)
    for part in parts {
      #expect(message.contains(part), "\(message)", sourceLocation: location)
    }
  }

  /// Runs `text` with its allocations failing after none, one, two, … until it succeeds; every time an
  /// error that `isExpected` comes of it, and the session still works.
  static func sweepAllocations(_ text: String, isExpected: (LuaError) -> Bool) throws {
    var count = 0
    while true {
      let script = try Script()
      let function = try script.context.compile(text, name: "sweep")
      script.context.failAllocations(after: count)
      let result = Result { try function.call() }
      script.context.failAllocations(after: nil)
      #expect(try script.run("return em.vector{1, 2}:sum()")[0].number == 3)
      switch result {
      case .success:
        #expect(count > 100)
        return
      case .failure(let error):
        let error = try #require(error as? LuaError)
        #expect(isExpected(error), "\(count): \(error)")
      }
      count += 1 + count / 40
    }
  }
}

/// A path in the folder for temporary files, different for every call.
func temporaryPath(_ name: String) -> String {
  FileManager.default.temporaryDirectory
    .appendingPathComponent("emulsion-\(UInt64.random(in: 0...UInt64.max))-\(name)").path
}
