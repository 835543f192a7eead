import EmulsionPlugins
import LuaBridge
import Testing

/// Two groups of points that any start finds.
private let points = """
  local rows = {}
  for i = 1, 40 do
    local x = math.sin(i) + (i % 2) * 10
    rows[i] = {x, math.cos(3 * i) + x / 5}
  end
  local weights = {}
  for i = 1, 40 do weights[i] = 1 + i % 3 end
  local labels = {}
  for i = 1, 40 do labels[i] = i % 2 + 1 end
  """

@Suite struct FittingTests {
  let script: Script

  init() throws { script = try Script(isTrusted: true) }

  @Test func `the script of the design runs`() throws {
    try script.run(
      """
      local em = require "emulsion"
      local faithful = em.dataset("faithful")
      assert(type(faithful:describe()) == "string")
      local selection = em.select(faithful, {
        components = em.range(1, 4), covariance = {"full", "tied"}, seed = 1, restarts = 3 })
      local best = selection.best
      assert(best.covariance == "tied" and best.components == 3, tostring(selection))
      assert(math.abs(best.loglik + 1126.316) < 0.01)
      assert(best.free_parameters == 11 and math.abs(best.bic - 2314.296) < 0.05)
      assert(best.means.rows == 3 and #best.covariances == 3)
      assert(math.abs(best.weights:sum() - 1) < 1e-12)
      local labels = best:predict(faithful)
      assert(#labels == 272 and math.type(labels[1]) == "integer")
      assert(math.abs(best:logdensity(faithful):sum() - best.loglik) < 1e-8)
      assert(selection:get(3, "EEE").loglik == best.loglik)
      assert(selection:get(7, "EEE") == nil)
      assert(#selection.entries == 8 and selection.entries[1].status == "ok")
      assert(selection.entries[1].bic == best.bic and selection.criterion == "bic")
      """)
  }

  @Test(arguments: [
    "'gaussian'", "{ a = 'gaussian', b = 'gaussian' }",
    """
    em.family { name = "round",
      log_density = function(p, x)
        local u, v = x:column(1) - p.a, x:column(2) - p.b
        return -0.5 / p.variance * (u * u + v * v) - math.log(2 * math.pi * p.variance)
      end,
      statistics = function(x, w)
        local u, v = x:column(1), x:column(2)
        return { n = w:sum(), a = w:dot(u), b = w:dot(v), squares = w:dot(u * u + v * v) }
      end,
      estimate = function(s)
        local a, b = s.a / s.n, s.b / s.n
        return { a = a, b = b, variance = (s.squares / s.n - a * a - b * b) / 2 }
      end,
      sample = function(p, random)
        local width = math.sqrt(p.variance)
        return { random:normal(p.a, width), random:normal(p.b, width) }
      end }
    """,
  ])
  func `outliers go to the noise`(family: String) throws {
    try script.run(
      """
      \(points)
      for i = 1, 40 do rows[i][1] = rows[i][1] + 1e-3 * i end
      for i, x in ipairs{-30, -22, 25, 40} do rows[40 + i] = {x, 12 * (i - 2)} end
      local t = em.table{ a = em.matrix(rows):column(1), b = em.matrix(rows):column(2) }
      local start = {}
      for i = 1, 44 do start[i] = i > 40 and 0 or i % 2 + 1 end
      local m = em.fit(t, { components = 2, noise = true, seed = 1, family = \(family) })
      assert(m.components == 2 and m.weights.size == 2, tostring(m))
      assert(math.abs(m.weights:sum() + m.noise.weight - 1) < 1e-12)
      assert(math.abs(m.noise.weight - 4 / 44) < 0.05, tostring(m))
      local volume = 70 * (24 + 12)
      assert(math.abs(m.noise.log_density + math.log(volume)) < 0.1, m.noise.log_density)
      local labels, posterior = m:predict(t), m:posterior(t)
      assert(posterior.columns == 3)
      for i = 41, 44 do assert(labels[i] == 0 and posterior:get(i, 3) > 0.9) end
      for i = 1, 40 do assert(labels[i] > 0) end
      assert(tostring(m):find("and noise") and tostring(m):find("\\nnoise"))
      local zeros = 0
      local drawn = m:sample(400, 2)
      for i = 1, 400 do if drawn["label"][i] == 0 then zeros = zeros + 1 end end
      assert(zeros > 15 and zeros < 80, zeros)
      """)
  }

