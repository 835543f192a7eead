import LuaBridge
import Testing

/// Fixed and tied parameters as scripts name them, and those of families that scripts define.
@Suite struct ScriptConstraintTests {
  let script: Script

  init() throws {
    script = try .withFamilies()
    try script.run(
      """
      waiting = em.dataset("faithful"):matrix{"waiting"}
      -- The same law with sums and an M step of its own.
      closed = em.family {
        name = "closed", parameters = { "mean", "variance" }, transforms = { variance = "positive" },
        log_density = function(p, x)
          return -0.5 * ((x:column(1) - p.mean) ^ 2 / p.variance + math.log(2 * math.pi * p.variance))
        end,
        statistics = function(x, w)
          local v = x:column(1)
          return { n = w:sum(), x = w:dot(v), xx = w:dot(v ^ 2) }
        end,
        estimate = function(s)
          local mean = s.x / s.n
          return { mean = mean, variance = s.xx / s.n - mean ^ 2 }
        end,
        moments = function(p) return p.mean, p.variance end,
      }
      """)
  }

  /// Against the Gaussian family, which knows the answers in closed form.
  @Test(arguments: ["normal", "closed"])
  func `what is left of a script's parameters is searched for`(family: String) throws {
    try script.run(
      """
      local spread = "\(family)" == "normal" and "deviation" or "variance"
      local function value(v) return spread == "deviation" and math.sqrt(v) or v end
      for _, case in ipairs {
        { mine = { tied = { spread } }, theirs = { covariance = "tied" } },
        { mine = { fixed = { [spread] = value(30) } }, theirs = { fixed = { covariance = 30 } } },
        { mine = { fixed = { mean = 60 } }, theirs = { fixed = { mean = 60 } } },
        { mine = { tied = { "mean" } }, theirs = { tied = { "mean" } } },
        { mine = { fixed = { mean = 60, [spread] = value(90) } },
          theirs = { fixed = { mean = 60, covariance = 90 } } },
      } do
        local found = {}
        for who, options in pairs(case) do
          options.components, options.seed, options.tolerance = 2, 1, 1e-7
          options.family = who == "mine" and "\(family)" or "gaussian"
          found[who] = em.fit(waiting, options)
        end
        local mine, theirs = found.mine, found.theirs
        assert(math.abs(mine.loglik - theirs.loglik) < 1e-4, mine.loglik .. " " .. theirs.loglik)
        assert(mine.free_parameters == theirs.free_parameters)
        for i = 2, #mine.trace do assert(mine.trace[i] >= mine.trace[i - 1] - 1e-9) end
        local options = case.mine
        for name, v in pairs(options.fixed or {}) do
          for k = 1, 2 do assert(mine.parameters[k][name] == v) end
        end
        for _, name in ipairs(options.tied or {}) do
          assert(mine.parameters[1][name] == mine.parameters[2][name])
        end
        local path = os.tmpname()
        mine:save(path)
        local again = em.load(path)
        os.remove(path)
        assert(again.free_parameters == mine.free_parameters)
        assert(again:score(waiting) == mine:score(waiting))
        local more = mine:resume { max_iterations = 3 }
        assert(more.loglik >= mine.loglik - 1e-9)
        for _, name in ipairs(options.tied or {}) do
          assert(more.parameters[1][name] == more.parameters[2][name])
        end
      end
      """)
  }

  @Test func `a simplex goes as a whole`() throws {
    try script.run(
      """
      local die = em.family {
        name = "die", support = "counts", initial = { p = { 0.2, 0.3, 0.5 }, q = 0.5 },
        transforms = { p = "simplex", q = "interval" },
        log_density = function(p, x)
          local v, sum = x:column(1), 0
          for l = 0, 2 do
            -- An indicator of the level by a polynomial through 0, 1 and 2.
            local a, b = (l + 1) % 3, (l + 2) % 3
            sum = sum + (v - a) * (v - b) / ((l - a) * (l - b)) * math.log(p.p[l + 1])
          end
          local w = x:column(2)
          return sum + w * math.log(p.q) + (1 - w) * math.log(1 - p.q)
        end,
      }
      local rows = {}
      for i = 1, 90 do rows[i] = { i % 4 == 0 and 2 or i % 3, i % 5 == 0 and 1 or i % 2 } end
      local start = { parameters = { { q = 0.3, p = { 0.3, 0.3, 0.4 } }, { q = 0.7, p = { 0.2, 0.2, 0.6 } } } }
      local m = em.fit(rows, { components = 2, family = die, tied = "p", initializer = start })
      for l = 1, 3 do assert(m.parameters[1].p[l] == m.parameters[2].p[l]) end
      assert(m.free_parameters == 1 + 2 + 2)
      local share = 0
      for i = 1, 90 do if rows[i][1] == 2 then share = share + 1 / 90 end end
      assert(math.abs(m.parameters[1].p[3] - share) < 1e-5)
      local f = em.fit(rows, { components = 2, family = die, fixed = { p = { 0.25, 0.25, 0.5 } } })
      assert(f.parameters[2].p[3] == 0.5 and f.free_parameters == 3)
      assert(not pcall(em.fit, rows, { components = 2, family = die, fixed = { p = { 0.25, 0.25, 0.25 } } }))
      """)
  }

