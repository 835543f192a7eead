import EmulsionPlugins
import LuaBridge
import Testing

/// What scripts make of a fit.
@Suite struct UseTests {
  let script: Script

  init() throws {
    script = try Script(catalogue: .withPlugins)
    try script.run(
      """
      iris = em.dataset("iris")
      names = { "Sepal_Length", "Sepal_Width", "Petal_Length", "Petal_Width" }
      model = em.fit(iris, { components = 3, covariance = "VEV", columns = names, seed = 1 })
      species = iris["label"]
      """)
  }

  @Test func `labels of any kind are compared`() throws {
    try script.run(
      """
      local found = model:predict(iris)
      local rand = em.adjusted_rand(found, species)
      assert(math.abs(rand - 0.9038742317) < 1e-9, rand)
      assert(rand == em.adjusted_rand(species, found) and rand == em.adjusted_rand(found:tolist(), species))
      local confusion = em.confusion(species, found)
      assert(confusion.rows == 3 and confusion.columns == 4 and confusion.names[1] == "class")
      assert(confusion["1"]:sum() + confusion["2"]:sum() + confusion["3"]:sum() == 150)
      local turned = em.confusion(found, species)
      assert(turned["class"][1] == 1 and turned["setosa"]:sum() == 50)
      local wrong, matching = em.classification_error(found, species)
      assert(math.abs(wrong - 5 / 150) < 1e-12)
      local classes = {}
      for k = 1, 3 do classes[matching[k]] = k end
      assert(classes.setosa and classes.versicolor and classes.virginica)
      local _, fewer = em.classification_error({ 1, 2, 3 }, { "a", "a", "b" })
      assert(fewer[3] == "b" and (fewer[1] == "a") ~= (fewer[2] == "a"))
      assert(em.confusion({ "class", "x" }, { "class", "y" }).names[1] == "class_")
      assert(em.adjusted_rand({ 1, 1 }, { "x", "x" }) == 1)
      """)
  }

  @Test(arguments: [
    ("em.adjusted_rand({1, 2}, {1})", "a has 2 labels, but b has 1"),
    ("em.adjusted_rand({}, {})", "no labels"),
    ("em.adjusted_rand({1}, {0/0})", "b: element 1 is missing"),
    ("em.confusion({1, true}, {1, 2})", "a: element 2"),
    ("em.confusion({'x', 2}, {1, 2})", "must be a text"),
    ("em.confusion('x', {1})", "a must be a list"), ("em.classification_error({1})", "got nothing"),
  ])
  func `labels that are none`(call: String, part: String) throws {
    try script.expect("return \(call)", raises: "invalid-data", [part])
  }

  @Test func `marginals have distribution functions`() throws {
    try script.run(
      """
      local one = model:marginal{ "Petal_Length" }
      assert(one.dimension == 1 and one.columns[1] == "Petal_Length" and one.covariance == "full")
      assert(not tostring(one):find("nan"))
      local x = one:quantile(0.3)
      assert(type(x) == "number" and math.abs(one:cdf(x) - 0.3) < 1e-12)
      local list = one:quantile{ 0.1, 0.5, 0.9 }
      assert(#list == 3 and math.abs(one:cdf(list)[2] - 0.5) < 1e-12)
      assert(one:quantile(0) == -math.huge and one:cdf(math.huge) == 1)
      assert(#one:quantile{} == 0)
      local u = model:uncertainty(iris)
      assert(#u == 150 and math.abs(u:sum() - 1.77919) < 1e-4, u:sum())
      """)
  }