  @Test func `labels of a start may be noise`() throws {
    try script.run(
      """
      \(points)
      for i = 1, 40, 8 do labels[i] = 0 end
      local m = em.fit(rows, { components = 2, noise = true, max_iterations = 0,
        initializer = { labels = labels } })
      assert(math.abs(m.noise.weight - 5 / 40) < 1e-12)
      assert(em.fit(rows, { components = 2, seed = 1 }).noise == nil)
      local best = em.select(rows, { components = {1, 2}, noise = true, seed = 1 }).best
      assert(best.noise and best.components == 2)
      """)
  }

  @Test(arguments: [
    "rows", "em.matrix(rows)",
    "em.table{ x = em.matrix(rows):column(1), y = em.matrix(rows):column(2) }",
  ])
  func `data may be`(data: String) throws {
    try script.run(
      """
      \(points)
      local m = em.fit(\(data), { components = 2, seed = 3 })
      assert(m.dimension == 2 and m.observations == 40 and m.components == 2 and m.converged)
      assert(m.family == "gaussian" and m.covariance == "full")
      assert(#m.trace == m.iterations + 1)
      assert(m.trace[#m.trace] == m.loglik)
      assert(m.posterior and m:posterior(\(data)):sum() - 40 < 1e-9)
      assert(#m.columns == 2 and #m.warnings == 0 and m.evidence.starts == 10)
      assert(m.aic < m.bic and m.icl >= m.bic and m.seconds >= 0 and m.entropy >= 0)
      assert(m.parameters[1].mean.size == 2 and m.parameters[1].covariance.rows == 2)
      assert(math.abs(m:score(\(data)) - m.loglik / 40) < 1e-9)
      local told = m:summary { covariances = true }
      assert(told:find("standard deviations", 1, true) and told:find("covariances of 2", 1, true))
      assert(m:summary():find("rows  ", 1, true) and not tostring(m):find("rows  ", 1, true))
      """)
  }

  @Test(arguments: ["em.vector(values)", "values", "em.table{ v = values }"])
  func `one column may be`(data: String) throws {
    try script.run(
      """
      local values = {}
      for i = 1, 50 do values[i] = math.sin(i) end
      assert(em.fit(\(data)).dimension == 1)
      """)
  }

  @Test(arguments: [
    "{ labels = labels }", "{ labels = em.vector(labels) }",
    "{ means = {{0, 0}, {10, 2}} }", "{ means = em.matrix{{0, 0}, {10, 2}}, weights = {0.5, 0.5} }",
    "{ means = {{0, 0}, {10, 2}}, covariances = {em.matrix{{1,0},{0,1}}, {{1,0},{0,1}}} }",
    "{ parameters = {{mean = {0, 0}, covariance = {{1,0},{0,1}}}, {mean = em.vector{10, 2}, covariance = em.matrix{{1,0},{0,1}}}} }",
    "{ responsibilities = (function() local r = {} for i = 1, 40 do r[i] = labels[i] == 1 and {1, 0} or {0, 1} end return r end)() }",
    "function(data, k, random) assert(data.rows == 40 and k == 2) return { means = {{0, 0}, {10, 2}} } end",
    "function(data, k, random) local m = {} for i = 1, k do m[i] = data:row(random(data.rows)) end local u = random() assert(u >= 0 and u < 1) return { means = m } end",
    "'k-means++'", "'k-means'", "'random'",
  ])
  func `a start may be`(start: String) throws {
    try script.run(
      """
      \(points)
      local m = em.fit(rows, { components = 2, initializer = \(start), restarts = 3, tolerance = 1e-9 })
      local best = em.fit(rows, { components = 2, tolerance = 1e-9 })
      assert(math.abs(m.loglik - best.loglik) < 1e-5, m.loglik .. " " .. best.loglik)
      """)
  }

