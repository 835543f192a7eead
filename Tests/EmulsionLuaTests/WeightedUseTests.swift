import EmulsionPlugins
import LuaBridge
import Testing

/// What is asked of rows counts them as the fit did: a weight of 3 is three copies.
@Suite struct WeightedUseTests {
  let script: Script

  /// A table of four patterns by how often each occurs, and the same row by row.
  init() throws {
    script = try Script(isTrusted: true, catalogue: .withPlugins)
    try script.run(
      """
      -- Rows as often as a column says.
      function copies(data, column)
        local cells = {}
        for _, name in ipairs(data.names) do cells[name] = {} end
        for i = 1, data.rows do for _ = 1, data[column][i] do
          for _, name in ipairs(data.names) do table.insert(cells[name], data[name][i]) end
        end end
        return em.table(cells):select(data.names)
      end
      function near(a, b) assert(math.abs(a - b) <= 1e-6 * math.abs(b), a .. " is not " .. b) end
      few = em.table{ a = { "n", "n", "y", "y" }, b = { "n", "y", "n", "y" }, w = { 30, 10, 10, 50 } }
      options = { columns = { "a", "b" }, family = "categorical" }
      many = copies(few, "w")
      plain = em.fit(many, options)
      options.weights = "w"
      model = em.fit(few, options)
      """)
  }

  /// R: `loglin` of the table under independence.
  @Test func `goodness of fit counts copies`() throws {
    try script.run(
      """
      local a, b = model:goodness_of_fit(few), plain:goodness_of_fit(many)
      near(a.g_squared, 35.54817676839) near(a.chi_squared, 34.02777777778)
      near(a.g_squared, b.g_squared) near(a.chi_squared, b.chi_squared) near(a.p_value, b.p_value)
      local path = os.tmpname()
      model:save(path)
      local loaded = em.load(path)
      near(loaded:goodness_of_fit(few, { weights = "w" }).g_squared, a.g_squared)
      near(loaded:goodness_of_fit(few, { weights = few.w }).g_squared, a.g_squared)
      """)
  }

  @Test func `clusters, directions and errors count copies`() throws {
    try script.run(
      """
      local geyser = em.dataset("faithful"):with{ w = function(row) return math.floor(row.waiting) % 3 end }
      local all = copies(geyser, "w"):drop{ "w" }
      local o = { components = 3, columns = { "eruptions", "waiting" }, initializer = {
        means = { { 2, 54 }, { 4.5, 80 }, { 4, 72 } } }, tolerance = 1e-10, max_iterations = 5000 }
      local a = em.fit(all, o)
      o.weights = "w"
      local b = em.fit(geyser, o)
      near(b:clusters(geyser).steps[1].entropy, a:clusters(all).steps[1].entropy)
      near(b:clusters(geyser).steps[1].entropy, b.entropy)
      near(b:reduce(geyser).eigenvalues[1], a:reduce(all).eigenvalues[1])
      -- Other rows have the weights that are given.
      local reversed = geyser:sort("-waiting")
      near(b:clusters(reversed, { weights = "w" }).steps[1].entropy, b.entropy)

      local iris = em.dataset("iris"):with{ w = function(row) return 1 + math.floor(10 * row.Petal_Width) % 3 end }
      local c = { class = "label", method = "EDDA", covariance = "EEE",
        columns = { "Sepal_Length", "Sepal_Width", "Petal_Length" } }
      local every = em.classify(copies(iris, "w"), c)
      c.weights = "w"
      local few = em.classify(iris, c)
      near(few:error(iris), every:error(copies(iris, "w")))
      near(few:brier(iris), every:brier(copies(iris, "w")))
      local path = os.tmpname()
      few:save(path)
      near(em.load(path):brier(iris, nil, { weights = "w" }), few:brier(iris))
      """)
  }

  @Test(arguments: [
    ("loaded:goodness_of_fit(few)", "invalid-data", "had weights"),
    ("loaded:goodness_of_fit(few, { weights = { 1, 2 } })", "invalid-data", "2 values for 4 rows"),
    ("loaded:goodness_of_fit(few, { weights = { 1, 2, -1, 0 } })", "invalid-data", "row 3"),
    ("loaded:clusters(few, { weights = { 0, 0, 0, 0 } })", "invalid-data", "all row weights are 0"),
    ("loaded:clusters(few, { weight = 'w' })", "invalid-option", "weights"),
  ])
  func `weights that are none, or missing, are told`(call: String, code: String, part: String)
    throws
  {
    try script.run("local p = os.tmpname() model:save(p) loaded = em.load(p)")
    try script.expect("return \(call)", raises: code, [part])
  }
}
