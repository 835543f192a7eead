import EmulsionPlugins
import LuaBridge
import Testing

/// Columns of texts in scripts.
@Suite struct TextColumnTests {
  let script: Script

  init() throws {
    script = try Script(catalogue: .withPlugins)
    try script.run(
      """
      t = em.table{
        smokes = { "no", "yes", "yes", "no", "no", "yes", "no", "yes" },
        often = { "never", "daily, or more", "rarely", "never", "rarely", "daily, or more", "never", "rarely" },
        x = { 1, 6, 5, 2, 1.5, 7, 2.5, 6.5 },
      }
      model = em.fit(t, { components = 2, columns = { "smokes", "often" }, family = "categorical", seed = 1 })
      mixed = em.fit(t, {
        components = 2, family = { smokes = "bernoulli", often = "categorical", x = "gaussian" }, seed = 1,
      })
      line = em.fit(t, { family = em.regression("x ~ smokes") })
      """)
  }

  @Test func `levels are told`() throws {
    try script.run(
      """
      assert(#model.levels.often == 3 and model.levels.often[1] == "daily, or more")
      assert(model.levels.smokes[2] == "yes" and model.levels.x == nil)
      assert(next(em.fit(t, { columns = { "x" } }).levels) == nil)
      assert(tostring(model):find("smokes=yes", 1, true))
      local two = em.fit(t, { family = "bernoulli", columns = { "smokes" } })
      assert(tostring(two):find("probability smokes=yes", 1, true))
      assert(tostring(line):find("levels: smokes (no, yes)", 1, true))
      local drawn = mixed:sample(20, 1)
      assert(drawn["smokes"][1] == "yes" or drawn["smokes"][1] == "no")
      assert(drawn["x"].size == 20 and #mixed:predict(drawn) == 20)
      """)
  }

  @Test func `results are those of codes`() throws {
    try script.run(
      """
      local codes = em.table{ smokes = { 0, 1, 1, 0, 0, 1, 0, 1 }, often = { 1, 0, 2, 1, 2, 0, 1, 2 } }
      local plain = em.fit(codes, { components = 2, columns = { "smokes", "often" }, family = "categorical", seed = 1 })
      assert(plain.loglik == model.loglik)
      local a, b = model:posterior(t), plain:posterior(codes)
      for i = 1, 8 do assert(a:get(i, 1) == b:get(i, 1)) end
      assert(model:score(t) == plain:score(codes))
      assert(model:resume{ data = t, max_iterations = 2 }.levels.often[3] == "rarely")
      local rest = model:conditional{ given = { smokes = "yes" } }
      assert(math.abs(rest.weights[1] - plain:conditional{ given = { smokes = 1 } }.weights[1]) < 1e-15)
      assert(rest.levels.smokes == nil and rest.levels.often)
      -- Two means: of those who don't smoke, and the others' difference.
      local c = line.parameters[1].coefficients
      assert(math.abs(c[1] - 1.75) < 1e-12 and math.abs(c[2] - 4.375) < 1e-12)
      assert(line:respond(em.table{ smokes = { "yes" } })["mean"][1] == c[1] + c[2])
      """)
  }

  @Test func `rows with missing texts are dropped or refused`() throws {
    try script.run(
      """
      local holes = em.table{ q = { "a", nil, "b", "a" , "b" }, n = { 1, 2, 3, 4, 5 } }
      assert(#holes["q"] == 5)
      local kept = em.fit(holes, { family = "categorical", columns = { "q" }, missing = "drop", progress = false })
      assert(kept.observations == 4)
      local ok, problem = pcall(em.fit, holes, { family = "categorical", columns = { "q" } })
      assert(not ok and tostring(problem):find('row 2, column "q": a missing value', 1, true), problem)
      """)
  }

  @Test(arguments: [
    (
      #"model:predict(t:with{ smokes = { "no", "maybe", "no", "no", "no", "no", "no", "no" } })"#,
      #"row 2, column "smokes": "maybe" is none of the levels "no", "yes""#
    ),
    ("model:predict(t:with{ smokes = t.x })", "holds numbers, but the model was fitted to texts"),
    ("model:predict{ { 0, 1 } }", "give a Table"),
    ("model:predict(t:drop{ \"often\" })", "lack the column \"often\""),
    ("model:conditional{ given = { smokes = \"maybe\" } }", "must be one of \"no\", \"yes\""),
    ("model:conditional{ given = { smokes = 1 } }", "must be one of \"no\", \"yes\""),
    ("model:marginal{ \"often\" }:cdf(1)", "texts"),
    ("em.fit(t, { family = \"bernoulli\", columns = { \"often\" } })", "3 different texts"),
    ("em.fit(t, { columns = { \"x\", \"often\" } })", "column \"often\" holds text"),
    ("em.kmeans(t, { components = 2 })", "column \"often\" holds text"),
    ("line:respond{ { 1 } }", "give a Table"),
  ])
  func `what does not fit is named`(expression: String, part: String) throws {
    let error = #expect(throws: LuaError.self) { try script.run("return \(expression)") }
    #expect(error?.message.contains(part) == true, "\(error?.message ?? "")")
  }

  @Test func `a family of the script's own reads two texts`() throws {
    try script.run(
      """
      local Coin = em.family {
        name = "coin", support = "binary",
        log_density = function(p, x)
          local y = x:column(1)
          return y * math.log(p.share) + (1 - y) * math.log(1 - p.share)
        end,
        statistics = function(x, w) return { n = w:sum(), s = w:dot(x:column(1)) } end,
        estimate = function(s) return { share = s.s / s.n } end,
        free_parameters = function() return 1 end,
      }
      local coin = em.fit(t, { family = Coin, columns = { "smokes" } })
      assert(coin.parameters[1].share == 0.5 and coin.levels.smokes[1] == "no")
      """)
  }
}
