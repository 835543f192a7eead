import Emulsion
import EmulsionPlugins
import LuaBridge
import Testing

/// Tables without silent holes, and ids that are exact.
@Suite struct StrictTableTests {
  let script: Script

  init() throws { script = try Script(isTrusted: true, catalogue: .withPlugins) }

  /// Regressions by group with ids of 19 digits, with 1, 2, … and with names.
  @Test func `groups are told apart whatever they are called`() throws {
    try script.run(
      """
      local function fit(id)
        local ids, x, y = {}, {}, {}
        for i = 1, 80 do
          local g = (i - 1) // 4
          ids[i] = id(g)
          x[i] = (i * 37 % 50) / 10
          y[i] = (g % 2 == 0 and 1 + 2 * x[i] or 9 - x[i]) + math.sin(i * 12.9) * 0.5
        end
        local t = em.table { id = ids, x = x, y = y }
        local m = em.fit(t, { components = 2, family = em.regression { formula = "y ~ x", group = "id" } })
        local labels = m:predict(t)
        for i = 1, 80 do assert(labels[i] == labels[(i - 1) // 4 * 4 + 1]) end
        return m.loglik
      end
      local small = fit(function(g) return g + 1 end)
      local big = fit(function(g) return 1234567890123456700 + g end)
      local text = fit(function(g) return "group " .. g end)
      assert(math.abs(big - small) < 1e-9 and math.abs(text - small) < 1e-9)
      local t = em.table { id = { 9007199254740993, 1 } }
      assert(t["id"][1] == "9007199254740993" and t["id"][2] == "1")
      assert(em.table { id = { 9007199254740992, 1 } }["id"][2] == 1)
      """)
    try script.expect(
      "em.table { id = { 9007199254740993, 1.5 } }", raises: "invalid-data", ["element 1", "2⁵³"])
  }

  @Test func `a column of text keeps its length`() throws {
    let path = temporaryPath("texts.csv")
    try script.run(
      """
      local path = ...
      local f = io.open(path, "w") f:write("g,x\\na,1\\n,2\\nc,3\\n,4\\n") f:close()
      local t = em.read(path)
      os.remove(path)
      local g = t["g"]
      assert(#g == t.rows and g.size == 4 and g[1] == "a" and g[2] == nil and g[3] == "c" and g[5] == nil)
      local n = 0 for i, text in pairs(g) do n = n + i end assert(n == 10)
      assert(em.table { g = g }["g"] == g)
      local kept = t:filter(function(row) return row.g end)
      assert(kept.rows == 2 and table.concat(kept["g"], "+") == "a+c")
      local d = em.dataset("iris")
      assert(em.fit(d:drop { "label" }, { components = 3, initializer = { labels = d["label"] } }).components == 3)
      """, path)
  }

  @Test func `columns go before members of their name`() throws {
    try script.run(
      """
      local t = em.table { rows = { 5, 6 }, head = { "a", "b" }, x = { 1, 2 } }
      assert(t["rows"][2] == 6 and t["head"][1] == "a" and #t == 2 and t.columns == 3)
      assert(t:select("x", "rows").columns == 2 and t:drop("x", "rows").names[1] == "head")
      assert(em.table { x = { 1 } }.rows == 1)
      """)
  }

  @Test(arguments: [
    (
      "d:filter(function(row) return row.waitin > 60 end)", "invalid-option",
      ["\"waitin\"", "waiting"]
    ),
    ("d:filter(function(row) return row[1] end)", "invalid-option", ["names of columns"]),
    ("d:head(3, 4)", "script", ["takes one argument", "argument 2"]),
    ("em.vector{1}:mean(2)", "script", ["no argument"]),
    ("em.range(1, 2, 3, 4)", "script", ["takes 3 arguments"]),
    ("em.read('a', {}, 1)", "script", ["argument 3"]),
    (
      "em.fit(d, { family = (function() local t = {} t[1] = t return t end)() })", "invalid-option",
      ["hold itself"]
    ),
    (
      "em.fit(d, { family = (function() local t = {} t.a = t return t end)() })", "invalid-option",
      ["hold itself"]
    ),
    (
      "em.regression { formula = (function() local t = {} for i = 1, 30000 do t = { t } end return t end)() }",
      "invalid-option", ["deep"]
    ),
    ("d:write('a\\0b.csv')", "io", ["NUL"]), ("em.read('a\\0b.csv')", "io", ["NUL"]),
    ("em.load('a\\0b.json')", "io", ["NUL"]), ("em.sqlite('a\\0b', 'select 1')", "io", ["NUL"]),
    ("em.fit(d, { components = 1 }):save('a\\0b')", "io", ["NUL"]),
  ])
  func `is told in one line`(text: String, code: String, parts: [String]) throws {
    try script.expect("local d = em.dataset('faithful') " + text, raises: code, parts)
  }

  @Test func `sums may not lie within each other without end`() throws {
    try script.expect(
      """
      local t = {} t.a = t
      local F = em.family { name = "q", log_density = function(p, x) return x:column(1) * 0 end,
        statistics = function() return t end, estimate = function() return { a = 1 } end }
      em.fit(em.dataset("faithful"), { family = F })
      """, raises: "script", ["deep"])
  }

  @Test func `centres of k-means are in the data's units`() throws {
    try script.run(
      """
      local d = em.dataset("faithful")
      local k = em.kmeans(d, { components = 2, standardize = true })
      assert(k.centers:get(1, 2) > 75 and k.centers:get(1, 2) < 85 and k.centers:get(2, 1) < 2.5)
      assert(k.inertia < 2 * d.rows)
      """)
  }

  @Test func `two rows select one component`() throws {
    try script.run(
      """
      local s = em.select({ { 2 }, { 3 } })
      assert(s.best.components == 1)
      local text = tostring(s)
      assert(text:find("failed") and text:find("components = 3, but the data have only 2 rows", 1, true))
      assert(text:find("ok\\n"))
      """)
  }

  @Test(arguments: [
    "local t = {} while true do t[#t + 1] = em.matrix(300, 300):tolist() end",
    "while true do em.family { name = 'f' .. #tostring({}) .. n(), log_density = function() end, initial = { a = 1 } } end",
    "local t = {} while true do t[#t + 1] = em.table { x = em.range(1, 1000), y = em.range(1, 1000) * 2 } end",
    "em.sqlite('/dev/null', 'with recursive c(x) as (select 1 union all select x + 1 from c) select x from c')",
    "local m = em.fit(em.dataset('faithful'), { components = 2, restarts = 1 }) local t = {} while true do t[#t + 1] = m:plot() end",
  ])
  func `whatever grows meets the memory limit`(text: String) throws {
    let script = try Script(memoryLimit: 16 << 20)
    try script.run("local i = 0 function n() i = i + 1 return i end")
    let error = try #require(script.failure(text))
    #expect(error.kind == .memory && error.message.contains("not enough memory"), "\(error)")
  }
}
