import LuaBridge
import Testing

@Suite struct ModuleMemoryTests {
  @Test func `any allocation of a script with fits may fail`() throws {
    let text = """
      local em = require "emulsion"
      local t = em.table{ x = {1, 2, 3, 11, 12, 13}, y = {1, 3, 2, 12, 11, 14}, g = {"a", "b"} and {1, 1, 1, 2, 2, 2} }
      local rows = t:filter(function(row) return row.x > 0 end):select{"x", "y"}
      local told = 0
      local m = em.fit(rows, { components = 2, restarts = 1, regularization = 0.1,
        progress = function(info) told = told + info.iteration end,
        initializer = function(data, k, random) return { means = {{1, 2}, {12, 12}} } end })
      local ok, e = pcall(em.fit, rows, { component = 2 })
      local text = tostring(m) .. tostring(e) .. tostring(t) .. tostring(m:predict(rows)) .. tostring(m.means)
      local s = em.select(rows, { components = {1, 2}, restarts = 1, regularization = 0.1 })
      return #text + #s.entries + told + m:sample(3):matrix():sum() + #em.help("fit")
      """
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
        #expect(error.kind == .memory, "\(count): \(error)")
      }
      count += 1 + count / 40
    }
  }
}
