import LuaBridge
import Testing

/// Priors, variational Bayes, and where noise lies, in scripts.
@Suite struct PriorScriptTests {
  let script: Script

  init() throws {
    script = try Script(isTrusted: true)
    try script.run("d = em.dataset('faithful')")
  }

  @Test(arguments: [
    ("em.fit(d, { prior = 3 })", ["prior must be true, a table", "3"]),
    ("em.fit(d, { prior = { shrinkage = -1 } })", ["prior: shrinkage", "≥ 0"]),
    ("em.fit(d, { prior = { shrinkag = 1 } })", ["did you mean \"shrinkage\"?"]),
    ("em.fit(d, { prior = { mean = { 1 } } })", ["prior: mean has 1 number,", "2 columns"]),
    ("em.fit(d, { prior = { scale = 'x' } })", ["prior.scale"]),
    ("em.prior{ degrees_of_freedom = 'x' }", ["prior.degrees_of_freedom must be a number"]),
    ("em.fit(d, { prior = true, covariance = 'VEE' })", ["VEE"]),
    ("em.variational{ weights = 'dirichlet_process' }", ["did you mean \"dirichlet-process\"?"]),
    (
      "em.fit(d, { algorithm = em.variational{ concentration = 0 } })",
      ["variational: concentration", "above 0"]
    ),
    ("em.fit(d, { noise = { region = 'principle' } })", ["did you mean \"principal\"?"]),
    ("em.fit(d, { noise = { density = -1 } })", ["density", "above 0"]),
    ("em.fit(d, { noise = { density = 1, region = 'box' } })", ["no region"]),
    ("em.fit(d, { noise = { regoin = 'box' } })", ["did you mean \"region\"?"]),
    ("em.fit(d, { equal_weights = 1 })", ["equal_weights must be true or false"]),
    ("em.fit(d, { components = 2, fixed = { weights = { 1 } } })", ["weights are 1 number,"]),
  ])
  func mistakes(text: String, parts: [String]) throws {
    try script.expect(text, raises: "invalid-option", parts)
  }

  @Test func priorsAreTablesOrValues() throws {
    try script.run(
      """
      local a = em.fit(d, { components = 3, prior = true, seed = 1 })
      local b = em.fit(d, { components = 3, prior = { shrinkage = 0.01 }, seed = 1 })
      local c = em.fit(d, { components = 3, prior = em.prior(), seed = 1 })
      assert(a.loglik == b.loglik and b.loglik == c.loglik)
      assert(a.loglik < em.fit(d, { components = 3, seed = 1 }).loglik)
      assert(em.fit(d, { prior = false }).loglik == em.fit(d).loglik)
      assert(#a.objective == #a.trace and tostring(em.prior{ shrinkage = 2 }):find("2"))
      """)
  }

  @Test func variationalFitsHaveTheirFields() throws {
    try script.run(
      """
      local m = em.fit(d, { components = 4, algorithm = "variational", seed = 1 })
      assert(m.lower_bound == m.trace[#m.trace] and m.objective[1] == m.trace[1])
      assert(m.mean_precision.size == 4 and m.degrees_of_freedom.size == 4)
      assert(#m.weight_concentration == 2 and m.weight_concentration[2].size == 4)
      local p = em.fit(d, { components = 2, algorithm = em.variational{ weights = "dirichlet" } })
      assert(p.weight_concentration.size == 2)
      assert(tostring(p):find("lower bound"))
      -- It goes on as what it was, unless told otherwise.
      assert(m:resume().lower_bound >= m.lower_bound - 1e-9)
      assert(m:resume{ algorithm = "em" }.lower_bound == nil)
      assert(em.fit(d).lower_bound == nil)
      """)
  }
}

/// Known classes in scripts.
@Suite struct LabelScriptTests {
  let script: Script

  init() throws {
    script = try Script(isTrusted: true)
    try script.run(
      """
      iris = em.dataset("iris")
      some = {}
      local names = iris["label"]
      for i = 1, #names do some[i] = i % 10 == 0 and names[i] or false end
      """)
  }

  @Test func labelsAreAColumnOrAList() throws {
    try script.run(
      """
      local rows = iris:drop{ "label" }
      local a = em.fit(rows, { components = 3, labels = some })
      assert(#a.classes == 3 and a.classes[1] < a.classes[2])
      local all = em.fit(iris, { components = 3, labels = "label" })
      assert(#all.columns == 4 and all.classes[3] == a.classes[3])
      assert(em.classification_error(a:predict(rows), all:predict(rows)) < 0.1)
      local numbers = {}
      for i = 1, 150 do numbers[i] = i % 10 == 0 and (i - 1) // 50 or 0/0 end
      local b = em.fit(rows, { components = 3, labels = numbers })
      assert(b.loglik == a.loglik and b.classes[1] == "0")
      assert(math.abs(a:resume().loglik - a.loglik) < 0.1 and #a:resume().classes == 3)
      assert(#em.fit(rows).classes == 0)
      """)
  }

  @Test(arguments: [
    ("em.fit(iris, { components = 2, labels = 'label' })", ["3 classes", "components = 2"]),
    ("em.fit(iris, { components = 3, labels = 'lable' })", ["lable"]),
    ("em.fit(iris, { components = 3, labels = 3 })", ["labels must be"]),
  ])
  func mistakes(text: String, parts: [String]) throws {
    let failure = try #require(script.failure(text))
    for part in parts { #expect("\(failure)".contains(part)) }
  }
}
