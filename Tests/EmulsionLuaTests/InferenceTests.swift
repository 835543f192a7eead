import EmulsionPlugins
import LuaBridge
import Testing

/// How sure a fit is.
@Suite struct InferenceTests {
  let script: Script

  init() throws { script = try .aboutGeysers() }

  /// One Gaussian's information is known: σ²/n for means, 2σ⁴/n for variances, (σ₁₁σ₂₂ + σ₁₂²)/n for covariances;
  /// structures and transforms make no difference where they say the same.
  @Test(arguments: ["full", "tied", "diagonal", "VEV", "EVE", "VEI"])
  func `one component has the information of textbooks`(covariance: String) throws {
    try script.run(
      """
      local one = em.fit(geyser, { covariance = "\(covariance)", tolerance = 1e-10 })
      local t = one:intervals(geyser).table
      local s, n = one.covariances[1], geyser.rows
      local function is(name, variance) near(t["standard_error"][row(t, 1, name)], math.sqrt(variance), 1e-6) end
      is("mean eruptions", s:get(1, 1) / n)
      is("mean waiting", s:get(2, 2) / n)
      is("covariance eruptions eruptions", 2 * s:get(1, 1) ^ 2 / n)
      is("covariance waiting waiting", 2 * s:get(2, 2) ^ 2 / n)
      if s:get(1, 2) ~= 0 then
        is("covariance eruptions waiting", (s:get(1, 1) * s:get(2, 2) + s:get(1, 2) ^ 2) / n)
      end
      """)
  }

  /// With components far apart: p(1 − p)/n for weights, rate/n for rates, p(1 − p)/n for probabilities.
  @Test func `families other than the Gaussian`() throws {
    try script.run(
      """
      local counts = em.table{ x = { 0, 1, 2, 1, 0, 1, 500, 510, 490, 505 } }
      local m = em.fit(counts, { family = "poisson", components = 2, seed = 1, tolerance = 1e-10 })
      local t = m:intervals(counts).table
      near(t["standard_error"][row(t, 1, "weight")], math.sqrt(0.6 * 0.4 / 10), 1e-6)
      near(t["standard_error"][2], math.sqrt(5 / 6 / 6), 1e-6)
      near(t["standard_error"][4], math.sqrt(501.25 / 4), 1e-6)
      assert(t["lower"][2] > 0)
      """)
  }

  /// The sandwich of a single Gaussian has a closed form: s²/n for the mean, (m₄ − s⁴)/n for the variance; that of a
  /// Poisson has s²/n for the rate, whatever the model says.
  @Test func `sandwich errors of one component`() throws {
    try script.run(
      """
      local x = geyser["waiting"]
      local n, mean = #x, x:mean()
      local s, m4, m3 = 0, 0, 0
      for i = 1, n do
        local d = x[i] - mean
        s, m3, m4 = s + d ^ 2 / n, m3 + d ^ 3 / n, m4 + d ^ 4 / n
      end
      local data = geyser:select{ "waiting" }
      local t = em.fit(data, { tolerance = 1e-10 }):intervals(data, { method = "sandwich" })
      assert(t.method == "sandwich" and t.matching == nil)
      near(t.table["standard_error"][1], math.sqrt(s / n), 1e-6)
      near(t.table["standard_error"][2], math.sqrt((m4 - s ^ 2) / n), 1e-6)
      near(t.covariance:get(1, 2), m3 / n, 1e-5)
      local counts = em.fit(data, { family = "poisson" }):intervals(data, { method = "sandwich" }).table
      near(counts["standard_error"][1], math.sqrt(s / n), 1e-6)
      """)
  }

