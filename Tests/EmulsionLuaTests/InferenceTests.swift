import EmulsionPlugins
import LuaBridge
import Testing

/// How sure a fit is.
@Suite struct InferenceTests {
  let script: Script

  init() throws {
    script = try Script(catalogue: .withPlugins)
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
  }

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

  /// Peer: mclust 6.0.0's nonparametric MclustBootstrap, 999 replicates. The Monte-Carlo errors of the two, 2.2 and
  /// 3.5 %, are 4.2 % together.
  @Test(arguments: ["bootstrap", "weighted-bootstrap", "parametric-bootstrap"])
  func `bootstraps agree with mclust`(method: String) throws {
    try script.run(
      """
      local found = model:intervals(geyser, { method = "\(method)", replicates = 399, seed = 1 })
      local t = found.table
      for name, error in pairs{ weight = 0.0287, ["mean eruptions"] = 0.0328, ["mean waiting"] = 0.469 } do
        near(t["standard_error"][row(t, 1, name)], error, 0.15)
      end
      assert(found.matching.used + found.matching.unmatched + found.matching.failed == 399)
      assert(found.matching.unmatched == 0 and found.matching.certainty[1] == 1)
      local again = model:intervals(geyser, { method = "\(method)", replicates = 39, seed = 2, threads = 1 })
      local other = model:intervals(geyser, { method = "\(method)", replicates = 39, seed = 2, threads = 2 })
      for i = 1, again.table.rows do assert(again.table["lower"][i] == other.table["lower"][i]) end
      """)
  }

