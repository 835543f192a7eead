import Emulsion
import Foundation
import LuaBridge
import Testing

/// Families that scripts define.
@Suite struct ScriptFamilyTests {
  let script: Script

  init() throws { script = try .withFamilies() }

  @Test func `the design's example fits as the built-in family does`() throws {
    try script.run(
      """
      local data = rates(3000)
      local start = { parameters = { { rate = 2 }, { rate = 0.2 } } }
      local theirs = em.fit(data, { components = 2, family = "exponential", initializer = start })
      local mine = em.fit(data, { components = 2, family = exponential(), initializer = start })
      assert(math.abs(mine.loglik - theirs.loglik) < 1e-9 * math.abs(theirs.loglik))
      assert(mine.iterations == theirs.iterations and mine.free_parameters == theirs.free_parameters)
      assert(math.abs(mine.parameters[1].rate - theirs.parameters[1].rate) < 1e-9)
      assert(mine.family == "exponential" and mine.bic == -2 * mine.loglik + 3 * math.log(3000))
      local found = em.fit(data, { components = 2, family = "exponential" })
      assert(math.abs(found.loglik - theirs.loglik) < 0.05)
      """)
  }

  @Test func `a family without an M step is maximised`() throws {
    try script.run(
      """
      local data = em.dataset("faithful"):matrix{"waiting"}
      local options = { components = 2, initializer = { parameters = { { mean = 50, deviation = 5 },
        { mean = 80, deviation = 5 } } }, max_iterations = 20, tolerance = 0 }
      options.family = normal
      local mine = em.fit(data, options)
      options.family, options.initializer = nil, { means = { {50}, {80} }, covariances = { {{25}}, {{25}} } }
      local theirs = em.fit(data, options)
      assert(math.abs(mine.loglik - theirs.loglik) < 1e-6)
      for k = 1, 2 do
        assert(math.abs(mine.parameters[k].mean - theirs.means:get(k, 1)) < 1e-4)
        assert(math.abs(mine.parameters[k].deviation ^ 2 - theirs.covariances[k]:get(1, 1)) < 1e-3)
      end
      assert(mine.free_parameters == 5)
      local free = em.fit(data, { components = 2, family = "normal" })
      assert(math.abs(free.loglik - theirs.loglik) < 0.05)
      """)
  }

  @Test(arguments: ["1", "1e-6", "1e6"])
  func `units matter to no numeric estimate`(factor: String) throws {
    try script.run(
      """
      local data = em.dataset("faithful"):matrix{"waiting"} * \(factor)
      local m = em.fit(data, { components = 2, family = normal, tolerance = 1e-6 })
      assert(math.abs(m.loglik + 272 * math.log(\(factor)) + 1034.0017) < 1e-3)
      """)
  }

  @Test(arguments: [
    "{ 5, 5, 5, 5 }, { components = 1", "{ 1, 1, 1, 2, 2, 2, 9 }, { components = 3",
  ])
  func `what collapses is told`(call: String) throws {
    try script.run(
      """
      local ok, m = pcall(em.fit, \(call), family = normal })
      if ok then
        assert(m.degenerate and m.warnings[1]:find("collapsed"))
      else
        assert(m.code == "degenerate", tostring(m))
      end
      """)
  }

  @Test func `borders are kept by transforms`() throws {
    // A multinomial of one draw: its maximum likelihood is the shares of the columns.
    try script.run(
      """
      local shares = em.family {
        name = "shares",
        log_density = function(p, x) return x:dot(p.p:log()) + math.log(p.rho) * 0 end,
        initial = { p = { 0.25, 0.25, 0.5 }, rho = 0.5 },
        transforms = { p = "simplex", rho = "interval" },
      }
      local rows = {}
      for i = 1, 60 do
        rows[i] = i <= 10 and { 1, 0, 0 } or i <= 30 and { 0, 1, 0 } or { 0, 0, 1 }
      end
      local m = em.fit(rows, { family = shares })
      local p = m.parameters[1].p
      assert(math.abs(p[1] - 1 / 6) < 1e-6 and math.abs(p[2] - 1 / 3) < 1e-6)
      assert(math.abs(p:sum() - 1) < 1e-12 and m.free_parameters == 3)
      """)
  }

