import EmulsionLua
import EmulsionPlugins
import Testing

/// `em.classify` against mclust 6 (`MclustDA`, from the same structures), and what it says no to.
@Suite struct ClassifierTests {
  @Test(arguments: [
    // Set, classes, covariance: log-likelihood, BIC, error, Brier score of MclustDA(modelType = "EDDA").
    ("iris", "VVV", -182.9208486053, 576.2883795626, 0.02, 0.0116002338),
    ("iris", "EEE", -256.6461842549, 623.5263449799, 0.02, 0.0142078519),
    ("iris", "VVI", -309.3627578939, 738.9807628462, 0.04, 0.0331147817),
    ("iris", "VII", -392.4984144985, 860.1563584084, 0.08, 0.0504582914),
    ("iris", "EII", -414.6979512733, 894.5341613699, 0.0733333333, 0.0519704516),
    ("iris", "EEV", -215.1432631274, 600.6481262541, 0.0133333333, 0.0109152754),
  ])
  func `one component a class agrees with mclust`(
    set: String, covariance: String, loglik: Double, bic: Double, error: Double, brier: Double
  ) throws {
    try Script().run(
      """
      local data = em.dataset("\(set)")
      local c = em.classify(data, { class = "label", method = "EDDA", covariance = "\(covariance)" })
      local function close(a, b, r) return math.abs(a - b) <= r * math.abs(b) end
      assert(close(c.loglik, \(loglik), 1e-8), c.loglik)
      assert(close(c.bic, \(bic), 1e-8), c.bic)
      assert(close(c:error(data), \(error), 1e-6), c:error(data))
      assert(close(c:brier(data), \(brier), 1e-6), c:brier(data))
      """)
  }

  @Test(arguments: [
    // Set, method, covariance; error and Brier score on the rows it was fitted to, and in ten parts: `classify.R`.
    ("iris", "EDDA", "VVV", 0.0200000000, 0.0116002338, 0.0200000000, 0.0168992865),
    ("iris", "EDDA", "EEE", 0.0200000000, 0.0142078519, 0.0200000000, 0.0176850028),
    ("iris", "EDDA", "VEV", 0.0200000000, 0.0126509230, 0.0266666667, 0.0173937293),
    ("wine", "EDDA", "EEE", 0.0000000000, 0.0004620092, 0.0056179775, 0.0064595819),
    ("wine", "EDDA", "VVI", 0.0112359551, 0.0136220108, 0.0168539326, 0.0162844723),
    ("wine", "EDDA", "EEV", 0.0000000000, 0.0003151927, 0.0112359551, 0.0099346632),
    ("diabetes", "EDDA", "VVV", 0.0551724138, 0.0431628635, 0.0758620690, 0.0604050726),
    ("diabetes", "EDDA", "EVI", 0.1172413793, 0.0991918782, 0.1241379310, 0.1061503116),
    ("diabetes", "EDDA", "VII", 0.1241379310, 0.0984132379, 0.1310344828, 0.1026925626),
    ("iris", "MDA", "VVV", 0.0200000000, 0.0116002338, 0.0200000000, 0.0168992865),
    ("wine", "MDA", "VVI", 0.0112359551, 0.0136220108, 0.0168539326, 0.0162844723),
    ("diabetes", "MDA", "VVV", 0.0551724138, 0.0431628635, 0.0758620690, 0.0604050726),
  ])
  func `errors on unseen rows are mclust's in the same parts`(
    set: String, method: String, covariance: String, error: Double, brier: Double, unseen: Double,
    unseenBrier: Double
  ) throws {
    try Script().run(
      """
      local data = em.dataset("\(set)")
      local c = em.classify(data, { class = "label", method = "\(method)", covariance = "\(covariance)",
        components = "\(method)" == "MDA" and 1 or nil })
      local parts = {}
      for i = 1, data.rows do parts[i] = (i - 1) % 10 end
      local cv = c:cross_validate{ folds = parts }
      local function close(a, b) assert(math.abs(a - b) <= 1e-6, a .. " is not " .. b) end
      close(c:error(data), \(error))
      close(c:brier(data), \(brier))
      close(cv.error, \(unseen))
      close(cv.brier, \(unseenBrier))
      """)
  }

  @Test(arguments: [
    ("VVV", 1, -182.92084861, 576.28837956), ("EEE", 2, -163.70415679, 613.01452535),
  ])
  func `mixtures of classes are no worse than mclust's`(
    covariance: String, components: Int, loglik: Double, bic: Double
  ) throws {
    try Script().run(
      """
      local c = em.classify(em.dataset("iris"),
        { class = "label", components = \(components), covariance = "\(covariance)" })
      assert(c.loglik >= \(loglik) - 1e-4, c.loglik)
      assert(c.bic <= \(bic) + 2e-4, c.bic)
      """)
  }

