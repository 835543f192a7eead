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
    try Script.sweepAllocations(text) { $0.kind == .memory }
  }
}