  @Test(arguments: [
    ("fixed = { mena = 2 }", "did you mean \"mean\"?"),
    ("fixed = { mean = { 1, 2 } }", "fixed: mean is 2 numbers, not a number"),
    ("fixed = { variance = -1 }", "numbers > 0"), ("fixed = { mean = 0 / 0 }", "finite"),
    ("tied = { 'centre' }", "mean, variance"), ("tied = 5", "list of names"),
    ("fixed = { 5 }", "named parameters"),
    ("tied = { 'mean' }, fixed = { mean = 1 }", "fixed already"),
    ("tied = { mean = 5 }", "tied.mean"), ("fixed = { mean = { q = 1 } }", "\"mean.q\""),
  ])
  func `what can't be restricted is told`(options: String, part: String) throws {
    try script.expect(
      "em.fit(waiting, { components = 2, family = closed, \(options) })", raises: "invalid-option",
      [part])
  }

  @Test func `single numbers have names`() throws {
    try script.run(
      """
      local x, y, z = {}, {}, {}
      for i = 1, 60 do
        x[i], z[i] = i / 10, math.sin(i)
        y[i] = i % 2 == 0 and 1 + 2 * x[i] + math.sin(7 * i) or 9 - x[i] + math.cos(5 * i)
      end
      local data, family = em.table { x = x, y = y, z = z }, em.regression("y ~ x + z")
      local function fit(options)
        options.components, options.family, options.seed = 2, family, 1
        return em.fit(data, options)
      end
      local a = fit { fixed = { z = 0 } }
      local b = fit { fixed = { coefficients = { z = 0 } } }
      local c = fit { fixed = { ["coefficients.z"] = 0 } }
      assert(a.loglik == b.loglik and b.loglik == c.loglik and a.free_parameters == 7)
      assert(a.parameters[1].coefficients[3] == 0 and a.parameters[2].coefficients[3] == 0)
      local t = fit { tied = { "standard_deviation", coefficients = { "x", "z" } } }
      local p, q = t.parameters[1], t.parameters[2]
      assert(p.coefficients[2] == q.coefficients[2] and p.coefficients[3] == q.coefficients[3])
      assert(p.standard_deviation == q.standard_deviation and p.coefficients[1] ~= q.coefficients[1])
      assert(t.free_parameters == 1 + 2 + 2 + 1)
      local chosen = em.select(data, { components = { 1, 2 }, family = family, tied = "x", seed = 1 })
      for _, model in ipairs { chosen:get(1, "regression"), chosen:get(2, "regression") } do
        for k = 2, model.components do
          assert(model.parameters[k].coefficients[2] == model.parameters[1].coefficients[2])
        end
      end
      """)
  }

  @Test func `moments make means, ellipses and a law`() throws {
    try script.run(
      """
      local m = em.fit(waiting, { components = 2, family = closed, seed = 1 })
      assert(m.means:get(1, 1) == m.parameters[1].mean)
      assert(m.covariances[2]:get(1, 1) == m.parameters[2].variance)
      local pair = em.family {
        name = "pair", initial = { at = { 3, 70 }, spread = { 1, 10 } }, transforms = { spread = "positive" },
        log_density = function(p, x)
          local d = 0
          for j = 1, 2 do
            d = d - 0.5 * ((x:column(j) - p.at[j]) / p.spread[j]) ^ 2 - math.log(p.spread[j] * math.sqrt(2 * math.pi))
          end
          return d
        end,
        moments = function(p) return p.at, p.spread ^ 2 end,
      }
      local faithful = em.dataset("faithful")
      local q = em.fit(faithful, { components = 2, family = pair, seed = 1 })
      assert(q.means:get(1, 2) == q.parameters[1].at[2])
      assert(q.covariances[1]:get(1, 2) == 0)
      assert(q.covariances[1]:get(2, 2) == q.parameters[1].spread[2] ^ 2)
      local none = em.fit(waiting, { family = "normal" })
      assert(none.means == nil)
      """)
  }

  @Test(arguments: [
    ("error('boom')", "boom"), ("return 1", "must return a covariance second"),
    ("return 'a', 1", "mean of one number"), ("return { 1, 2 }, 1", "a list of 2"),
    ("return 1, em.matrix{ { 1, 2 }, { 2, 1 } }", "a Matrix 2 × 2"),
    ("return 0 / 0, 1", "nan"), ("return 1, 0 / 0", "nan"), ("return 1, -1", "no covariance"),
  ])
  func `moments are checked`(body: String, part: String) throws {
    try script.expect(
      """
      em.fit(em.matrix{ 1, 2, 5, 9 }, { family = exponential {
        name = "wrong", moments = function(p) \(body) end } })
      """, raises: "script", ["wrong", "moments", part])
  }

  @Test(arguments: ["return nil", "return math.huge, 1", "return 1, math.huge", ""])
  func `a law may have no moments`(body: String) throws {
    try script.run(
      """
      local m = em.fit(em.matrix{ 1, 2, 5, 9 }, { family = exponential {
        name = "heavy", moments = function(p) \(body) end } })
      assert(m.means == nil)
      """)
  }

  @Test func `wrong moments are found by check`() throws {
    try script.run(
      """
      local function family(factor)
        return exponential { name = "drawn", support = "positive",
          sample = function(p, random) return random:gamma(1, 1 / p.rate) end,
          moments = function(p) return factor / p.rate, 1 / p.rate ^ 2 end }
      end
      assert(#family(1):check(rates(300)) == 0, table.concat(family(1):check(rates(300)), "; "))
      assert(table.concat(family(2):check(rates(300)), "; "):find("claims"))
      """)
  }
}