  /// Whole weights are numbers of rows, and threads make no difference.
  @Test(arguments: ["information", "sandwich"])
  func `weights count rows`(method: String) throws {
    try script.run(
      """
      local w, rows = {}, {}
      for i = 1, geyser.rows do
        w[i] = 1 + i % 3
        for _ = 1, w[i] do rows[#rows + 1] = { geyser["eruptions"][i], geyser["waiting"][i] } end
      end
      local options = { components = 2, seed = 1, tolerance = 1e-11 }
      local e, v = {}, {}
      for i, row in ipairs(rows) do e[i], v[i] = row[1], row[2] end
      local copies = em.table{ eruptions = e, waiting = v }
      local a = em.fit(copies, options):intervals(copies, { method = "\(method)" }).table
      options.weights = w
      local fit = em.fit(geyser, options)
      local b = fit:intervals(geyser, { method = "\(method)", threads = 1 }).table
      for i = 1, a.rows do near(a["standard_error"][i], b["standard_error"][i], 1e-4) end
      local c = fit:intervals(geyser, { method = "\(method)", threads = 2 }).table
      for i = 1, a.rows do assert(b["standard_error"][i] == c["standard_error"][i]) end
      """)
  }

  /// Where the model is true the two agree, with noise, labels, fixed weights and tied covariances as well.
  @Test(arguments: [
    "noise = true", "labels = known", "fixed = { weights = { 0.6, 0.4 } }", "covariance = 'tied'",
    "missing = 'likelihood'",
  ])
  func `the sandwich agrees with the information`(option: String) throws {
    try script.run(
      """
      local truth = em.model{ weights = { 0.6, 0.4 }, means = { { 0, 0 }, { 5, 3 } },
        covariances = { { { 1, 0.4 }, { 0.4, 1 } }, { { 1, 0.4 }, { 0.4, 1 } } } }
      local drawn = truth:sample(3000, 2)
      local known = {}
      for i = 1, drawn.rows do known[i] = i % 4 == 0 and "c" .. drawn["label"][i] or "" end
      local data = drawn:drop{ "label" }
      local options = { components = 2, seed = 1, tolerance = 1e-9, \(option) }
      if options.noise then
        local x, y = data["x1"]:tolist(), data["x2"]:tolist()
        for i = 1, 100 do x[#x + 1], y[#y + 1] = -20 + (i * 37 % 100) * 0.5, -20 + (i * 61 % 100) * 0.5 end
        data = em.table{ x1 = x, x2 = y }
      end
      if options.missing then
        local x, y = data["x1"]:tolist(), data["x2"]:tolist()
        for i = 1, #x do
          if i % 7 == 0 then x[i] = 0 / 0 end
          if i % 5 == 0 then y[i] = 0 / 0 end
        end
        data = em.table{ x1 = x, x2 = y }
      end
      local fit = em.fit(data, options)
      local a = fit:intervals(data).table
      local b = fit:intervals(data, { method = "sandwich" }).table
      assert(a.rows == b.rows and a.rows >= 10)
      for i = 1, a.rows do near(b["standard_error"][i], a["standard_error"][i], 0.15) end
      """)
  }

  /// The Laplace density has a kink where it is highest: second differences there say nothing.
  @Test(arguments: ["information", "sandwich"])
  func `a likelihood with kinks has no information`(method: String) throws {
    try script.run("counts = em.fit(geyser, { family = 'laplace', components = 2, seed = 1 })")
    try script.expect(
      "return counts:intervals(geyser, { method = '\(method)' })", raises: "degenerate",
      ["kink", "location", "bootstrap"])
  }