  @Test func `statistics may ask for the parameters they are taken under`() throws {
    try script.run(
      """
      local data = em.dataset("faithful"):matrix{"waiting"}
      local start = { parameters = { { location = 55, scale = 4 }, { location = 80, scale = 4 } } }
      local mine = em.fit(data, { components = 2, family = laplace, initializer = start, tolerance = 1e-6 })
      local theirs = em.fit(data, { components = 2, family = "laplace", initializer = start, tolerance = 1e-6 })
      assert(mine.loglik <= theirs.loglik + 1e-6 and mine.loglik > theirs.loglik - 1)
      for i = 2, #mine.trace do assert(mine.trace[i] >= mine.trace[i - 1] - 1e-6) end
      """)
  }

  @Test func `sums may be vectors, matrices and tables of these`() throws {
    try script.run(
      """
      local centres = em.family {
        name = "spheres",
        log_density = function(p, x)
          local d = x - p.mean
          return -0.5 * (d * d):sum(2) - math.log(2 * math.pi)
        end,
        statistics = function(x, w)
          local first = em.matrix{ { w:dot(x:column(1)), 0 }, { 0, w:dot(x:column(2)) } }
          return { n = w:sum(), deep = { s = w:dot(x), list = { w:sum(), first } } }
        end,
        estimate = function(s)
          assert(s.deep.list[1] == s.n and #s.deep.list == 2)
          for j = 1, 2 do assert(math.abs(s.deep.list[2]:get(j, j) - s.deep.s[j]) < 1e-6) end
          return { mean = s.deep.s / s.n }
        end,
      }
      local rows = {}
      for i = 1, 20000 do rows[i] = { i % 2 * 10 + math.sin(i), math.cos(i) } end
      local m = em.fit(em.matrix(rows), { components = 2, family = centres, threads = 2 })
      local mean = m.parameters[1].mean
      assert(mean.size == 2 and math.min(mean[1], math.abs(mean[1] - 10)) < 0.1)
      assert(m.free_parameters == 5)
      """)
  }

  @Test func `it is used wherever families are`() throws {
    try script.run(
      """
      local faithful = em.dataset("faithful")
      local E = exponential()
      assert(tostring(E):find("exponential") and tostring(E):find("in Lua") and E.name == "exponential")
      local mixed = em.fit(faithful, { components = 2, family = { eruptions = "gaussian", waiting = E } })
      assert(mixed.parameters[1]["exponential.rate"] > 0)
      -- Each column has a factor of its own: the functions know columns by position.
      local twice = em.fit(faithful, { components = 2, family = { eruptions = E, waiting = E } })
      assert(twice.parameters[1]["exponential1.rate"] and twice.parameters[1]["exponential2.rate"])
      local list = em.fit(faithful, { components = 2,
        family = { em.exponential{ columns = { "waiting" } }, em.gaussian{ columns = { "eruptions" } } } })
      assert(math.abs(list.loglik - mixed.loglik) < 0.1)
      local waiting = faithful:matrix{"waiting"}
      local s = em.select(waiting, { components = { 1, 2 }, families = { E, "gaussian", normal }, threads = 2 })
      assert(s.best.family == "gaussian" or s.best.family == "normal")
      assert(#s.entries == 6 and s:get(2, nil or "full"))
      local m = em.fit(waiting, { components = 2, family = normal, threads = 2 })
      assert(m:predict(waiting).size == 272 and m:posterior(waiting).columns == 2)
      assert(math.abs(m:logdensity(waiting):sum() - m.loglik) < 1e-9 * math.abs(m.loglik))
      assert(math.abs(m:score(waiting) * 272 - m.loglik) < 1e-9 * math.abs(m.loglik))
      assert(m:resume{ max_iterations = 5 }.loglik >= m.loglik - 1e-9)
      local drawn = m:sample(2000, 1)
      assert(drawn.rows == 2000 and math.abs(drawn["x1"]:mean() - 70.9) < 1.5)
      assert(tostring(m:sample(5, 1)) == tostring(m:sample(5, 1)))
      assert(#m:plot():text(60, 20) > 100 and tostring(m):find("deviation"))
      """)
  }

