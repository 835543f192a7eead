import EmulsionPlugins
import LuaBridge
import Testing

/// What bootstraps draw, and how components of replicates are matched.
@Suite struct ReplicateTests {
  let script: Script

  init() throws { script = try .aboutGeysers() }

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
          assert(least >= 0.9 and found.matching.separation:min() >= 4 and found.matching.distinctness:min() >= 0)
          assert(found.matching.unmatched > 9.9 or #found.warnings == 0, tostring(found))
        end
      end
      assert(marked >= 18, marked)
      """)
  }

  /// The gain in BIC of two components over one, whatever the family and what a fit may have besides.
  @Test(arguments: [
    "{}", "{ noise = true }", "{ missing = \"likelihood\" }", "{ weights = 2 }",
    "{ covariance = \"tied\" }", "{ covariance = \"VVE\" }", "{ equal_weights = true }",
    "{ family = em.student_t{ degrees_of_freedom = 8 } }",
    "{ family = em.regression(\"waiting ~ eruptions\") }", "{ concomitant = \"~ eruptions\" }",
  ])
  func `distinctness is what BIC gains`(_ options: String) throws {
    try script.run(
      """
      local options, data = \(options), geyser
      if options.missing then
        local e = geyser["eruptions"]:tolist()
        for i = 1, #e, 9 do e[i] = 0 / 0 end
        data = em.table{ eruptions = e, waiting = geyser["waiting"] }
      end
      if options.weights then
        local weights = {}
        for i = 1, data.rows do weights[i] = options.weights end
        options.weights = weights
      end
      options.seed, options.tolerance, options.restarts = 1, 1e-6, 4
      options.components = 2
      local two = em.fit(data, options)
      options.components = 1
      local gain = em.fit(data, options).bic - two.bic
      local found = two:intervals(data, { method = "bootstrap", replicates = 39 }).matching
      local own = found.distinctness
      assert(math.abs(own[1] - gain) < 0.05 and own[2] == own[1], tostring(own) .. " " .. gain)
      """)
  }

  @Test func `only the two that are hardly two are marked`() throws {
    try script.run(
      """
      local truth = em.model{ weights = { 0.4, 0.35, 0.25 }, means = { { -8 }, { 0 }, { 1 } },
        covariances = { { { 1 } }, { { 1 } }, { { 1 } } } }
      local data = truth:sample(300, 4):drop{ "label" }
      local fit = em.fit(data, { components = 3, covariance = "tied", seed = 1, tolerance = 1e-7 })
      local found = fit:intervals(data, { method = "bootstrap", replicates = 39 }).matching
      for k = 1, 3 do
        if fit.means:get(k, 1) < -4 then assert(found.distinctness[k] > 100) else assert(found.distinctness[k] < 0) end
      end
      assert(#found.doubtful == 2)
      local labels = {}
      for i = 1, 300 do labels[i] = 0 / 0 end
      labels[1], labels[2] = 1, 2
      local known = em.fit(data, { components = 3, covariance = "tied", labels = labels, seed = 1 })
      local kept = known:intervals(data, { method = "bootstrap", replicates = 39 }).matching
      assert(kept.distinctness:min() == math.huge)
      """)
  }

  /// Loadings turn freely, so that nothing is told of them; means of a single component have the errors s/√n.
  @Test func `bootstraps of factor analysers`() throws {
    try script.run(
      """
      local names = { "Sepal_Length", "Sepal_Width", "Petal_Length", "Petal_Width" }
      local iris = em.dataset("iris"):select(names)
      local fit = em.fit(iris, { covariance = em.factors(1), seed = 1 })
      local t = fit:intervals(iris, { method = "bootstrap", replicates = 399, seed = 1 }).table
      assert(t.rows == 8)
      for i, name in ipairs(names) do
        local x, s = iris[name], 0
        for r = 1, 150 do s = s + (x[r] - x:mean()) ^ 2 / 150 end
        assert(t["parameter"][i] == "mean " .. name and t["parameter"][4 + i] == "uniquenesses " .. name)
        near(t["standard_error"][i], math.sqrt(s / 150), 0.13)
        assert(t["lower"][4 + i] > 0)
      end
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
}