  @Test func `it predicts, is saved, and tells its errors on rows it has not seen`() throws {
    try Script(isTrusted: true).run(
      """
      local iris = em.dataset("iris")
      local c = em.classify(iris, { class = "label", method = "EDDA" })
      assert(c.models.setosa.covariance == "VEV" and #c.classes == 3)
      local labels, posterior = c:predict(iris), c:posterior(iris)
      assert(#labels == 150 and labels[1] == "setosa")
      assert(posterior.rows == 150 and posterior.columns == 3)
      local path = os.tmpname()
      c:save(path)
      local d = em.load(path)
      assert(d:error(iris, "label") == c:error(iris) and d.bic == c.bic)
      -- The column of classes is kept.
      assert(d:error(iris) == c:error(iris) and d:brier(iris) == c:brier(iris))
      local there = d:posterior(iris)
      for i = 1, 150 do for k = 1, 3 do assert(there:get(i, k) == posterior:get(i, k)) end end
      local cv = c:cross_validate { folds = 10, seed = 3 }
      assert(cv.error > 0 and cv.error < 0.06 and cv.brier > 0 and cv.brier < 0.04)
      assert(c:cross_validate { folds = 10, seed = 3 }.error == cv.error)
      local text = tostring(c)
      assert(text:find("EDDA", 1, true) and text:find("versicolor", 1, true))
      -- A weight of 2 is two copies.
      local twice = em.classify(iris:append(iris), { class = "label", method = "EDDA", covariance = "EEE" })
      local w = {}
      for i = 1, 150 do w[i] = 2 end
      local heavy = em.classify(iris, { class = "label", method = "EDDA", covariance = "EEE", weights = w })
      assert(math.abs(twice.loglik - heavy.loglik) < 1e-8 * math.abs(twice.loglik))
      assert(math.abs(twice.bic - heavy.bic) < 1e-8 * math.abs(twice.bic))
      """)
  }

  /// Each class lacks a level that the other has.
  @Test(arguments: ["'categorical'", "{ c = 'categorical', x = 'gaussian' }"])
  func `classes have the levels of all rows`(family: String) throws {
    try Script(catalogue: .withPlugins).run(
      """
      local data = em.table{ c = { "a", "a", "b", "a", "b", "c", "c", "b", "c", "b" },
        x = { 1, 2, 4, 3, 1, 7, 5, 9, 6, 6 }, k = { "p", "p", "p", "p", "p", "q", "q", "q", "q", "q" } }
      if \(family) == "categorical" then data = data:drop{ "x" } end
      local function learn(method)
        return em.classify(data, { class = "k", family = \(family), components = 1, covariance = "VVV", method = method })
      end
      local mda, edda = learn("MDA"), learn("EDDA")
      assert(mda.free_parameters == edda.free_parameters, mda.free_parameters)
      assert(math.abs(mda.bic - edda.bic) < 1e-9, mda.bic)
      assert(mda:cross_validate{ folds = 5 }.brier == edda:cross_validate{ folds = 5 }.brier)
      """)
  }

  @Test(arguments: [
    ("em.classify(em.dataset('iris'), {})", "class is missing"),
    ("em.classify(em.dataset('iris'), { class = 'labl' })", "did you mean"),
    ("em.classify(em.dataset('iris'), { class = 'label', method = 'LDA' })", "method must be"),
    (
      "em.classify(em.dataset('iris'), { class = 'label', method = 'EDDA', components = 2 })",
      "EDDA"
    ),
    ("em.classify({ 1, 2, 3 }, { class = { 1, 1, 1 } })", "at least two"),
    ("em.classify({ 1, 2, 3 }, { class = { 1, 2 } })", "2 labels for 3 rows"),
    ("em.classify({ 1, 2, 3, 4 }, { class = { 1, 1, 1, 2 } })", "class \"2\""),
    (
      """
      em.classify(em.dataset('iris'), { class = 'label', method = 'EDDA', covariance = 'EEE' }):cross_validate {
        folds = 1 }
      """, "folds"
    ),
    (
      """
      em.classify(em.dataset('iris'), { class = 'label', method = 'EDDA', covariance = 'EEE' }):cross_validate {
        folds = { 1, 2 } }
      """, "2 parts for 150 rows"
    ),
    (
      """
      em.classify(em.dataset('iris'), { class = 'label', method = 'EDDA', covariance = 'EEE' }):error(
        em.dataset('iris'), em.table { c = { 1 } }['c'])
      """, "1 label for"
    ),
  ])
  func `mistakes are told`(statement: String, part: String) throws {
    try Script().run(
      """
      local done, problem = pcall(function() return \(statement) end)
      assert(not done and tostring(problem):find([[\(part)]], 1, true), tostring(problem))
      """)
  }
}
