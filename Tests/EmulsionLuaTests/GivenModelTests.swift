import LuaBridge
import Testing

/// Models without data, of every family.
@Suite struct GivenModelTests {
  private let script: Script

  init() throws {
    script = try Script(catalogue: .withPlugins)
    try script.run(
      """
      function close(a, b, t) assert(math.abs(a - b) <= (t or 1e-9) * math.max(1, math.abs(a)), a .. " is not " .. b) end
      -- Rows are drawn, evaluated and classified, and the parameters are a start.
      function whole(options, columns, most)
        options.weights = { 0.3, 0.7 }
        local m = em.model(options)
        assert(m.components == 2 and #m.columns == columns, #m.columns)
        local rows = m:sample(400, 1)
        assert(rows.rows == 400 and rows.columns == columns + 1)
        local data = rows:drop{ "label" }
        local p = m:posterior(data)
        close(p:row(9):sum(), 1)
        local fit = em.fit(data, { components = 2, family = options.family, covariance = options.covariance,
          initializer = m, max_iterations = 0 })
        if most ~= "levels" then close(fit:score(data), m:score(data)) end
        local labels = rows["label"]
        close(labels:eq(1):sum() / 400, 0.3, 0.1)
        return m, data
      end
      function refuses(options, ...)
        local ok, e = pcall(em.model, options)
        assert(not ok)
        for _, text in ipairs{ ... } do
          assert(tostring(e):find(text, 1, true), tostring(e) .. " does not name " .. text)
        end
      end
      """)
  }

  @Test func everyFamilyIsMadeOfItsParameters() throws {
    try script.run(
      """
      local m = whole({ family = "poisson", parameters = { { rate = 2 }, { rate = 9 } } }, 1)
      close(m:logdensity{ { 3 } }[1], math.log(0.3 * math.exp(-2) * 8 / 6 + 0.7 * math.exp(-9) * 729 / 6))
      whole({ family = "poisson", parameters = { { rate = { 2, 1 } }, { rate = { 9, 4 } } }, columns = { "a", "b" } }, 2)
      whole({ family = "student_t", parameters = {
        { mean = { 0, 0 }, scale = { { 1, 0.5 }, { 0.5, 1 } }, degrees_of_freedom = 4 },
        { mean = { 1e6, 3 }, scale = { { 1e4, 0 }, { 0, 1e-6 } }, degrees_of_freedom = 9 } } }, 2)
      whole({ family = em.student_t{ degrees_of_freedom = 3 }, means = { 0, 5 }, covariances = { 1, 2 } }, 1)
      whole({ family = "laplace", parameters = { { location = 0, scale = 1 }, { location = 9, scale = 2 } } }, 1)
      whole({ family = "gamma", parameters = { { shape = 2, rate = 1 }, { shape = 50, rate = 2 } } }, 1)
      whole({ family = "exponential", parameters = { { rate = 2 }, { rate = 0.01 } } }, 1)
      whole({ family = "bernoulli", parameters = { { probability = { 0.1, 0.9 } }, { probability = { 0.8, 0.2 } } } }, 2)
      whole({ family = "log_normal", parameters = { { log_mean = { 0, 1 }, log_covariance = { { 1, 0 }, { 0, 1 } } },
        { log_mean = { 5, 3 }, log_covariance = { { 1, 0.5 }, { 0.5, 1 } } } } }, 2)
      whole({ family = "beta", parameters = { { alpha = 2, beta = 8 }, { alpha = 8, beta = 2 } } }, 1)
      whole({ family = "negative_binomial", parameters = { { mean = 2, size = 3 }, { mean = 30, size = 5 } } }, 1)
      whole({ family = "von_mises_fisher", parameters = {
        { mean_direction = { 1, 0, 0 }, concentration = 20 }, { mean_direction = { 0, 0, 1 }, concentration = 5 } } }, 3)
      whole({ family = "categorical", parameters = {
        { probabilities = { 0.2, 0.3, 0.5 } }, { probabilities = { 0.6, 0.3, 0.1 } } } }, 1, "levels")
      local two = whole({ family = "categorical", columns = { "a", "b" }, parameters = {
        { probabilities = { { 0.2, 0.3, 0.5 }, { 0.9, 0.1, 0 } } },
        { probabilities = { { 0.6, 0.3, 0.1 }, { 0.4, 0.6, 0 } } } } }, 2, "levels")
      close(two:logdensity{ { 1, 2 } }[1], math.log(0.3 * 0.2 * 0.1 + 0.7 * 0.6 * 0.6))
      """)
  }

