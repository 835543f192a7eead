import EmulsionLua
import EmulsionPlugins
import Foundation
import LuaBridge
import Testing

/// Families as scripts ask for them.
@Suite struct FamilyTests {
  private func script() throws -> Script { try Script(catalogue: .withPlugins) }

  private static let data = """
    local n, y, x, s, v = 60, {}, {}, {}, {}
    for i = 1, n do
      x[i] = i / 10
      y[i] = math.sin(i) / 5 + (i % 2 == 0 and 1 + x[i] or 12 - x[i])
      s[i] = i % 3 == 0 and 1 or i % 2
      v[i] = i % 2 == 0 and i % 4 or 9 + i % 5
    end
    local data = em.table { x = x, y = y, s = s, v = v }

    """

  @Test func familiesByName() throws {
    try script().run(
      Self.data + """
        local m = em.fit(data:select { "v" }, { components = 2, family = "poisson" })
        assert(m.family == "poisson" and m.covariance == nil and m.free_parameters == 3)
        assert(math.abs(m.parameters[1].rate - m.means:get(1, 1)) < 1e-12)
        local tied = em.fit(data:select { "v" }, { components = 2, family = "poisson", tied = { "rate" } })
        assert(tied.free_parameters == 2 and tied.parameters[1].rate == tied.parameters[2].rate)
        local fixed = em.fit(data:select { "v" }, { components = 2, family = "poisson", fixed = { rate = 3 } })
        assert(fixed.free_parameters == 1 and fixed.parameters[2].rate == 3)
        local s = em.select(data:select { "v" }, { components = { 1, 2 }, families = { "poisson", "gaussian" },
          covariance = { "full", "tied" } })
        assert(#s.entries == 6)
        """)
  }

  @Test func familiesWithOptions() throws {
    let path = temporaryPath("regression.json")
    defer { try? FileManager.default.removeItem(atPath: path) }
    try script().run(
      Self.data + """
        local t = em.student_t { degrees_of_freedom = 4 }
        assert(t.name == "student_t" and tostring(t) == "student_t(degrees_of_freedom = 4)")
        local m = em.fit(data:select { "x", "y" }, { family = t, covariance = "diagonal" })
        assert(m.parameters[1].degrees_of_freedom == 4 and m.free_parameters == 4)
        local r = em.fit(data, { components = 2, family = em.regression("y ~ x"), seed = 1 })
        assert(#r.columns == 2 and r.free_parameters == 7 and r.means == nil)
        assert(#r:predict(data):tolist() == 60)
        local path = ...
        r:save(path)
        assert(em.load(path):score(data) == r:score(data))
        """, path)
  }

  @Test func mixedColumnsAndProducts() throws {
    try script().run(
      Self.data + """
        local m = em.fit(data, { components = 2, family = { y = "gaussian", s = "bernoulli", v = "poisson" } })
        assert(m.family == "product" and m.free_parameters == 2 * 2 + 2 + 2 + 1)
        assert(m.parameters[1]["poisson.rate"] and m.parameters[1]["gaussian.mean"])
        assert(m:sample(5).rows == 5 and #m.columns == 3)
        local p = em.fit(data, { components = 2, family = { em.regression("y ~ x"), em.poisson { columns = "v" } } })
        assert(p.free_parameters == 2 * 3 + 2 + 1)
        """)
  }

  @Test(arguments: [
    ("em.fit(data, { family = 'poison' })", "invalid-option", "did you mean \"poisson\"?"),
    ("em.fit(data, { family = 3 })", "invalid-option", "family"),
    ("em.fit(data, { family = {} })", "invalid-option", "family"),
    ("em.fit(data, { family = 'product' })", "invalid-option", "product"),
    ("em.fit(data, { family = 'regression' })", "invalid-option", "formula"),
    ("em.fit(data, { family = { 'gaussian', 'poisson' } })", "invalid-option", "columns"),
    ("em.fit(data, { family = { w = 'gaussian' } })", "invalid-option", "\"w\""),
    ("em.fit(data, { family = 'poisson' })", "invalid-data", "row 1, column \"x\": 0.1"),
    ("em.fit(data, { family = em.bernoulli { columns = 'v' } })", "invalid-data", "\"bernoulli\""),
    ("em.student_t { degrees = 3 }", "invalid-option", "degrees_of_freedom"),
    ("em.student_t { degrees_of_freedom = 'some' }", "invalid-option", "\"each\""),
    ("em.regression(7)", "invalid-option", "formula"),
    ("em.regression('y ~ x', { distribution = 'gausian' })", "invalid-option", "\"gaussian\""),
    (
      "em.fit(data, { family = em.regression('y ~ x'), tied = { 'rate' } })", "invalid-option",
      "tied"
    ),
    ("em.fit(data, { family = em.regression('y ~ x + x^2 + q') })", "invalid-option", "\"q\""),
  ])
  func wrongFamilies(code: String, kind: String, part: String) throws {
    try script().expect(Self.data + code, raises: kind, [part])
  }
}
