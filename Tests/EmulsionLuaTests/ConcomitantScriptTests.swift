import LuaBridge
import Testing

/// Covariates on weights, single components that are held, and online EM, as scripts say them.
@Suite struct ConcomitantScriptTests {
  private let script: Script

  init() throws {
    script = try Script(catalogue: .withPlugins)
    try script.run(
      """
      iris = em.dataset("iris")
      function kinds(options)
        options.components, options.seed = options.components or 2, 1
        options.columns = options.columns or { "Petal_Length", "Petal_Width" }
        return em.fit(iris, options)
      end
      """)
  }

  @Test func covariatesStandBesideColumns() throws {
    try script.run(
      """
      local fit = kinds { concomitant = "~ Sepal_Length" }
      assert(fit.family == "gaussian" and fit.concomitant == "~ Sepal_Length")
      assert(#fit.columns == 3 and fit.means.columns == 2 and fit.covariances[1].rows == 2)
      assert(#fit.parameters[1].concomitant == 2 and fit.parameters[1].concomitant[2] == 0)
      assert(fit.free_parameters == 12 and #fit.warnings == 0)
      assert(math.abs(fit.bic + 2 * fit.loglik - 12 * math.log(150)) < 1e-9)
      local p = fit:posterior(iris)
      assert(p.rows == 150 and math.abs(p:row(7):sum() - 1) < 1e-12)
      -- Columns that are not named are those that covariates don't read.
      local rest = em.fit(iris, { components = 2, family = { Petal_Length = "gaussian" }, concomitant = "~ label" })
      assert(rest.free_parameters == 7)
      local far = fit:posterior(em.table{ Petal_Length = {1e200}, Petal_Width = {0}, Sepal_Length = {5} })
      assert(math.abs(far:row(1):sum() - 1) < 1e-12)
      -- A start by means is one of what is described.
      local start = { means = { { 1.5, 0.2 }, { 5, 1.7 } } }
      assert(kinds { concomitant = "~ Sepal_Length", initializer = start }.weights[1] < 0.4)
      -- Columns of a product are those of the data, of which the covariates are some.
      for _, family in ipairs { { Petal_Width = "gaussian" }, { Petal_Length = "log_normal", Petal_Width = "gaussian" } } do
        local product = em.fit(iris, { components = 2, family = family, concomitant = "~ Sepal_Length", seed = 1 })
        local errors = product:intervals(iris).table["standard_error"]
        assert(errors.size > 5 and errors:min() > 0)
        assert(product:summary():find("mean Petal_Width", 1, true))
      end
      assert(fit:reduce(iris).directions.rows == 2 and fit:clusters(iris).steps)
      fit:plot{ what = "density" }
      -- By positions, of a Matrix.
      local m = em.fit(iris:matrix{ "Petal_Length", "Sepal_Length", "Petal_Width" },
        { components = 2, columns = { 1, 3 }, concomitant = "~ x2", seed = 1 })
      assert(math.abs(m.loglik - fit.loglik) < 0.02)
      """)
  }

  @Test func everythingElseGoesWithThem() throws {
    try script.run(
      """
      for _, options in ipairs {
        { noise = true }, { prior = true }, { algorithm = "cem" }, { covariance = "tied" },
        { labels = "label", components = 3 }, { weights = "Sepal_Width" }, { family = "gamma" },
        { family = em.student_t{} }, { missing = "likelihood" },
        { fixed = { concomitant = { Sepal_Length = 0 } } }, { tied = { "mean" } },
      } do
        options.concomitant = "~ Sepal_Length"
        local fit = kinds(options)
        assert(fit.loglik > -500 and fit.concomitant, tostring(fit))
      end
      local best = em.select(iris, { components = em.range(1, 3), covariance = { "full", "tied" },
        columns = { "Petal_Length", "Petal_Width" }, concomitant = "~ Sepal_Length", seed = 1 })
      assert(best.best.concomitant and #best.entries == 6)
      """)
  }

  @Test(arguments: [
    ("kinds { concomitant = '~ nothing' }", "nothing"),
    ("kinds { concomitant = 'Sepal_Width' }", "needs \"~\""),
    ("kinds { concomitant = 3 }", "concomitant must be"),
    ("kinds { concomitant = '~ Sepal_Width', equal_weights = true }", "concomitant"),
    ("kinds { concomitant = '~ Sepal_Width', algorithm = 'online' }", "online"),
    ("kinds { concomitant = '~ Sepal_Width', algorithm = 'variational' }", "variational"),
    (
      "em.fit(iris, { components = 2, concomitant = '~ label', family = em.regression('Petal_Width ~ Petal_Length', "
        + "{ concomitant = '~ label' }) })", "has one already"
    ),
    ("kinds { concomitant = '~ Sepal_Length' }:sample(3)", "covariates"),
    (
      "kinds { concomitant = '~ Sepal_Length' }:conditional{ given = { Petal_Length = 3 } }",
      "covariates"
    ),
    ("kinds { concomitant = '~ Sepal_Length' }:plot{ columns = { 'Sepal_Length' } }", "covariate"),
    ("kinds { fixed = { components = { [3] = { mean = { 1, 1 } } } } }", "components[3]"),
    ("kinds { fixed = { components = { [1] = { means = { 1, 1 } } } } }", "components[1]"),
    ("kinds { fixed = { components = { [0] = { mean = { 1, 1 } } } } }", "from 1"),
    ("kinds { fixed = { components = 1 } }", "fixed.components"),
    (
      "kinds { fixed = { components = { [1] = { mean = { 1, 1 } } } }, covariance = 'VEV' }",
      "share"
    ),
    ("em.online{ forgetting = 0.2 }", "forgetting"), ("em.online{ block = 0 }", "block"),
    (
      "em.fit(iris, { components = 2, algorithm = 'online', family = em.regression('Petal_Width ~ Petal_Length') })",
      "online"
    ),
  ])
  func whatIsWrongIsNamed(call: String, part: String) throws {
    try script.run(
      """
      local done, problem = pcall(function() return \(call) end)
      assert(not done and tostring(problem):find("\(part.replacing("\"", with: "\\\""))", 1, true), tostring(problem))
      assert(not tostring(problem):find("\\n"))
      """)
  }

  @Test func singleComponentsAreHeld() throws {
    try script.run(
      """
      local counts = em.table { n = { 0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 2, 2, 3, 3, 4, 5, 0, 2, 6, 0 } }
      for k = 1, 2 do
        local fit = em.fit(counts, { components = 2, family = "poisson", fixed = { components = { [k] = { rate = 0 } } } })
        assert(fit.parameters[k].rate == 0 and fit.parameters[3 - k].rate > 2 and fit.free_parameters == 2)
      end
      local held = kinds { fixed = { components = { [2] = { mean = { Petal_Length = 1.5 } } } } }
      assert(held.means:get(2, 1) == 1.5 and held.free_parameters == 10)
      local on = kinds { algorithm = em.online{ block = 30, passes = 30 } }
      assert(on.converged and on.iterations <= 30 and on:resume{}.loglik >= on.loglik)
      """)
  }
}
