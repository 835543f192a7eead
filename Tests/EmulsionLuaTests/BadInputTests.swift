import LuaBridge
import Testing

@Suite struct BadInputTests {
  let script: Script

  init() throws { script = try Script(isTrusted: true) }

  @Test(arguments: [
    (
      "em.fit(d, { component = 2 })", "invalid-option",
      ["\"component\"", "did you mean \"components\"?"]
    ),
    ("em.fit(d, { zzz = 2 })", "invalid-option", ["\"zzz\"", "there are components"]),
    ("em.fit(d, { noise = 0.1 })", "invalid-option", ["noise must be true or false", "0.1"]),
    (
      "em.fit(em.table{ a = {1, 2, 4}, b = {3, 3, 3} }, { noise = true, regularization = 1 })",
      "degenerate", ["noise", "\"b\"", "constant"]
    ),
    ("em.fit(d, { 3 })", "invalid-option", ["named"]),
    ("em.fit(d, 3)", "script", ["argument 2 (options) must be a table, got 3"]),
    ("em.fit(d, { components = 0 })", "invalid-option", ["components must be a whole number ≥ 1"]),
    ("em.fit(d, { components = -1 })", "invalid-option", ["components"]),
    (
      "em.fit(d, { components = 1.5 })", "invalid-option",
      ["components must be a whole number", "1.5"]
    ),
    (
      "em.fit(d, { components = '2' })", "invalid-option",
      ["components must be a whole number", "\"2\""]
    ),
    ("em.fit(d, { components = 273 })", "invalid-data", ["273", "272 rows"]),
    (
      "em.fit(d, { family = 'gausian' })", "invalid-option",
      ["family", "did you mean \"gaussian\"?"]
    ),
    ("em.fit(d, { family = 'poisson' })", "invalid-option", ["\"poisson\""]),
    (
      "em.fit(d, { covariance = 'ful' })", "invalid-option",
      ["covariance", "did you mean \"full\"?"]
    ),
    (
      "em.fit(d, { initializer = 'kmeans' })", "invalid-option",
      ["initializer", "did you mean \"k-means\"?"]
    ),
    ("em.fit(d, { tolerance = -1 })", "invalid-option", ["tolerance"]),
    ("em.fit(d, { tolerance = 0/0 })", "invalid-option", ["tolerance"]),
    ("em.fit(d, { restarts = 0 })", "invalid-option", ["restarts"]),
    ("em.fit(d, { max_iterations = -1 })", "invalid-option", ["max_iterations"]),
    ("em.fit(d, { covariance_floor = 1 })", "invalid-option", ["covariance_floor"]),
    ("em.fit(d, { regularization = -1 })", "invalid-option", ["regularization"]),
    ("em.fit(d, { threads = 0 })", "invalid-option", ["threads"]),
    (
      "em.fit(d, { progress = 1 })", "invalid-option",
      ["progress must be true, false or a function"]
    ),
    ("em.fit(d, { columns = {'waitin'} })", "invalid-option", ["did you mean \"waiting\"?"]),
    ("em.fit(d, { weights = 'wait' })", "invalid-option", ["\"wait\""]),
    ("em.fit(d, { weights = {1, 2} })", "invalid-data", ["2 values for 272 rows"]),
    ("em.fit({{1,2},{3,4}}, { weights = {1, -2} })", "invalid-data", ["weight"]),
    (
      "em.fit({{1,2},{3,4}}, { weights = {1, 'x'} })", "invalid-data",
      ["weights: element 2", "\"x\""]
    ),
    ("em.fit({{1,2},{3,4}}, { weights = 'w' })", "invalid-option", ["weights"]),
    ("em.fit(em.dataset('iris'))", "invalid-data", ["label", "text"]),
    ("em.fit()", "invalid-data", ["data must be", "nothing"]),
    ("em.fit('faithful')", "invalid-data", ["data must be", "\"faithful\""]),
    ("em.fit({})", "invalid-data", ["no rows"]),
    ("em.fit({{1, 0/0}, {2, 3}})", "invalid-data", ["row 1", "x2"]),
    ("em.fit({{1, 2}, {1/0, 3}})", "invalid-data", ["row 2", "x1"]),
    ("em.fit({{1, 2}})", "degenerate", []),
    ("em.fit({{1, 2}, {1, 3}, {1, 5}, {1, 9}})", "degenerate", ["x1"]),
    ("em.fit({{1, 2}, {2, 4}, {3, 6}, {4, 8}})", "degenerate", ["x1", "x2"]),
    ("em.fit({{1, 2}, {1, 2}, {3, 1}}, { components = 3 })", "degenerate", ["2 rows are distinct"]),
    ("em.select(d, { components = {} })", "invalid-option", ["components"]),
    ("em.select(d, { components = {1, 2.5} })", "invalid-option", ["components", "2.5"]),
    (
      "em.select(d, { covariance = {'full', 'tide'} })", "invalid-option",
      ["did you mean \"tied\"?"]
    ),
    ("em.select(d, { criterion = 'bik' })", "invalid-option", ["did you mean \"bic\"?"]),
    ("em.kmeans(d, { component = 2 })", "invalid-option", ["did you mean \"components\"?"]),
    ("em.kmeans(d, { components = 0 })", "invalid-option", ["components"]),
    ("em.read('no-such-file.csv')", "io", ["no-such-file.csv"]),
    ("em.read('x.csv', { headers = true })", "invalid-option", ["did you mean \"header\"?"]),
    ("em.dataset('faithfull')", "invalid-option", ["did you mean \"faithful\"?"]),
    ("em.load('no-such-model.json')", "io", ["no-such-model.json"]),
    ("em.table{ x = {1, 2}, y = {1} }", "invalid-data", ["y"]),
    ("em.table{ x = {1, 'a'} }", "invalid-data", ["\"x\"", "element 2"]),
    ("em.table{ {1, 2} }", "invalid-data", ["columns have names"]),
    ("return d.waitin", "invalid-option", ["did you mean \"waiting\"?"]),
    ("d:select{'waitin'}", "invalid-option", ["did you mean \"waiting\"?"]),
    ("d:drop{'waitin'}", "invalid-option", ["did you mean \"waiting\"?"]),
    ("d:write('x.doc')", "invalid-option", ["x.doc"]),
    ("d:filter(5)", "script", ["must be a function, got 5"]),
    ("em.fit(d):predict()", "invalid-data", ["data must be"]),
    ("em.fit(d):predict({{1, 2, 3}})", "invalid-data", ["3"]),
    ("em.fit(d):sample(-1)", "script", ["must be"]),
    (
      "em.fit(d):conditional{ given = { eruption = 1 } }", "invalid-option",
      ["did you mean \"eruptions\"?"]
    ),
    ("em.fit(d):conditional{}", "invalid-option", ["given"]),
    ("em.fit(d):resume{ tolerence = 1 }", "invalid-option", ["did you mean \"tolerance\"?"]),
    ("em.fit(d):plot{ titel = 'x' }", "invalid-option", ["did you mean \"title\"?"]),
    ("em.fit(d):plot{ what = 'densty' }", "invalid-option", ["did you mean \"density\"?"]),
    ("em.fit(d):plot{ what = 'regression' }", "invalid-option", ["it has classification,"]),
    ("em.fit(d):plot{ level = 1 }", "invalid-option", ["level must lie between 0 and 1"]),
    ("em.fit(d):plot{ columns = {} }", "invalid-option", ["name at least one column"]),
    ("em.fit(d):report('/nosuch/x.html')", "io", ["/nosuch/x.html"]),
    ("em.fit(d):plot():save('x.gif')", "invalid-option", ["x.gif"]),
    ("return em.fit(d).logLik", "script", ["did you mean 'loglik'?"]),
    (
      "em.fit(d, { components = 2, initializer = { labels = {1, 2} } })", "invalid-option",
      ["2 labels"]
    ),
    (
      "em.fit(d, { components = 2, initializer = { means = {{1, 2}} } })", "invalid-option",
      ["1 × 2", "2 × 2"]
    ),
    (
      "em.fit(d, { components = 2, initializer = { means = {{1, 2}, {1}} } })", "invalid-data",
      ["row 2 has 1"]
    ),
    (
      "em.fit(d, { components = 2, initializer = { mean = {{1, 2}} } })", "invalid-option",
      ["did you mean \"means\"?"]
    ),
    (
      "em.fit(d, { components = 2, initializer = { means = {{1,2},{3,4}}, labels = {1} } })",
      "invalid-option", ["one of"]
    ),
    ("em.fit(d, { components = 2, initializer = 5 })", "invalid-option", ["initializer must be"]),
    ("em.help('fitt')", "invalid-option", ["did you mean \"fit\"?"]),
  ])
  func `is told in one line`(text: String, code: String, parts: [String]) throws {
    try script.expect("local d = em.dataset('faithful') " + text, raises: code, parts)
  }