  @Test func `known classes by name are a start`() throws {
    try script.run(
      """
      local iris = em.dataset("iris")
      local m = em.fit(iris:drop{"label"}, { components = 3, initializer = { labels = iris["label"] } })
      local found = m:predict(iris)
      assert(found[1] == 1 and found[150] == 3)
      """)
  }

  @Test func `row weights are copies of rows`() throws {
    try script.run(
      """
      \(points)
      local copies = {}
      for i = 1, 40 do for _ = 1, weights[i] do copies[#copies + 1] = rows[i] end end
      local m = em.matrix(rows)
      local start = { means = {{0, 0}, {10, 2}}, covariances = {{{1,0},{0,1}}, {{1,0},{0,1}}} }
      local options = { components = 2, initializer = start }
      local a = em.fit(copies, options)
      options.weights = weights
      local b = em.fit(rows, options)
      options.weights = em.vector(weights)
      local c = em.fit(m, options)
      options.weights = "w"
      local t = em.table{ x = m:column(1), y = m:column(2), w = weights }
      local d = em.fit(t, options)
      assert(d.dimension == 2 and table.concat(d.columns, " ") == "x y")
      for _, other in ipairs{b, c, d} do
        assert(math.abs(a.loglik - other.loglik) < 1e-8 and math.abs(a.bic - other.bic) < 1e-8)
      end
      assert(#d:predict(t) == 40)
      """)
  }

  @Test func `columns are chosen by name, new data by the model's names`() throws {
    try script.run(
      """
      local iris = em.dataset("iris")
      local m = em.fit(iris, { components = 2, columns = {"Petal_Width", "Petal_Length"}, restarts = 1 })
      assert(m.dimension == 2 and m.columns[1] == "Petal_Width")
      local again = iris:select{"Petal_Length", "Sepal_Length", "Petal_Width"}
      assert(m:logdensity(iris) == m:logdensity(again))
      assert(m:logdensity(iris:matrix{"Petal_Width", "Petal_Length"}) == m:logdensity(iris))
      """)
    try script.expect(
      "em.fit(em.dataset('faithful')):predict(em.dataset('iris'))", raises: "invalid-data",
      ["\"eruptions\", \"waiting\"", "Sepal_Length"])
  }

  @Test func `models are saved, loaded, resumed, sampled and conditioned`() throws {
    let path = temporaryPath("model.json")
    try script.run(
      """
      local path = ...
      local faithful = em.dataset("faithful")
      local m = em.fit(faithful, { components = 2, max_iterations = 1, seed = 4 })
      m:save(path)
      local loaded = em.load(path)
      assert(loaded:logdensity(faithful) == m:logdensity(faithful))
      assert(loaded.loglik == m.loglik and loaded.bic == m.bic)
      local on = m:resume()
      assert(on.converged and on.loglik > m.loglik)
      assert(math.abs(loaded:resume{ data = faithful }.loglik - on.loglik) < 1e-9)
      local drawn = m:sample(50, 3)
      assert(drawn.rows == 50 and drawn.names[3] == "label" and #drawn["label"] == 50)
      assert(m:sample(50, 3)["waiting"] == drawn["waiting"])
      local given = m:conditional{ given = { eruptions = 3 } }
      assert(given.dimension == 1 and given.columns[1] == "waiting")
      os.remove(path)
      """, path)
  }