  @Test func `tests and comparisons`() throws {
    try script.run(
      """
      local test = em.likelihood_ratio_test(geyser, { components = 1, against = 2, replicates = 19, seed = 1 })
      near(test.statistic, 319.065354, 1e-4)
      assert(test.p_value == 1 / 20 and test.replicates == 19 and not test.ended_early)
      local drawn = model:sample(200, 3):select{ "eruptions", "waiting" }
      local options = { components = em.range(1, 4), replicates = 79, seed = 1, threads = 2 }
      local list = em.likelihood_ratio_test(drawn, options)
      assert(list.kept == 2 and #list.tests == 2 and list.ended_early, tostring(list))
      assert(list.p_value == 10 / list.replicates and list.standard_error > 0)
      options.threads = 1
      assert(em.likelihood_ratio_test(drawn, options).p_value == list.p_value)
      local t = em.compare{ model, em.fit(geyser, { components = 3, covariance = "tied", seed = 1 }) }
      assert(t.rows == 2 and math.abs(t["weight"]:sum() - 1) < 1e-12 and t["rand_1"][1] == 1)
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

  /// Rows that lack cells are drawn with what they lack, and rows without any value are none of the fit.
  @Test(arguments: ["bootstrap", "weighted-bootstrap", "parametric-bootstrap"])
  func `bootstraps of rows with missing cells`(method: String) throws {
    try script.run(
      """
      local e, w = geyser["eruptions"]:tolist(), geyser["waiting"]:tolist()
      for i = 1, #e do
        if i % 9 == 0 then e[i] = 0 / 0 end
        if i % 7 == 3 then w[i] = 0 / 0 end
      end
      local data = em.table{ eruptions = e, waiting = w }
      local fit = em.fit(data, { components = 2, seed = 1, missing = "likelihood", tolerance = 1e-8 })
      local known = fit:intervals(data).table
      local found = fit:intervals(data, { method = "\(method)", replicates = 199, seed = 1 })
      assert(found.matching.used == 199 and found.matching.certainty:min() == 1, tostring(found))
      for i = 1, known.rows do
        if known["parameter"][i]:match "^mean" or known["parameter"][i] == "weight" then
          near(found.table["standard_error"][i], known["standard_error"][i], 0.2)
        end
      end
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

  /// Peer: mixtools 2.0.0. The Monte-Carlo errors of the two, 2.2 % each, are 3.2 % together; four of them are 13 %.
  ///
  ///     m <- normalmixEM(faithful$waiting, lambda = c(.64, .36), mu = c(80, 54.6), sigma = c(5.9, 5.9), epsilon = 1e-10)
  ///     set.seed(1); boot.se(m, B = 999, arbvar = TRUE)
  @Test func `the parametric bootstrap agrees with mixtools`() throws {
    try script.run(
      """
      local data = geyser:select{ "waiting" }
      local fit = em.fit(data, { components = 2, seed = 1, tolerance = 1e-10 })
      local t = fit:intervals(data, { method = "parametric-bootstrap", seed = 1 }).table
      local s1, s2 = math.sqrt(t["estimate"][3]), math.sqrt(t["estimate"][6])
      for i, error in ipairs{ 0.030810692, 0.50881003, 0.39007545 * 2 * s1, 0.030810692, 0.69709606, 0.53401876 * 2 * s2 } do
        near(t["standard_error"][i], error, 0.13)
      end
      """)
  }

  /// Peer: mclust 6.0.0, 999 replicates with set.seed(3): `MclustBootstrap(m, nboot = 999, type = "bs")`.
  @Test func `the nonparametric bootstrap agrees with mclust in all parameters`() throws {
    try script.run(
      """
      local t = model:intervals(geyser, { method = "bootstrap", seed = 1 }).table
      local expected = { 0.02887271, 0.02895972, 0.58648532, 0.01391794, 0.1678801, 4.1893299,
        0.02887271, 0.03354317, 0.46698298, 0.01960686, 0.2737542, 4.3743352 }
      if t["estimate"][2] > 3 then -- the longer eruptions come first here
        expected = { 0.02887271, 0.03354317, 0.46698298, 0.01960686, 0.2737542, 4.3743352,
          0.02887271, 0.02895972, 0.58648532, 0.01391794, 0.1678801, 4.1893299 }
      end
      for i, error in ipairs(expected) do near(t["standard_error"][i], error, 0.13) end
      """)
  }

  /// A small version of `scripts/simulations level`: of 100 tests at 5 %, 13 or more are refuted by chance once in 2,000.
  @Test func `the test holds its level`() throws {
    try script.run(
      """
      local truth = em.model{ weights = { 1 }, means = { { 0 } }, covariances = { { { 1 } } } }
      local refuted = 0
      for seed = 1, 100 do
        local test = em.likelihood_ratio_test(truth:sample(40, seed):drop{ "label" }, { components = 1, against = 2,
          covariance = "tied", initializer = "hierarchical", restarts = 1, replicates = 39, seed = seed })
        if test.p_value <= 0.05 then refuted = refuted + 1 end
      end
      assert(refuted <= 12, refuted .. " of 100")
      """)
  }

  /// Of two components that are nearly one, replicates can't be told apart, and that is marked; the one apart is certain.
  @Test func `what is uncertain is marked`() throws {
    try script.run(
      """
      local truth = em.model{ weights = { 0.4, 0.35, 0.25 }, means = { { -8 }, { 0 }, { 1 } },
        covariances = { { { 1 } }, { { 1 } }, { { 1 } } } }
      local marked = 0
      for seed = 1, 20 do
        local data = truth:sample(300, seed):drop{ "label" }
        local fit = em.fit(data, { components = 3, covariance = "tied", seed = seed, tolerance = 1e-7 })
        local found = fit:intervals(data, { method = "bootstrap", replicates = 99, seed = seed })
        local least = 1
        for k = 1, 3 do
          local certainty = found.matching.certainty[k]
          if fit.means:get(k, 1) < -4 then assert(certainty == 1) else least = math.min(least, certainty) end
        end
        local doubtful, warned = found.matching.doubtful, table.concat(found.warnings, " ")
        if #doubtful > 0 then
          marked = marked + 1
          assert(tostring(found):find("?", 1, true) and warned:find("doubtful", 1, true))
        else
          assert(least >= 0.9 and found.matching.separation:min() >= 4)
          assert(found.matching.unmatched > 9.9 or #found.warnings == 0, tostring(found))
        end
      end
      assert(marked >= 12, marked)
      """)
  }

  /// Of 39 replicates, the least and the largest are the ends of a 95 % interval: each of 40 draws alike is as likely to
  /// be an extreme one. All sound replicates are there, those that can't be matched as well.
  @Test(arguments: [2.0, 6.0]) func `ends are order statistics of all replicates`(distance: Double)
    throws
  {
    try script.run(
      """
      local truth = em.model{ weights = { 0.5, 0.5 }, means = { { 0 }, { \(distance) } },
        covariances = { { { 1 } }, { { 1 } } } }
      local data = truth:sample(150, 4):drop{ "label" }
      local fit = em.fit(data, { components = 2, covariance = "tied", seed = 1 })
      local found = fit:intervals(data, { method = "bootstrap", replicates = 39, seed = 1 })
      local m, drawn, t = found.matching, found.replicates, found.table
      assert(drawn.rows == m.used + m.unmatched and m.replicates == 39 and drawn.columns == t.rows)
      assert(m.used + m.unmatched + m.failed == 39)
      for j = 1, t.rows do
        local least, largest = math.huge, -math.huge
        for i = 1, drawn.rows do
          least, largest = math.min(least, drawn:get(i, j)), math.max(largest, drawn:get(i, j))
        end
        if drawn.rows == 39 then assert(t["lower"][j] == least and t["upper"][j] == largest) end
      end
      assert(\(distance) < 6 or #m.doubtful == 0, tostring(found))
      """)
  }

  /// The larger fit begins with the smaller one split as well, so that it is never below it, whatever its own start.
  @Test func `no statistic falls short`() throws {
    try script.run(
      """
      local truth = em.model{ weights = { 0.5, 0.3, 0.2 }, means = { { 0 }, { 6 }, { 12 } },
        covariances = { { { 1 } }, { { 1 } }, { { 1 } } } }
      local data = truth:sample(120, 3):drop{ "label" }
      local function best(k) return em.fit(data, { components = k, covariance = "tied", seed = 1 }).loglik end
      for seed = 1, 5 do
        local test = em.likelihood_ratio_test(data, { components = 2, against = 3, covariance = "tied", restarts = 1,
          initializer = "random", replicates = 19, seed = seed })
        assert(test.statistic >= 2 * (best(3) - best(2)) - 0.05, test.statistic)
        assert(test.statistics:min() >= 0 and test.failed == 0)
      end
      """)
  }

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