  /// Peer: flexmix 2.3-18's refit, which differentiates the log-likelihood by optim.
  ///
  ///     iris$count <- round(10 * iris$Petal.Length); control <- list(minprior = 0, tolerance = 1e-15, iter.max = 10000)
  ///     a <- flexmix(count ~ Sepal.Width, data = iris, k = 2, cluster = ifelse(iris$Species == "setosa", 1, 2),
  ///                  model = FLXMRglm(family = "poisson"), control = control)
  ///     b <- flexmix(Sepal.Length ~ Sepal.Width, data = iris, k = 2, cluster = LABELS, control = control)
  ///     sqrt(diag(refit(a)@vcov)); sqrt(diag(refit(b)@vcov))
  ///
  /// LABELS are those of the fit here, and errors of log(sigma) were multiplied by sigma.
  @Test func `regressions agree with flexmix`() throws {
    try script.run(
      """
      local iris = em.dataset("iris")
      iris = iris:with{ count = function(row) return math.floor(10 * row.Petal_Length + 0.5) end }
      local function check(formula, distribution, expected)
        local fit = em.fit(iris, { components = 2, seed = 1, tolerance = 1e-12, max_iterations = 10000,
          family = em.regression{ formula = formula, distribution = distribution } })
        local t = fit:intervals(iris).table
        for i, error in ipairs(expected) do
          if error then near(t["standard_error"][i], error, 0.002) end
        end
      end
      check("count ~ Sepal_Width", "poisson", { false, 0.1256366566, 0.0430282697, false, 0.3430838767, 0.0992138253 })
      check("Sepal_Length ~ Sepal_Width", "gaussian",
        { false, 0.5201282830, 0.1671747056, 0.0668330411 * 0.77534, false, 0.3682633981, 0.1180530823, 0.2625366859 * 0.19208 })
      """)
  }

  /// Products are compared factor by factor, and column by column where columns are independent.
  @Test func `audits know nested products`() throws {
    try script.run(
      """
      local iris = em.dataset("iris")
      local data = em.table{ x = iris["Sepal_Length"]:tolist(), y = iris["Petal_Width"]:tolist(),
        c = (iris["Petal_Length"] * 10):tolist() }:with{ c = function(row) return math.floor(row.c + 0.5) end }
      local selection = em.select(data, { components = em.range(1, 4), seed = 1, families = {
        { x = "gaussian", y = "gaussian", c = "poisson" }, { x = "student_t", y = "gaussian", c = "negative_binomial" },
        { x = "gaussian", y = "gaussian", c = "negative_binomial" } } })
      assert(selection.audit.text:find("12 by family", 1, true), selection.audit.text)
      assert(not selection.audit.text:find("fall short", 1, true), selection.audit.text)
      local other = em.select(data, { components = 2, seed = 1, families = {
        { x = "gaussian", y = "gaussian", c = "poisson" }, { x = "laplace", y = "gaussian", c = "poisson" } } })
      assert(not other.audit.text:find("by family", 1, true), other.audit.text)
      """)
  }

  @Test(arguments: [
    ("model:intervals(geyser:head(100))", "invalid-data", "force = true"),
    ("model:intervals(geyser, { method = 'jackknife' })", "invalid-option", "weighted-bootstrap"),
    ("model:intervals(geyser, { level = 1 })", "invalid-option", "level"),
    (
      "model:intervals(geyser, { method = 'bootstrap', replicates = 20 })", "invalid-option",
      "give 39"
    ),
    ("em.likelihood_ratio_test(geyser)", "invalid-option", "components"),
    (
      "em.likelihood_ratio_test(geyser, { components = 1, checkpoint = 'a.json' })",
      "invalid-option", "checkpoint"
    ),
    (
      "em.likelihood_ratio_test(geyser, { components = 2, against = 2 })", "invalid-option",
      "against"
    ),
    (
      "em.likelihood_ratio_test(geyser, { components = 2, replicates = 3 })", "invalid-option", "19"
    ),
    ("em.compare{ model, em.fit(geyser:head(100)) }", "invalid-data", "different data"),
    ("em.compare{ 3 }", "invalid-option", "a Model"),
  ])
  func `bad input`(call: String, code: String, part: String) throws {
    try script.expect("return \(call)", raises: code, [part])
  }
}

extension Script {
  /// With a fit of faithful, the row of a parameter in a table of intervals, and what is near.
  static func aboutGeysers() throws -> Script {
    let script = try Script(catalogue: .withPlugins)
    try script.run(
      """
      geyser = em.dataset("faithful")
      model = em.fit(geyser, { components = 2, seed = 1, tolerance = 1e-8 })
      function row(table, component, name)
        for i = 1, table.rows do
          if table["component"][i] == component and table["parameter"][i] == name then return i end
        end
        error("no " .. name)
      end
      function near(a, b, share) assert(math.abs(a - b) <= share * math.abs(b), a .. " for " .. b) end
      """)
    return script
  }
}
