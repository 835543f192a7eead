import LuaBridge
import Testing

@Suite struct CallbackTests {
  let script: Script

  init() throws { script = try Script(isTrusted: true) }

  @Test func `progress is told`() throws {
    try script.run(
      """
      local told, last = 0, nil
      local m = em.fit(em.dataset("faithful"), { components = 2, restarts = 2,
        progress = function(info) told, last = told + 1, info end })
      assert(told > 2 and last.components == 2 and last.covariance == "full")
      assert(math.type(last.iteration) == "integer" and last.loglik <= m.loglik + 1e-6)
      """)
  }

  @Test(arguments: ["progress", "initializer"], ["{ mine = true }", "'a text'"])
  func `an error in a callback ends the fit with that very value`(option: String, value: String)
    throws
  {
    try script.run(
      """
      local value = \(value)
      local ok, e = pcall(em.fit, em.dataset("faithful"), { components = 2,
        \(option) = function() error(value, 0) end })
      assert(not ok and rawequal(e, value))
      """)
  }

  @Test(arguments: ["fit", "select"])
  func `the traceback shows the callback`(function: String) throws {
    let error = try #require(
      script.failure(
        "local function broken()\n local x = nil + 1 end\nem.\(function)(em.dataset('faithful'), { components = 2, progress = broken })"
      ))
    #expect(error.message.contains("script:2: attempt to perform arithmetic"))
    #expect(error.traceback?.contains("<script:1>") == true)
    #expect(
      error.traceback?.contains("em.\(function)") == true
        || error.traceback?.contains("emulsion.\(function)") == true)
  }

  @Test(arguments: [
    ("return 5", "must be a table"), ("return nil", "must be a table"),
    ("return {}", "one of labels"), ("return { label = {} }", "did you mean \"labels\"?"),
    ("return { labels = {1, 2} }", "2 labels for 272 rows"),
  ])
  func `what an initializer returns is checked`(body: String, part: String) throws {
    try script.expect(
      "em.fit(em.dataset('faithful'), { components = 2, initializer = function() \(body) end })",
      raises: "invalid-option", [part])
  }

  @Test func `an interrupt in a callback ends the fit`() throws {
    let interrupt = try script.defineStop()
    let error = script.failure(
      "pcall(em.fit, em.dataset('faithful'), { components = 2, progress = function() stop() end })")
    #expect(error?.kind == .interrupted || error?.message.contains("interrupted") == true)
    interrupt.clear()
    try script.run("assert(em.fit(em.dataset('faithful')).converged)")
  }
}