  @Test func `k-means clusters`() throws {
    try script.run(
      """
      \(points)
      local r = em.kmeans(rows, { components = 2, initializer = { means = {{0, 0}, {10, 2}} } })
      assert(r.centers.rows == 2 and #r.labels == 40 and r.iterations >= 1 and r.inertia > 0)
      for i = 1, 40 do assert(r.labels[i] == labels[i] % 2 + 1 or r.labels[i] == labels[i]) end
      assert(math.type(r.labels[1]) == "integer")
      local s = em.kmeans(em.matrix(rows), { components = 2, standardize = true, seed = 5 })
      assert(s.inertia > 0)
      """)
  }

  @Test func `plots are saved`() throws {
    let path = temporaryPath("plot.svg")
    try script.run(
      """
      local path = ...
      local faithful = em.dataset("faithful")
      local s = em.select(faithful, { components = {1, 2}, restarts = 2 })
      s.best:plot():save(path)
      assert(io.open(path):read("a"):find("<svg"))
      s:plot():save(path)
      s.best:plot{ title = "Old Faithful", width = 400, height = 300 }:save(path)
      for _, what in ipairs{ "classification", "density", "uncertainty", "contour", "trace", "profile",
        "rootogram", "regions" } do
        assert(s.best:plot{ what = what, level = 0.9, bins = 12 }:text(60, 20) ~= "")
      end
      assert(s:plot{ what = "grid" }:text(60, 20):find("full"))
      s.best:report(path, { title = "<Old>" })
      assert(io.open(path):read("a"):find("<h1>&lt;Old&gt;</h1>", 1, true))
      local page = io.open(path):read("a")
      -- The call in it makes the model anew.
      local code = page:match("<code>(.-)</code>"):gsub("&quot;", '"'):gsub("&#39;", "'")
      local again = load("local em, data = ... return " .. code)(em, faithful)
      assert(again.components == s.best.components and math.abs(again.loglik - s.best.loglik) < 0.01)
      s:report(path)
      assert(io.open(path):read("a"):find("The best fits", 1, true))
      s.best:save(path)
      local loaded = em.load(path)
      assert(loaded:plot{ what = "contour" }:text(60, 20):find("No rows at hand", 1, true))
      assert(loaded:plot{ data = faithful }:text(60, 20))
      os.remove(path)
      """, path)
  }

  /// Noise is everywhere, but rows are not.
  @Test(arguments: [
    ("gamma", "{ shape = { 2, 2 }, rate = { 2, 2 } }, { shape = { 20, 20 }, rate = { 2, 2 } }"),
    ("exponential", "{ rate = { 2, 2 } }, { rate = { 0.2, 0.2 } }"),
    ("beta", "{ alpha = { 1, 1 }, beta = { 8, 8 } }, { alpha = { 8, 8 }, beta = { 1, 1 } }"),
  ])
  func `regions beside noise end where rows can be`(family: String, parameters: String) throws {
    try Script(catalogue: .withPlugins).run(
      """
      local drawn = em.model{ family = "\(family)", weights = { 0.5, 0.5 }, parameters = { \(parameters) } }
      local data = drawn:sample(100, 1):drop{ "label" }
      for _, columns in ipairs{ { "x1" }, { "x1", "x2" } } do
        local model = em.fit(data, { columns = columns, components = 2, family = "\(family)", noise = true, seed = 1 })
        for _, what in ipairs{ "regions", "uncertainty" } do
          assert(model:plot{ what = what }:text(60, 20) ~= "")
        end
      end
      """)
  }

  @Test func `the same seed gives the same bits on any number of threads`() throws {
    try script.run(
      """
      local iris = em.dataset("iris"):drop{"label"}
      local a = em.fit(iris, { components = 3, seed = 7, threads = 1 })
      local b = em.fit(iris, { components = 3, seed = 7, threads = 2 })
      assert(a.loglik == b.loglik and a.means == b.means and a.covariances[2] == b.covariances[2])
      """)
  }
}
