import Foundation
import Testing

/// The module in Debian's own Lua: the same results, errors and safety as under the command.
@Suite(.enabled(if: StockLua.program != nil, "\(StockLua.missing)"))
struct StockLuaTests {
  @Test(arguments: GalleryTests.scripts)
  func `a script prints what it does under the command`(name: String) throws {
    let script = Command.root.appending(path: "scripts/\(name).lua").path
    let folder = try TemporaryFolder()
    let result = try StockLua.run(script, folder: folder.url)
    #expect(result.errors.isEmpty)
    #expect(result.status == 0)
    let gallery = Command.root.appending(path: "Tests/EmulsionCLITests/Gallery")
    #expect(
      try result.output
        == String(contentsOf: gallery.appending(path: "\(name).txt"), encoding: .utf8))
    #expect(try folder.names() == GalleryTests.products[name] ?? [])
  }

  @Test func `errors are objects, and the last word of a script that fails`() throws {
    let folder = try TemporaryFolder()
    try folder.write(
      """
      local em = require "emulsion"
      local ok, problem = pcall(em.fit, em.dataset("iris"), { components = 3 })
      print(ok, problem.code, tostring(problem):find("label", 1, true) ~= nil)
      print(pcall(em.fit, em.dataset("faithful"), { component = 3 }))
      print(pcall(em.matrix, 1e6, 1e9))
      print(pcall(em.family, { log_density = function() error("mine") end, name = "x" }))
      print(em.fit(em.dataset("faithful"), { components = 2 }).bci)
      """, to: "errors.lua")
    let result = try StockLua.run("errors.lua", folder: folder.url)
    #expect(result.status == 1)
    #expect(result.lines.first == "false\tinvalid-data\ttrue")
    #expect(result.lines[1].hasSuffix("did you mean \"components\"?"))
    #expect(result.lines[2].contains("memory"))
    #expect(
      result.errors.contains(
        "lua5.4: Model has no field or method 'bci'; did you mean 'bic'?"))
  }

  @Test func `everything is let go when Lua ends, in whatever order`() throws {
    let folder = try TemporaryFolder()
    try folder.write(
      """
      -- Older than the module, so finalized after it.
      local late = setmetatable({}, { __gc = function()
        print(pcall(function() return kept.rows end), pcall(function() return made[1] end))
        print(pcall(em.vector or em.range, 1, 3))
      end })
      em = require "emulsion"
      kept = em.dataset("faithful")
      local early = setmetatable({}, { __gc = function() made = em.range(1, 3) end })
      package.loaded.emulsion = nil
      local again = require "emulsion"
      assert(again ~= em and again.fit(kept).bic == em.fit(kept).bic)
      for i = 1, 200 do
        local m = em.matrix(100, 100)
        coroutine.wrap(function() return m:transpose() + 1 end)()
      end
      """, to: "end.lua")
    let result = try StockLua.run("end.lua", folder: folder.url)
    #expect(result.status == 0)
    #expect(result.errors.isEmpty)
    #expect(result.lines.allSatisfy { $0.hasPrefix("false") }, "\(result.output)")
  }

  /// A fit that takes for ever, once `begun` is printed.
  private static let endless = """
    local em = require "emulsion"
    local data = em.dataset("diabetes"):drop { "label" }
    local function endless()
      print("begun") io.stdout:flush()
      return em.fit(data, { components = 9, tolerance = 0, max_iterations = 1e9, restarts = 1 })
    end

    """

  @Test(arguments: [
    "while true do pcall(endless) end",
    "xpcall(endless, function() end) while true do pcall(error) end",
    "local c = coroutine.wrap(function() while true do pcall(endless) end end) while true do pcall(c) end",
    """
    local f = em.family { name = "slow", initial = { a = 1 }, start = function() return { a = 1 } end,
      log_density = function(p, x) print("begun") while true do pcall(error) end end }
    pcall(em.fit, data, { family = f })
    while true do end
    """,
  ])
  func `Ctrl-C ends what runs, whatever pcall it is in`(script: String) throws {
    let call = try StockLua.invocation(["script.lua"])
    try call.folder.write(Self.endless + script, to: "script.lua")
    let path = call.folder.url.appending(path: "script.lua").path
    let session = try TerminalSession(
      Invocation(
        program: call.program, arguments: [path], folder: call.folder,
        environment: call.environment))
    try session.wait(for: "begun")
    usleep(100_000)
    session.type("\u{3}")
    #expect(try session.end() == 1)
    #expect(session.transcript.contains("interrupted"))
  }

  @Test func `a session goes on after Ctrl-C`() throws {
    let session = try TerminalSession(StockLua.invocation(["-i"]), term: "dumb")
    try session.wait(for: "> ")
    session.type("em = require 'emulsion' data = em.dataset('diabetes'):drop { 'label' }\r")
    for _ in 1...2 {
      try session.wait(for: "> ")
      session.type(
        "print('be' .. 'gun') while true do pcall(em.fit, data, "
          + "{ components = 9, tolerance = 0, max_iterations = 1e9, restarts = 1 }) end\r")
      try session.wait(for: "\nbegun")
      usleep(300_000)
      session.type("\u{3}")
      try session.wait(for: "interrupted")
      try session.wait(for: "> ")
      session.type("local n = 0 for i = 1, 1e5 do n = n + 1 end print(n + 42)\r")
      try session.wait(for: "100042")
    }
    try session.wait(for: "> ")
    session.type("print(em.fit(data, { components = 2 }).components + 40)\r")
    try session.wait(for: "\n42")
  }
}
