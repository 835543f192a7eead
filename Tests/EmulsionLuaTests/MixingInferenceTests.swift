import EmulsionPlugins
import LuaBridge
import Testing

/// How sure mixing probabilities are that depend on rows.
@Suite struct MixingInferenceTests {
  let script: Script

  init() throws { script = try .aboutGeysers() }

  /// Peer: a logistic regression. With components far apart it is known which one a row is of, and coefficients of the
  /// mixing probabilities have its standard errors; those of the first component are 0, and not told.
  @Test(arguments: ["information", "sandwich", "bootstrap"])
  func `coefficients of mixing probabilities`(method: String) throws {
    try script.run(
      """
      local x, y = {}, {}
      local truth = em.model{ weights = { 1 }, means = { { 0 } }, covariances = { { { 1 } } } }
      local a, u = truth:sample(400, 1)["x1"], truth:sample(400, 2)["x1"]
      for i = 1, 400 do
        x[i], y[i] = a[i], (1.7 * u[i] < 0.4 + 1.2 * a[i] and 20 or 0) + math.sin(12.9898 * i)
      end
      local data = em.table{ x = x, y = y }
      local fit = em.fit(data, { components = 2, seed = 1, concomitant = "~ x", tolerance = 1e-10 })
      local found = fit:intervals(data, { method = "\(method)", replicates = 199, seed = 1 })
      local t, places = found.table, {}
      for i = 1, t.rows do
        assert(t["parameter"][i] ~= "weight")
        if t["parameter"][i]:match "^concomitant" then
          assert(t["component"][i] == 2)
          places[#places + 1] = i
        end
      end
      assert(#places == 2, tostring(found))
      -- Fisher's information of the logistic regression.
      local b0, b1 = t["estimate"][places[1]], t["estimate"][places[2]]
      local s0, s1, s2 = 0, 0, 0
      for i = 1, 400 do
        local p = 1 / (1 + math.exp(-b0 - b1 * x[i]))
        local v = p * (1 - p)
        s0, s1, s2 = s0 + v, s1 + v * x[i], s2 + v * x[i] ^ 2
      end
      local det = s0 * s2 - s1 * s1
      local share = "\(method)" == "information" and 1e-5 or 0.2
      near(t["standard_error"][places[1]], math.sqrt(s2 / det), share)
      near(t["standard_error"][places[2]], math.sqrt(s0 / det), share)
      """)
  }

  /// Rows of a group share a component, so that the weight of components far apart is the share p of groups, with the
  /// standard error √(p(1 − p)/G).
  @Test(arguments: ["information", "sandwich", "bootstrap", "weighted-bootstrap"])
  func `weights count groups`(method: String) throws {
    try script.run(
      """
      local x, y, g = {}, {}, {}
      local noise = em.model{ weights = { 1 }, means = { { 0, 0 } }, covariances = { { { 1, 0 }, { 0, 1 } } } }:sample(400, 1)
      for i = 1, 400 do
        g[i] = (i - 1) // 4
        x[i] = noise["x1"][i]
        y[i] = (g[i] % 4 == 0 and 9 or -9) + x[i] + noise["x2"][i]
      end
      local data = em.table{ x = x, y = y, g = g }
      local fit = em.fit(data, { components = 2, seed = 1, tolerance = 1e-10,
        family = em.regression{ formula = "y ~ x", group = "g" } })
      local t = fit:intervals(data, { method = "\(method)", replicates = 399, seed = 1 }).table
      local place = row(t, 1, "weight")
      near(t["estimate"][place], 0.75, 1e-6)
      local isDrawn = ("\(method)"):find "bootstrap"
      near(t["standard_error"][place], math.sqrt(0.75 * 0.25 / 100), isDrawn and 0.13 or 1e-4)
      assert(t.rows == 8)
      """)
  }

  /// Groups of many and of few rows count alike; each has one posterior.
  @Test func `groups of any size count once`() throws {
    try script.run(
      """
      local x, y, g = {}, {}, {}
      local noise = em.model{ weights = { 1 }, means = { { 0 } }, covariances = { { { 1 } } } }:sample(300, 1)["x1"]
      for group = 1, 25 do
        for j = 1, group <= 5 and 40 or 5 do
          local i = #x + 1
          x[i], g[i] = j % 7, group
          y[i] = (group <= 5 and x[i] or 3 - x[i]) + 3 * noise[i]
        end
      end
      local data = em.table{ x = x, y = y, g = g }
      local fit = em.fit(data, { components = 2, seed = 1, tolerance = 1e-10,
        family = em.regression{ formula = "y ~ x", group = "g" } })
      local posterior, shares, entropy, map, last = fit:posterior(data), { 0, 0 }, 0, 0, nil
      for i = 1, data.rows do
        if g[i] ~= last then
          last = g[i]
          for k = 1, 2 do
            local p = posterior:get(i, k)
            shares[k] = shares[k] + p / 25
            if p > 0 then entropy = entropy - p * math.log(p) end
          end
          map = map + math.log(math.max(posterior:get(i, 1), posterior:get(i, 2)))
        end
      end
      assert(entropy > 1e-3)
      for k = 1, 2 do near(fit.weights[k], shares[k], 1e-5) end
      near(fit.entropy, entropy, 1e-9)
      near(fit.icl, fit.bic - 2 * map, 1e-9)
      """)
  }
}
