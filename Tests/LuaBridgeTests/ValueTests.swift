import LuaBridge
import Testing

@Suite struct ValueTests {
  let runtime: LuaRuntime
  var context: LuaContext { runtime.context }

  init() throws { runtime = try LuaRuntime() }

  @Test func `values cross both ways`() throws {
    let results = try context.run(
      "local a, b, c, d, e = ... return a, b, c, d, e, nil",
      1, 2.5, "text ü", true, ["x": [1.0, 2.0]])
    #expect(results[0].integer == 1)
    #expect(results[1].number == 2.5)
    #expect(results[2].string == "text ü")
    #expect(results[3].explanation == "true")
    #expect(results[4].explanation == "a table")
    #expect(results.count == 6 && results[5].isNil)
  }

  @Test func `bytes that are not UTF-8 do not trap`() throws {
    #expect(try context.run("return 'a\\xffb'")[0].string == "a\u{FFFD}b")
  }

  @Test func `lists of numbers name what is none`() throws {
    let table = try #require(try context.run("return {1, 2.5, 'x', 4}")[0].table)
    guard case .notNumber(3, let value) = try table.numbers() else {
      Issue.record("a text was taken for a number")
      return
    }
    #expect(value.string == "x")
    let good = try #require(try context.run("return {1, 2.5}")[0].table)
    guard case .numbers([1, 2.5]) = try good.numbers() else {
      Issue.record("numbers were not read")
      return
    }
  }

  @Test func `tables are read and written without metamethods`() throws {
    let table = try #require(
      try context.run("return setmetatable({10, 20, a = 1}, {__index = error})")[0].table)
    #expect(try table.get("b").isNil)
    #expect(try table.get(2).integer == 20)
    #expect(table.count == 2)
    #expect(try table.pairs().count == 3)
    try table.set("b", to: "x")
    #expect(try table.get("b").string == "x")
  }

  @Test func `objects index, add, count and compare`() throws {
    let counter = Counter(Census())
    try context.globals().set("c", to: counter)
    try context.globals().set("d", to: counter)
    try context.run(
      """
      assert(c:add(3) == 3 and c.value == 3 and #c == 3 and c + 1 == 4)
      local seen = {}
      for i, x in ipairs(c) do seen[i] = x end
      assert(#seen == 3 and seen[3] == 9)
      assert(c == d and not rawequal(c, d))
      """)
  }

  @Test func `many references come and go`() throws {
    for _ in 0..<10_000 { _ = try context.run("return {}") }
    try context.collectGarbage()
    #expect(context.memoryUsed < 4 << 20)
  }

  @Test func `a foreign thread is refused`() async throws {
    let function = try #require(try context.run("return function() end")[0].function)
    let wrong = await Task.detached { () -> LuaError.Kind? in
      await Task.yield()
      do {
        try function.call()
        return nil
      } catch {
        return (error as? LuaError)?.kind
      }
    }.value
    // The pool may run the task on this very thread.
    #expect(wrong == nil || wrong == .misuse)
  }
}