  /// Such columns are worked on in coordinates of their own.
  @Test func `marginals of columns that nearly depend on each other`() throws {
    try script.run(
      """
      local a, b, c = {}, {}, {}
      for i = 1, 200 do
        a[i] = math.sin(i * 7.7) + (i % 2) * 5
        b[i], c[i] = a[i] + 1e-7 * math.cos(i * 3.1), math.cos(i * 1.3)
      end
      local data = em.table{ a = a, b = b, c = c }
      local fit = em.fit(data, { components = 2, seed = 1 })
      local turned = fit:marginal{ "b", "a", "c" }
      local total = turned:logdensity(data:select{ "b", "a", "c" }):sum()
      assert(math.abs(total - fit.loglik) < 1e-5, total - fit.loglik)
      local one = fit:marginal{ "a" }
      assert(math.abs(one:cdf(one:quantile(0.3)) - 0.3) < 1e-12)
      assert(math.abs(one.covariances[1]:get(1, 1) / fit.covariances[1]:get(1, 1) - 1) < 1e-12)
      """)
  }

  @Test(arguments: [
    ("model:cdf(1)", "4 columns"),
    ("model:marginal{ 'Petal_Lenght' }", "did you mean \"Petal_Length\""),
    ("model:marginal{}", "at least one"),
    ("model:marginal{ 'Petal_Width', 'Petal_Width' }", "twice"),
    ("model:marginal{ 'Petal_Width' }:quantile(1.5)", "from 0 to 1"),
    ("model:marginal{ 'Petal_Width' }:quantile(0/0)", "from 0 to 1"),
    ("model:respond(iris)", "response"),
    ("model:respond(iris, { response = 'label' })", "no column"),
    ("model:respond(iris, { answer = 1 })", "unknown option"),
    ("model:divergence(model:marginal{ 'Petal_Width' })", "different columns"),
    ("model:divergence(model, { samples = 1 })", "at least 2"),
    ("model:clusters(iris):labels(4)", "1 to 3"), ("model:reduce(iris, { lambda = 2 })", "lambda"),
  ])
  func `what cannot be asked`(call: String, part: String) throws {
    try script.expect("return \(call)", raises: "invalid-option", [part])
  }

  @Test func `responses need no response`() throws {
    try script.run(
      """
      local x, y, w = {}, {}, {}
      for i = 1, 200 do
        x[i], w[i] = 2 * math.sin(i * 7.1), i % 2
        y[i] = (i % 2 == 0 and 1 + 2 * x[i] or -1 - x[i]) + 0.1 * math.cos(9 * i)
      end
      local data = em.table{ x = x, y = y, w = w }
      local fit = em.fit(data, { components = 2, family = em.regression("y ~ x"), seed = 1 })
      local new = em.table{ z = { 7, 8 }, x = { 0, 1 } }
      local expected = fit:respond(new)
      assert(expected.rows == 2 and expected.names[1] == "mean" and expected.names[2] == "component_1")
      for k = 1, 2 do
        local c = fit.parameters[k].coefficients
        local column = expected["component_" .. k]
        assert(math.abs(column[1] - c[1]) < 1e-12 and math.abs(column[2] - c[1] - c[2]) < 1e-12)
      end
      local mixed = fit.weights[1] * expected["component_1"][2] + fit.weights[2] * expected["component_2"][2]
      assert(math.abs(expected["mean"][2] - mixed) < 1e-12)
      assert(fit:respond(em.matrix{ {0}, {1} })["mean"][2] == expected["mean"][2])
      assert(fit:respond(em.table{ x = {0, 1}, y = {0/0, 0/0} })["mean"][2] == expected["mean"][2])
      assert(fit:respond(new, { response = "y" })["mean"][1] == expected["mean"][1])
      local told = em.fit(data, { components = 2, seed = 1,
        family = em.regression("y ~ x", { concomitant = "~ w" }) }):respond(em.table{ x = {0, 0}, w = {0, 1} })
      assert(math.abs(told["mean"][1] - told["mean"][2]) > 1.5)
      local gaussian = em.fit(data, { components = 2, columns = { "x", "y" }, seed = 1 })
      local r = gaussian:respond(em.table{ x = {0.5} }, { response = "y" })
      assert(r.columns == 3 and r["mean"][1] < 2 and r["mean"][1] > -2)
      """)
    for (call, part) in [
      ("fit:respond(em.table{ z = {1} })", "the predictor \"x\""),
      ("fit:respond(em.table{ x = {1, 0/0} })", "row 2"),
    ] {
      try script.expect(
        """
        local x = { 1, 2, 3, 4, 5, 6.5 }
        local fit = em.fit(em.table{ x = x, y = { 2, 1, 4, 3, 5, 7 } },
          { family = em.regression("y ~ x") })
        return \(call)
        """, raises: "invalid-data", [part])
    }
  }