  @Test func productsRegressionsAndScriptsAreMade() throws {
    try script.run(
      """
      local m = whole({ family = { height = "gaussian", visits = "poisson" }, parameters = {
        { ["gaussian.mean"] = 170, ["gaussian.covariance"] = 9, ["poisson.rate"] = 2 },
        { ["gaussian.mean"] = 180, ["gaussian.covariance"] = 4, ["poisson.rate"] = 7 } } }, 2)
      assert(m.columns[1] == "height" and m.columns[2] == "visits")
      local r = em.model{ family = em.regression("y ~ x"), parameters = {
        { coefficients = { 1, 2 }, standard_deviation = 0.5 }, { coefficients = { 0, -1 }, standard_deviation = 1 } } }
      local n = function(x, mean, s) return math.exp(-0.5 * ((x - mean) / s) ^ 2) / s / math.sqrt(2 * math.pi) end
      close(r:logdensity(em.table{ x = { 3 }, y = { 6 } })[1], math.log(0.5 * n(6, 7, 0.5) + 0.5 * n(6, -3, 1)))
      close(r:respond(em.table{ x = { 3 } })["component_1"][1], 7)
      local own = em.family {
        name = "rayleigh", sample = function(p, random) return p.s * math.sqrt(-2 * math.log(random())) end,
        log_density = function(p, x) return x:column(1):log() - (x:column(1) ^ 2) / (2 * p.s ^ 2) - 2 * math.log(p.s) end,
        statistics = function(x, w) return { n = w:sum(), s = w:dot(x:column(1) ^ 2) } end,
        estimate = function(s) return { s = math.sqrt(s.s / s.n / 2) } end,
        free_parameters = function() return 1 end,
      }
      whole({ family = own, parameters = { { s = 1 }, { s = 8 } } }, 1)
      local t = em.model{ family = "student_t", parameters = { { mean = 3, scale = 2, degrees_of_freedom = 5 } } }
      close(t:cdf(3), 0.5)
      assert(tostring(t):find("student_t", 1, true))
      """)
  }

  @Test func whatIsWrongIsTold() throws {
    try script.run(
      """
      refuses({ family = "poisson", parameters = { { rate = 2 }, { rat = 9 } } }, "parameters[2]", "rat")
      refuses({ family = "poisson", parameters = { { rate = -2 } } }, "parameters[1]", "rate")
      refuses({ family = "poisson", parameters = { { rate = { 1, 2 } }, { rate = { 1, 2, 3 } } } }, "parameters[1]", "rate")
      refuses({ family = "poisson", parameters = { { rate = 1 } }, weights = { 0.5, 0.5 } }, "weights")
      refuses({ family = "poisson", parameters = { { rate = 1 } }, weights = { 2 } }, "weights")
      refuses({ family = "poisson", parameters = {} }, "parameters")
      refuses({ family = "poisson" }, "parameters", "poisson")
      refuses({ family = "poisson", parameters = { { rate = 1 } }, covariance = "full" }, "covariance", "poisson")
      refuses({ family = "poisson", parameters = { { rate = { 1, 2 } } }, columns = { "a" } }, "rate")
      refuses({ family = "student_t", covariance = "diagonal", parameters = {
        { mean = { 0, 0 }, scale = { { 1, 0.5 }, { 0.5, 1 } }, degrees_of_freedom = 4 } } }, "scale", "diagonal")
      refuses({ family = "student_t", parameters = { { mean = 0, scale = -1, degrees_of_freedom = 4 } } }, "parameters[1]")
      refuses({ family = "student_t", parameters = { { mean = 0, scale = 1, degrees_of_freedom = 0 } } },
        "degrees_of_freedom")
      refuses({ family = "categorical", parameters = { { probabilities = { 0.5, 0.6 } } } }, "probabilities")
      refuses({ family = { a = "poisson", b = "gaussian" }, parameters = { { ["poisson.rate"] = 1 } } }, "parameters[1]")
      refuses({ family = em.regression("y ~ .") , parameters = { { coefficients = { 1 } } } }, "columns")
      refuses({ family = "poison", parameters = { { rate = 1 } } }, "poisson")
      refuses({ parameters = { { rate = 1 } } }, "rate")
      refuses({ means = { 1 }, covariances = { 1 }, parameters = { { mean = 1, covariance = 1 } } }, "either")
      """)
  }