  @Test func `threads and restarts change no bit`() throws {
    try script.run(
      """
      local data = rates(30000)
      local one = em.fit(data, { components = 2, family = exponential(), threads = 1 })
      local two = em.fit(data, { components = 2, family = exponential(), threads = 2 })
      for i, value in ipairs(one.trace) do assert(value == two.trace[i]) end
      local few = rates(300)
      local a = em.select(few, { components = { 1, 2, 3 }, families = { normal, "gaussian" }, threads = 4 })
      local b = em.select(few, { components = { 1, 2, 3 }, families = { normal, "gaussian" }, threads = 1 })
      for i, entry in ipairs(a.entries) do assert(entry.loglik == b.entries[i].loglik) end
      """)
  }

  @Test func `row weights, and rows of weight 0, whatever they hold`() throws {
    try script.run(
      """
      local logs = em.family {
        name = "logs", support = "positive",
        log_density = function(p, x) return -0.5 * (x:column(1):log() - p.m) ^ 2 end,
        statistics = function(x, w) return { n = w:sum(), s = w:dot(x:column(1):log()) } end,
        estimate = function(s) return { m = s.s / s.n } end,
      }
      local a = em.fit({ 1, 2, 3, 8, 9, 10 }, { components = 2, family = logs, weights = { 3, 1, 1, 1, 1, 2 } })
      local b = em.fit({ 1, 1, 1, 2, 3, 8, 9, 10, 10 }, { components = 2, family = logs })
      local c = em.fit({ 1, 2, 3, -5, 8, 9, 10, -1e300 },
        { components = 2, family = logs, weights = { 3, 1, 1, 0, 1, 1, 2, 0 } })
      assert(math.abs(a.loglik - b.loglik) < 1e-9 and math.abs(a.loglik - c.loglik) < 1e-9)
      """)
    try script.expect(
      "em.fit({ 1, -2, 3 }, { family = 'logs' })", raises: "invalid-data",
      ["row 2", "-2", "numbers > 0"])
  }

  @Test func `densities of 0 are allowed`() throws {
    try script.run(
      """
      local shifted = em.family {
        name = "shifted", support = "real",
        log_density = function(p, x)
          local v = x:column(1)
          local inside = ((v - p.origin) / (v - p.origin):abs() + 1) / 2
          return -(v - p.origin) + inside:log()
        end,
        statistics = function(x, w, p) return { n = w:sum() } end,
        estimate = function(s, previous) return previous end,
        initial = { origin = 0 },
      }
      local m = em.fit({ 1, 2, 30, 31 }, { components = 2, family = shifted,
        initializer = { parameters = { { origin = 0.5 }, { origin = 29.5 } } }, max_iterations = 3 })
      local p = m:posterior({ 1 })
      assert(p:get(1, 1) == 1 and p:get(1, 2) == 0)
      assert(m:logdensity({ -5 })[1] == -math.huge)
      """)
  }

