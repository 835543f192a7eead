import LuaBridge
import Testing

@Suite struct SandboxTests {
  @Test(arguments: [
    "io", "os", "debug", "dofile", "loadfile", "package.loadlib", "string.dump",
    "package.searchpath",
  ])
  func `untrusted scripts do not have`(name: String) throws {
    let runtime = try LuaRuntime()
    #expect(try runtime.context.run("return \(name)")[0].isNil)
  }

  @Test(arguments: ["debug", "string.dump", "package.loadlib", "package.cpath", "os.setlocale"])
  func `trusted scripts do not have`(name: String) throws {
    let runtime = try LuaRuntime(isTrusted: true)
    #expect(try runtime.context.run("return \(name)")[0].isNil)
  }

  @Test(arguments: [
    "load('\\27Lua')", "load('\\27Lua', 'x', 'b')",
    "load(function() local s = x; x = nil; return s end, 'x', 'bt')",
  ])
  func `binary chunks are refused`(expression: String) throws {
    let runtime = try LuaRuntime(isTrusted: true)
    let result = try runtime.context.run("x = '\\27Lua'; return \(expression)")
    #expect(result[0].isNil)
    #expect(result[1].string?.contains("attempt to load a binary chunk") == true)
  }

  @Test func `load keeps its environment`() throws {
    let runtime = try LuaRuntime()
    #expect(try runtime.context.run("return load('return y', 'c', 't', {y = 5})()")[0].integer == 5)
    #expect(try runtime.context.run("y = 6 return load('return y')()")[0].integer == 6)
  }

  @Test(arguments: [true, false])
  func `a provided module is required`(isTrusted: Bool) throws {
    let runtime = try LuaRuntime(isTrusted: isTrusted)
    try runtime.context.provide("answers", ["life": 42])
    #expect(try runtime.context.run("return require('answers').life")[0].integer == 42)
    let error = try #require(failure(of: "require 'nothing'", in: runtime.context))
    #expect(error.message.contains("module 'nothing' not found"))
  }

  @Test func `metatables of objects are out of reach`() throws {
    let runtime = try LuaRuntime()
    try runtime.context.globals().set("c", to: Counter(Census()))
    #expect(try runtime.context.run("return getmetatable(c)")[0].string == "Counter")
    #expect(failure(of: "setmetatable(c, {})", in: runtime.context) != nil)
    #expect(
      failure(of: "setmetatable(1, {})", in: runtime.context)?.message.contains("'setmetatable'")
        == true)
  }
}