  @Test(arguments: [
    ("", ["empty"]), ("a,b\n1,2\n3\n", ["line 3"]), ("a,b\n1,2\n3,x\n4,5\n", ["line 3", "\"b\""]),
    ("a,b\n", ["no data rows"]), ("a,b\n1,2\n3,NA\n5,6\n", ["line 3", "b"]),
  ])
  func `files name the line`(content: String, parts: [String]) throws {
    let path = temporaryPath("data.csv")
    try script.run("local f = io.open(..., 'w') f:write(select(2, ...)) f:close()", path, content)
    try script.expect("em.fit(em.read('\(path)'))", raises: "invalid-data", [path] + parts)
    try script.run("os.remove(...)", path)
  }

  @Test(arguments: ["1e12", "1e-150", "1e150"])
  func `extreme values fit`(scale: String) throws {
    try script.run(
      """
      local rows = {}
      for i = 1, 60 do
        local x, y = math.sin(i) + i % 2 * 8, math.cos(i * 3)
        if \(scale) == 1e12 then rows[i] = {x + 1e12, y + 1e12} else rows[i] = {x * \(scale), y * \(scale)} end
      end
      local m = em.fit(rows, { components = 2 })
      assert(m.loglik == m.loglik and math.abs(m.loglik) < 1/0)
      """)
  }

  @Test(arguments: [
    "local t = {} while true do t[#t + 1] = em.matrix(100, 100) end",
    "local t = {} while true do t[#t + 1] = em.matrix(300, 300):transpose() + 1 end",
    "local m = em.matrix(300, 300) while true do m = em.matrix(m:tolist()) * 2 local k = kept kept = {m, k} end",
  ])
  func `data without end meet the memory limit`(text: String) throws {
    let script = try Script(memoryLimit: 16 << 20)
    let error = try #require(script.failure(text))
    #expect(error.kind == .memory && error.message.contains("limit of 16 MiB"), "\(error)")
    try script.run("kept = nil assert(em.vector{1}[1] == 1)")
  }
}
