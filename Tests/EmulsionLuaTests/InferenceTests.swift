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