  @Test func rowsAreDrawnForCovariates() throws {
    try script.run(
      """
      local iris = em.dataset("iris")
      local fit = em.fit(iris, { components = 2, columns = { "Petal_Length", "Petal_Width" },
        concomitant = "~ Sepal_Length", seed = 1 })
      local ok, e = pcall(fit.sample, fit, 10)
      assert(not ok and tostring(e):find("data = table", 1, true), tostring(e))
      local rows = fit:sample(150, { data = iris, seed = 2 })
      assert(rows.rows == 150 and rows["Sepal_Length"][7] == iris["Sepal_Length"][7])
      assert(rows["label"]:min() >= 1 and rows["label"]:max() <= 2)
      local again = fit:sample(150, { data = iris:select{ "Sepal_Length" }, seed = 2 })
      assert(again["Petal_Width"][9] == rows["Petal_Width"][9])
      assert(fit:sample(400, { data = iris })["Sepal_Length"][151] == iris["Sepal_Length"][1])
      for _, bad in ipairs{ { data = iris:select{ "Petal_Width" } }, { dat = iris }, { data = em.table{ Sepal_Length = { 0 / 0 } } } } do
        assert(not pcall(fit.sample, fit, 10, bad))
      end
      assert(not pcall(em.fit(iris, { columns = { "Petal_Length" } }).sample, fit, -1, { data = iris }))
      local plain = em.fit(iris, { columns = { "Petal_Length" } })
      local ok, e = pcall(plain.sample, plain, 10, { data = iris })
      assert(not ok and tostring(e):find("concomitant", 1, true))
      assert(plain:sample(5, { seed = 3 })["Petal_Length"][2] == plain:sample(5, 3)["Petal_Length"][2])
      """)
  }

  @Test func errorsGoThroughRestrictionsAndCovariates() throws {
    try script.run(
      """
      local rows = em.dataset("iris"):select{ "Petal_Length", "Petal_Width", "Sepal_Length" }
      local e = {}
      for i = 1, 150 do e[i] = 0.05 + i / 1500 end
      local data = rows:with{ e = e, zero = function() return 0 end }
      local options = { components = 2, columns = { "Petal_Length", "Petal_Width" }, errors = { Petal_Length = "e" }, seed = 1 }
      local function with(change)
        local own = {}
        for k, v in pairs(options) do own[k] = v end
        for k, v in pairs(change) do own[k] = v end
        return em.fit(data, own)
      end
      local held = with{ fixed = { components = { [1] = { mean = { 1.4, 0.2 } } } } }
      assert(held.parameters[1].mean[1] == 1.4)
      for i = 2, #held.trace do assert(held.trace[i] >= held.trace[i - 1] - 1e-7) end
      local mixed = with{ concomitant = "~ Sepal_Length" }
      for i = 2, #mixed.trace do assert(mixed.trace[i] >= mixed.trace[i - 1] - 1e-7) end
      local ok, e = pcall(with, { concomitant = "~ Sepal_Length", errors = { Sepal_Length = "e" } })
      assert(not ok and tostring(e):find("concomitant", 1, true) and tostring(e):find("errors", 1, true), tostring(e))
      """)
  }
}
