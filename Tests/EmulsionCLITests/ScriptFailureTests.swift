import Testing

@Suite struct ScriptFailureTests {
  @Test(arguments: [
    ("x = 1\nx = = 2", "s.lua:2: unexpected symbol near '='"), ("error('no')", "s.lua:1: no"),
    ("error({code = 'mine', message = 'told'})", "told"),
    ("print(1)\nlocal t = nil\nt.x = 1", "s.lua:3: attempt to index a nil value (local 't')"),
  ])
  func aScriptFailsInOneLine(script: String, message: String) throws {
    let folder = try TemporaryFolder()
    try folder.write(script, to: "s.lua")
    let result = try Command.run("s.lua", folder: folder.url)
    #expect(result.status == 1)
    #expect(result.errors == "emulsion: \(message)\n")
  }

  @Test func theCallsAreToldWhereFunctionsFail() throws {
    let folder = try TemporaryFolder()
    try folder.write(
      "function inner() error('deep') end\nfunction outer() inner() end\nouter()", to: "s.lua")
    let result = try Command.run("s.lua", folder: folder.url)
    #expect(
      result.errors == """
        emulsion: s.lua:1: deep
          s.lua:1: in function 'inner'
          s.lua:2: in function 'outer'
          s.lua:3: in main chunk

        """)
  }

  @Test func recursionWithoutEndIsToldBriefly() throws {
    let result = try Command.run("-e", "function f() return 1 + f() end f()")
    #expect(result.status == 1)
    #expect(result.errors.contains("stack overflow"))
    #expect(result.errors.split(separator: "\n").count < 20)
  }

  @Test func theMemoryLimitHolds() throws {
    let result = try Command.run(
      "--memory-limit", "20M", "-e", "t = {} while true do t[#t + 1] = ('x'):rep(10000) .. #t end")
    #expect(result.status == 1)
    #expect(result.errors.contains("20 MiB"))
  }
}
