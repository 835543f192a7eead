import Testing

/// The conformance kit and the help, for families of scripts.
@Suite struct ScriptFamilyCheckTests {
  let script: Script

  init() throws { script = try .withFamilies() }

  @Test func `a family is held to the laws`() throws {
    try script.run(
      """
      local data = em.dataset("faithful"):matrix{"waiting"}
      local sound = exponential{ support = "positive",
        sample = function(p, random) return random:gamma(1, 1 / p.rate) end }
      local found = sound:check(data, { parameters = { { rate = 1 }, { rate = 0.1 } } })
      assert(#found == 0, found[1])
      local quick = exponential{ support = "positive" }
      local broken, untried = quick:check(rates(300))
      assert(#broken == 0 and table.concat(untried, " "):find("recovery %(left out%)"))
      """)
  }

  @Test(arguments: [
    ("log_density = function(p, x) return -x:column(1) * p.rate end", "density"),
    (
      "log_density = function(p, x) return -x:column(1) * p.rate + math.log(p.rate) + 1e-3 * x.rows end",
      "batch"
    ),
    ("estimate = function(s) return { rate = 1.1 * s.n / s.s } end", "optimum"),
    ("free_parameters = function() return 2 end", "freeParameters"),
    ("sample = function(p, random) return random:gamma(2, 1 / p.rate) end", "recovery"),
    (
      "statistics = function(x, w) return { n = w:sum() + 1, s = w:dot(x:column(1)) } end",
      "merging"
    ),
  ])
  func `a faulty family breaks the law`(change: String, law: String) throws {
    let found =
      try script.run(
        """
        local faulty = exponential{ support = "positive",
          sample = function(p, random) return random:gamma(1, 1 / p.rate) end, \(change) }
        local found = faulty:check(rates(300), { parameters = { { rate = 1 }, { rate = 0.1 } } })
        return table.concat(found, "\\n")
        """)[0].string ?? ""
    #expect(found.split(separator: "\n").contains { $0.hasPrefix("\(law):") }, "\(found)")
  }

  @Test func `only families of scripts are checked`() throws {
    try script.expect("em.poisson():check(rates(9))", raises: "invalid-option", ["em.family"])
  }

  @Test func `the help tells of it`() throws {
    #expect(try script.text("em.help('family')").contains("log_density"))
    #expect(try script.text("em.help('Family')").contains("family:check"))
    #expect(try script.text("em.help('Random')").contains("random:normal"))
    #expect(
      script.session.help(ofFunction: "family")?.options.map(\.name).contains("free_parameters")
        == true)
  }
}
