import LuaBridge
import Testing

/// Families of scripts that do what they must not, and what befalls them from outside.
@Suite struct ScriptFamilyErrorTests {
  let script: Script

  init() throws { script = try .withFamilies() }

  @Test(arguments: [
    ("log_density = 'none'", "log_density is missing"),
    ("log_densty = print", "did you mean \"log_density\"?"),
    ("log_density = 5", "log_density must be a function"),
    ("estimate = 'none'", "estimate is missing"),
    ("statistics = 'none', estimate = 'none'", "or initial"),
    ("name = 'fit'", "\"fit\" is taken"), ("name = 'product'", "taken"),
    ("name = ''", "name is missing"),
    ("name = 'a.b'", "other characters"), ("support = 'positiv'", "did you mean \"positive\"?"),
    ("transforms = { rate = 'positve' }", "did you mean \"positive\"?"),
    ("initial = { rate = 1 }, transforms = { rat = 'positive' }", "did you mean \"rate\"?"),
    ("initial = { rate = 0 }, transforms = { rate = 'positive' }", "numbers > 0"),
    ("initial = { rate = 'x' }", "initial.rate must be a number"),
    ("initial = { 1 }", "named parameters"), ("parameters = { 'a' }, initial = { b = 1 }", "\"b\""),
  ])
  func `a definition is checked`(change: String, part: String) throws {
    try script.expect("exponential{ \(change) }", raises: "invalid-option", [part])
  }

  @Test(arguments: [
    ("log_density = function() error('boom') end", ["log_density", "script:", "boom"]),
    ("log_density = function() error{ message = 'told' } end", ["log_density: told"]),
    ("log_density = function() end", ["must return a Vector", "not nil"]),
    ("log_density = function() return 1 end", ["must return a Vector", "not 1"]),
    ("log_density = function() return em.vector{ 1 } end", ["300 here, not 1"]),
    ("log_density = function(p, x) return x:column(1) * (0 / 0) end", ["nan for row 1"]),
    ("log_density = function(p, x) return x + em.vector{ 1, 2 } end", ["shapes do not fit"]),
    ("log_density = function(p, x) return x:column(2) end", ["between 1 and 1"]),
    ("statistics = function() end", ["statistics", "must return a table"]),
    ("statistics = function() return { n = true } end", ["statistics.n is true"]),
    ("statistics = function() return { n = { 1, 0 / 0 } } end", ["statistics.n[2]", "nan"]),
    ("statistics = function() return { [1.5] = 1 } end", ["the key 1.5"]),
    ("statistics = function(x, w, p) return { n = p.rate } end", ["p is nil", "initial"]),
    ("estimate = function() end", ["estimate", "must return a table of parameters", "nil"]),
    ("estimate = function() return { rate = 0 / 0 } end", ["estimate", "rate", "nan"]),
    ("estimate = function() return { rate = 'x' } end", ["estimate", "rate must be a number"]),
    ("estimate = function() return {} end", ["no parameters"]),
    ("parameters = { 'rate', 'other' }", ["the parameter other is missing"]),
    (
      "initial = { rate = 1, b = { 1, 2 } }, estimate = function() return { rate = 1, b = 3 } end",
      ["estimate", "b is a number, not a Vector of 2"]
    ),
    ("free_parameters = function() return 'a' end", ["free_parameters", "whole number"]),
    ("start = function() return 5 end", ["start", "must return a table"]),
  ])
  func `what functions return is checked`(change: String, parts: [String]) throws {
    try script.expect(
      "em.fit(rates(300), { components = 2, family = exponential{ \(change) } })",
      raises: "script", ["the family \"exponential\""] + parts)
  }

  @Test func `sums of another shape are told`() throws {
    try script.expect(
      """
      em.fit(rates(20000), { family = exponential{ statistics = function(x)
        return { n = x.rows < 8000 and em.vector{ 1 } or 1 }
      end }, initializer = { parameters = { { rate = 1 } } } })
      """, raises: "script",
      ["exponential", "statistics.n is a number for one block of rows and a Vector of 1"])
  }

