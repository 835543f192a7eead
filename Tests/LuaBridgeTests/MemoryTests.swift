import LuaBridge
import Testing

@Suite struct MemoryTests {
  /// A script that touches everything the bridge does.
  static let script = """
    local c = make()
    c:add(3)
    local sum = c + 4 + #c + c[2]
    local ok, e = pcall(fail)
    local text = tostring(e) .. e.code
    local list = {}
    for i = 1, 20 do list[i] = {i, tostring(i)} end
    local function inner() call(function() error({code = "mine", message = "own"}) end) end
    pcall(inner)
    coroutine.wrap(function() call(function() return make() end) coroutine.yield(1) end)()
    local echoed = echo({1, 2, "three", {four = 4}, make})
    local f = load("return function(x) return x .. 'y' end")()
    return f("x"), sum
    """

  static func prepare(_ context: LuaContext, _ census: Census) throws {
    try context.define("make") { _ in Counter(census, bytes: 10_000) }
    try context.define("fail") { _ -> Bool in throw UniqueError() }
    try context.define("call") { call in LuaTuple(contentsOf: try call.function(1, "f").call()) }
    try context.define("echo") { call in
      let pairs = try call.table(1, "t").pairs()
      let table = try LuaTable(in: call.context)
      for pair in pairs { try table.set(pair.key, to: pair.value) }
      return table
    }
  }

  @Test func `every allocation may fail`() throws {
    let census = Census()
    var failures = 0
    var succeeded = false
    for count in 0..<5000 {
      let runtime = try LuaRuntime()
      try Self.prepare(runtime.context, census)
      let function = try runtime.context.compile(Self.script, name: "sweep")
      runtime.context.failAllocations(after: count)
      do {
        let results = try function.call()
        #expect(results[0].string == "xy")
        succeeded = true
      } catch {
        failures += 1
        let error = try #require(error as? LuaError)
        #expect(error.kind == .memory, "\(count): \(error)")
      }
      runtime.context.failAllocations(after: nil)
      #expect(try runtime.context.run("return 1 + 1")[0].integer == 2)
      if succeeded { break }
    }
    #expect(succeeded && failures > 50)
    #expect(census.count == 0)
  }

  @Test func `opening a state without memory throws`() {
    for limit in stride(from: 0, through: 40_000, by: 1000) where limit > 0 {
      do {
        _ = try LuaRuntime(memoryLimit: limit)
      } catch {
        #expect((error as? LuaError)?.kind == .memory)
      }
    }
  }

  @Test(arguments: [
    "local t = {} while true do t[#t + 1] = {} end",
    "local s = 'x' while true do s = s .. s end",
    "local t = {} while true do t[#t + 1] = make() end",
    "local t = {} while true do pcall(function() t[#t + 1] = ('x'):rep(1000) .. #t end) if failed then break end local ok, e = pcall(string.rep, 'x', 1e7) if not ok then error(e, 0) end end",
    "claim(1e12)",
  ])
  func `a script that allocates without end is told`(script: String) throws {
    let census = Census()
    let runtime = try LuaRuntime(memoryLimit: 8 << 20)
    let context = runtime.context
    try context.define("make") { _ in Counter(census, bytes: 100_000) }
    try context.define("claim") { call in
      try context.claim(bytes: call.integer(1, "bytes"))
      return true
    }
    let error = try #require(failure(of: script, in: context))
    let isMemory = error.kind == .memory && error.message.contains("limit of 8 MiB")
    #expect(isMemory || error.message.contains("stack overflow"), "\(error)")
    try context.collectGarbage()
    #expect(try context.run("return #('x'):rep(100)")[0].integer == 100)
  }

  @Test(arguments: [
    "local function f() return 1 + f() end f()",
    "local t = setmetatable({}, {}) getmetatable(t).__index = function(t, k) return t[k] end return t.x",
    "local function f() call(f) end f()",
    "local function f() return (('x'):gsub('x', f)) end f()",
    "local function f() coroutine.wrap(f)() end f()",
    "xpcall(error, function(e) error(e) end) local function f() f() return 1 end xpcall(f, f) f()",
  ])
  func `recursion without end is told`(script: String) throws {
    let runtime = try LuaRuntime()
    let context = runtime.context
    try context.define("call") { call in try call.function(1, "f").call().count }
    let error = try #require(failure(of: script, in: context))
    #expect(error.message.contains("stack overflow"), "\(error.message.prefix(300))")
    #expect(try context.run("return 2")[0].integer == 2)
  }

  @Test func `objects are released`() throws {
    let census = Census()
    var runtime: LuaRuntime? = try LuaRuntime()
    do {
      let context = try #require(runtime?.context)
      try context.define("make") { _ in Counter(census) }
      try context.run("for i = 1, 100 do make() end kept = make()")
      try context.collectGarbage()
      #expect(census.count == 1)
      let values = try context.run("return make(), {make()}, function() end")
      try context.collectGarbage()
      #expect(census.count == 3 && values.count == 3)
    }
    try runtime?.context.collectGarbage()
    #expect(census.count == 1)
    runtime = nil
    #expect(census.count == 0)
  }

  @Test func `objects that finalizers make while the state closes are released`() throws {
    let census = Census()
    do {
      let runtime = try LuaRuntime()
      try runtime.context.define("make") { _ in Counter(census) }
      try runtime.context.run(
        """
        collectgarbage("stop")
        kept = make()
        setmetatable({}, { __gc = function()
          late = make()
          do local closed <close> = make() end
        end })
        calls = setmetatable({}, { __gc = function() pcall(make) pcall(kept.add, kept, 1) end })
        """)
      #expect(census.count == 1)
    }
    #expect(census.count == 0)
  }

  @Test func `closures and contexts are released`() throws {
    weak var weakContext: LuaContext?
    weak var weakObject: Counter?
    do {
      let runtime = try LuaRuntime()
      let held = Counter(Census())
      weakObject = held
      weakContext = runtime.context
      try runtime.context.define("get") { _ in held.value }
      try runtime.context.run("get()")
    }
    #expect(weakContext == nil && weakObject == nil)
  }

  @Test func `native size hastens the collector`() throws {
    let census = Census()
    let runtime = try LuaRuntime()
    try runtime.context.define("make") { _ in Counter(census, bytes: 100 << 20) }
    try runtime.context.run("for i = 1, 200 do local x = make() end")
    #expect(census.count < 20)
    #expect(runtime.context.memoryUsed < 20 * 100 << 20)
  }
}
