import LuaBridge
import Testing

@Suite struct ErrorTests {
  let runtime: LuaRuntime
  var context: LuaContext { runtime.context }

  init() throws { runtime = try LuaRuntime() }

  @Test(arguments: [
    "fail()", "pcall(print) fail()", "local ok, e = pcall(fail) error(e)",
    "local ok, e = pcall(fail) assert(rawequal(e, select(2, pcall(error, e)))) error(e, 0)",
    "coroutine.wrap(fail)()", "local t <close> = setmetatable({}, {__close = fail})",
    "call(fail)", "call(function() call(fail) end)",
  ])
  func `a Swift error is the same after Lua`(script: String) throws {
    let original = UniqueError()
    try context.define("fail") { _ -> Bool in throw original }
    try context.define("call") { call in try call.function(1, "f").call().count }
    let error = try #require(failure(of: script, in: context))
    #expect(error.cause as? UniqueError === original)
    #expect(error.traceback?.contains("stack traceback:") == true)
  }

  @Test(arguments: ["{}", "'a text'", "setmetatable({}, {})", "print", "42"])
  func `a Lua error is the same after Swift`(value: String) throws {
    try context.define("call") { call in try call.function(1, "f").call().count }
    try context.run(
      """
      local value = \(value)
      local ok, e = pcall(call, function() error(value, 0) end)
      assert(not ok and rawequal(e, value), tostring(e))
      """)
  }

  @Test func `error objects have code, message, traceback and location`() throws {
    try context.define("fail") { _ -> Bool in throw LuaError(.script, "no such file") }
    try context.run(
      """
      local ok, e = pcall(function()
        fail()
      end)
      assert(e.code == "script" and e.message == "no such file" and tostring(e) == e.message)
      assert(e.traceback:find("in function 'fail'") and e.location == "test:2", e.location)
      assert("x: " .. e == "x: no such file")
      """)
    context.describeError = { _ in LuaErrorDescription(code: "io", message: "m", fields: ["n": 7]) }
    try context.run(
      "local _, e = pcall(fail) assert(e.code == 'io' and e.n == 7 and e.message == 'm')")
  }

  @Test func `the traceback of a callback names its line`() throws {
    try context.define("call") { call in try call.function(1, "f").call().count }
    let error = try #require(
      failure(of: "local function inner()\n error('boom') end\ncall(inner)", in: context))
    #expect(error.message == "test:2: boom")
    #expect(error.traceback?.contains("<test:1>") == true)
    #expect(error.traceback?.contains("'call'") == true)
  }

  @Test(arguments: [
    ("add('x')", "add: argument 1 (n) must be a whole number, got \"x\""),
    ("add(1.5)", "add: argument 1 (n) must be a whole number, got 1.5"),
    ("add()", "add: argument 1 (n) must be a whole number, got nothing"),
    ("add({})", "add: argument 1 (n) must be a whole number, got a table"),
    ("c.add(5, 1)", "receiver must be a Counter"),
    ("c.add()", "receiver must be a Counter"),
    ("c:add(c)", "Counter:add: argument 1 (n) must be a whole number, got a Counter"),
    ("c.nothing()", "Counter has no field or method 'nothing'"),
    ("c.value = 3", "Counter is read-only: value can't be set"),
    ("local d <close> = c; c:__close()", "no field or method '__close'"),
  ])
  func `wrong arguments are named`(script: String, text: String) throws {
    try context.define("add") { try $0.integer(1, "n") }
    try context.globals().set("c", to: Counter(Census()))
    let error = try #require(failure(of: script, in: context))
    #expect(error.message.contains(text), "\(error.message)")
  }

  @Test func `a closed userdata says so`() throws {
    let census = Census()
    try context.globals().set("c", to: Counter(census))
    try context.run("do local d <close> = c end")
    #expect(census.count == 0)
    for script in ["return c.value", "c:add(1)", "return c + 1", "return #c", "return c[1]"] {
      let error = try #require(failure(of: script, in: context))
      #expect(error.message.contains("the Counter is closed"), "\(error.message)")
    }
    #expect(try context.run("return c == c")[0].isNil == false)
  }

  @Test func `syntax errors and unfinished chunks differ`() throws {
    #expect(failure(of: "x = = 1", in: context)?.kind == .syntax)
    #expect(failure(of: "for i = 1, 3 do", in: context)?.kind == .incomplete)
    #expect(failure(of: "x = = 1", in: context)?.message.hasPrefix("test:1:") == true)
  }

  @Test func `values of a closed state throw`() throws {
    var other: LuaRuntime? = try LuaRuntime()
    let function = try #require(try other?.context.run("return function() end")[0].function)
    other = nil
    #expect(throws: LuaError.self) { try function.call() }
  }
}