  @Test func `starts of its own`() throws {
    try script.run(
      """
      local calls = 0
      local E = exponential{ start = function(x, random)
        calls = calls + 1
        assert(x.columns == 1 and x.rows == 300)
        return { rate = 1 / x:get(random(x.rows), 1) }
      end }
      local m = em.fit(rates(300), { components = 2, family = E, restarts = 4 })
      assert(calls == 8 and m.evidence.starts == 4)
      local wide = em.family {
        name = "wide",
        log_density = function(p, x) return -0.5 * (x - p.mean):abs():sum(2) end,
        statistics = function(x, w) return { n = w:sum(), s = w:dot(x) } end,
        estimate = function(s) return { mean = s.s / s.n } end,
        initial = function(x) return { mean = x:mean(1) } end,
      }
      assert(em.fit(em.dataset("faithful"), { family = wide }).parameters[1].mean.size == 2)
      """)
  }

  @Test func `a vector that a script keeps stays as it was`() throws {
    try script.run(
      """
      local kept, sums = {}, {}
      local E = exponential{ statistics = function(x, w)
        local column = x:column(1)
        kept[#kept + 1], sums[#sums + 1] = column, column:sum()
        local other = x:column(1)
        other[1] = -1e9
        x:set(1, 1, 1e9)
        kept[#kept + 1], sums[#sums + 1] = w, w:sum()
        return { n = w:sum(), s = w:dot(column) }
      end }
      local options = { components = 2, initializer = { parameters = { { rate = 1 }, { rate = 0.1 } } },
        family = E, max_iterations = 3 }
      local m = em.fit(rates(20000), options)
      options.family = exponential()
      assert(em.fit(rates(20000), options).loglik == m.loglik)
      collectgarbage()
      assert(#kept > 10)
      for i, vector in ipairs(kept) do assert(vector:sum() == sums[i]) end
      """)
  }

  @Test func `definitions are replaced, and old models keep theirs`() throws {
    try script.run(
      """
      local data = rates(200)
      local first = em.fit(data, { family = exponential() })
      local score = first:score(data)
      exponential{ log_density = function(p, x) return -x:column(1) * p.rate end }
      assert(em.fit(data, { family = "exponential" }):score(data) ~= score)
      assert(first:score(data) == score)
      """)
  }

  @Test func `models are saved, and loaded where the family is`() throws {
    let path = temporaryPath("family.json")
    defer { for end in ["", "2"] { try? FileManager.default.removeItem(atPath: path + end) } }
    let save = """
      local path = ...
      local data = em.dataset("faithful"):matrix{"waiting"}
      m = em.fit(data, { components = 2, family = normal })
      m:save(path)
      local again = em.load(path)
      for i, value in ipairs(m:logdensity(data)) do assert(again:logdensity(data)[i] == value) end
      assert(again.free_parameters == 5 and again.parameters[2].mean == m.parameters[2].mean)
      assert(again:resume{ data = data, max_iterations = 2 }.loglik >= m.loglik - 1e-9)
      em.fit(em.dataset("faithful"), { components = 2,
        family = { waiting = exponential(), eruptions = "gaussian" } }):save(path .. "2")
      assert(em.load(path .. "2").dimension == 2)
      """
    try script.run(save, path)
    let other = try Script(isTrusted: true, catalogue: .withPlugins)
    try other.context.globals().set("path", to: path)
    try other.expect(
      "em.load(path)", raises: "invalid-data", ["\"normal\"", "first define it by em.family"])
    // There is a built-in family of this name, which it is not.
    try other.expect(
      "em.load(path .. '2')", raises: "invalid-data",
      ["\"exponential\"", "first define it by em.family"])
    try other.run(Script.familyDefinitions)
    try other.expect(
      """
      em.fit(rates(100), { family = 'exponential' }):save(path)
      exponential()
      em.load(path)
      """, raises: "invalid-data", ["\"exponential\"", "hidden by one"])
    try other.run(
      "normal = em.family{ name = 'normal', log_density = print, initial = { mu = 0 } }")
    try script.run("m:save(...)", path)
    try other.expect(
      "em.load(path)", raises: "invalid-data", ["no parameter \"deviation\"", "another definition"])
  }
}