  @Test func `what is infinite is a start that collapsed`() throws {
    for change in [
      "log_density = function(p, x) return x:column(1) * (1 / 0) end",
      "estimate = function() return { rate = 1 / 0 } end",
    ] {
      try script.expect(
        "em.fit(rates(300), { components = 2, family = exponential{ \(change) } })",
        raises: "degenerate", ["the family \"exponential\"", "inf"])
    }
  }

  @Test func `given parameters are checked`() throws {
    try script.expect(
      "em.fit(rates(9), { family = normal, initializer = { parameters = { { mean = 1, deviation = -1 } } } })",
      raises: "invalid-option", ["deviation is -1", "numbers > 0"])
    try script.expect(
      "em.fit(rates(9), { family = normal, initializer = { parameters = { { men = 1 } } } })",
      raises: "invalid-option", ["did you mean \"mean\"?"])
    try script.run(
      "em.fit(rates(9), { family = normal, initializer = { parameters = { { mean = 1 } } } })")
  }

  @Test func `without a function for it nothing is drawn`() throws {
    try script.expect(
      "em.fit(rates(9), { family = exponential() }):sample(3)", raises: "invalid-option",
      ["sample(p, random)"])
    try script.expect(
      "em.fit(rates(9), { family = exponential{ sample = function() return { 1, 2 } end } }):sample(3)",
      raises: "script", ["sample", "a number, not 2 numbers"])
  }

  @Test func `an interrupt within a function ends the fit, and what was reached is kept`() throws {
    let interrupt = try script.defineStop()
    let error = script.failure(
      """
      local calls = 0
      E = exponential{ log_density = function(p, x)
        calls = calls + 1
        if calls > 40 then stop() while true do end end
        return -x:column(1) * p.rate + math.log(p.rate)
      end }
      em.fit(rates(2000), { components = 2, family = E, tolerance = 0,
        initializer = { parameters = { { rate = 1 }, { rate = 2 } } } })
      """)
    #expect(error?.kind == .interrupted)
    interrupt.clear()
    let (message, place) = (error?.message ?? "", "interrupted: 2 exponential components, ")
    #expect(message.contains(place + "log-likelihood -"), "\(message)")
    #expect(message.contains("after 19 iterations"), "\(message)")
    try script.run("assert(em.fit(rates(100), { family = 'normal' }).converged)")
  }

  @Test func `any allocation of a fit may fail`() throws {
    let text = """
      local em = require "emulsion"
      local family = em.family {
        name = "tried",
        log_density = function(p, x) return -x:column(1) * p.rate + math.log(p.rate) end,
        statistics = function(x, w) return { n = w:sum(), deep = { s = w:dot(x) } } end,
        estimate = function(s, previous) return { rate = s.n / s.deep.s[1] } end,
        start = function(x, random) return { rate = 1 / x:get(random(x.rows), 1) } end,
      }
      local m = em.fit({ 1, 2, 3, 14, 15, 16 }, { components = 2, family = family, restarts = 1 })
      return m.loglik
      """
    // Within a family's function it is the family's error.
    try Script.sweepAllocations(text) {
      $0.kind == .memory || $0.message.contains("not enough memory")
    }
  }

  @Test func `what lies in rows of weight 0 reaches no start`() throws {
    try script.run(
      """
      local seen
      local family = em.family {
        name = "seeing",
        log_density = function(p, x) return -0.5 * (x - p.m) ^ 2 end,
        initial = function(x) seen = x return { m = x:mean() } end,
      }
      local m = em.fit({ 1, 2, 1e300, 3 }, { family = family, weights = { 1, 1, 0, 1 } })
      assert(seen.rows == 4 and seen:column(1)[3] < 4)
      assert(math.abs(m.parameters[1].m - 2) < 1e-6)
      """)
  }
}