  @Test func `poisson and binomial responses are on their own scale`() throws {
    try script.run(
      """
      local x, y, n, s = {}, {}, {}, {}
      for i = 1, 60 do
        x[i] = i / 30
        y[i] = math.floor(math.exp(1 + x[i]) + 0.5)
        n[i] = 5 + i % 7
        s[i] = math.floor(n[i] / (1 + math.exp(-x[i])) + 0.5)
      end
      local data = em.table{ x = x, y = y, n = n, s = s }
      local counts = em.fit(data, { family = em.regression("y ~ x", { distribution = "poisson", offset = "x" }) })
      local c = counts.parameters[1].coefficients
      local m = counts:respond(em.table{ x = { 0.5 } })["mean"][1]
      assert(math.abs(m - math.exp(c[1] + (c[2] + 1) * 0.5)) < 1e-10 * m)
      local shares = em.fit(data, { family = em.regression("s ~ x", { distribution = "binomial", trials = "n" }) })
      c = shares.parameters[1].coefficients
      m = shares:respond(em.table{ x = { 0.5 }, n = { 40 } })["mean"][1]
      assert(math.abs(m - 40 / (1 + math.exp(-c[1] - 0.5 * c[2]))) < 1e-10)
      local ok, message = pcall(shares.respond, shares, em.table{ x = { 0.5 } })
      assert(not ok and tostring(message):find('"n"'))
      """)
  }

  @Test func `components merge and show themselves`() throws {
    try script.run(
      """
      local five = em.fit(em.dataset("faithful"), { components = 5, covariance = "diagonal", seed = 1 })
      local faithful = em.dataset("faithful")
      local clusters = five:clusters(faithful)
      assert(#clusters.steps == 5 and clusters.steps[1].clusters == 5 and clusters.steps[1].merged == nil)
      assert(#clusters.steps[5].members[1] == 5 and #clusters.steps[2].merged == 2)
      local labels = clusters:labels(2)
      assert(em.adjusted_rand(labels, em.fit(faithful, { components = 2 }):predict(faithful)) > 0.95)
      assert(tostring(clusters):find("5 components merged by entropy", 1, true))
      local reduced = model:reduce(iris)
      assert(reduced.directions.rows == 4 and reduced.data.rows == 150)
      assert(reduced.data.columns == reduced.directions.columns and #reduced.eigenvalues == reduced.data.columns)
      local means = model:reduce(iris, { lambda = 1 })
      assert(means.directions.columns == 2)
      local kl, error = model:divergence(em.fit(iris, { columns = names }), { samples = 5000, seed = 2 })
      assert(kl > 1 and kl < 1.6 and error > 0 and error < 0.1)
      assert(model:divergence(model) == 0)
      """)
  }

  @Test func `criteria have names`() throws {
    try script.run(
      """
      local best = {}
      for _, name in ipairs{ "caic", "sabic", "clc", "nec" } do
        local s = em.select(em.dataset("faithful"), { components = em.range(1, 3), criterion = name, restarts = 2 })
        assert(s.criterion == name and s.entries[1][name] <= s.entries[2][name])
      end
      """)
    try script.expect(
      "em.select({1, 2, 3}, { components = 1, criterion = 'nce' })", raises: "invalid-option",
      ["nec"])
  }
}
