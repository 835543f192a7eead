import EmulsionPlugins
import LuaBridge
import Testing

/// Tests of numbers of components.
@Suite struct LikelihoodRatioTests {
  let script: Script

  init() throws { script = try .aboutGeysers() }

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

  /// Where the data lack cells, replicates lack them as well: without a third of the cells of both columns statistics are
  /// about as large as without them, though rows tell less.
  @Test func `replicates lack what the data lack`() throws {
    try script.run(
      """
      local drawn = em.model{ weights = { 1 }, means = { { 0, 0 } }, covariances = { { { 1, 0.5 }, { 0.5, 1 } } } }
        :sample(150, 3)
      local x, y = drawn["x1"]:tolist(), drawn["x2"]:tolist()
      for i = 1, 150 do
        if i % 3 == 0 then x[i] = 0 / 0 end
        if i % 3 == 1 then y[i] = 0 / 0 end
      end
      local data = em.table{ x = x, y = y }
      local test = em.likelihood_ratio_test(data, { components = 1, against = 2, missing = "likelihood", seed = 1,
        covariance = "tied", restarts = 2, replicates = 39 })
      assert(test.p_value > 0.05 and test.failed == 0, tostring(test))
      """)
  }

  /// Short runs settle replicates that stay far below, and no others; the p-value is that of searches.
  @Test func `what is far below is settled early`() throws {
    try script.run(
      """
      local options = { components = 1, against = 2, replicates = 39, seed = 1, initializer = "hierarchical", restarts = 1 }
      local far = em.likelihood_ratio_test(geyser, options)
      assert(far.screened == 39 and far.replicates == 39 and far.statistics:max() < far.statistic - 44)
      assert(far.p_value == 1 / 40 and far.statistics:min() >= 0)
      options.components, options.against = 2, 3
      local near = em.likelihood_ratio_test(geyser, options)
      assert(near.screened == 0 and near.statistics:max() > 10)
      options.threads = 1
      assert(em.likelihood_ratio_test(geyser, options).statistics == near.statistics)
      """)
  }
}
