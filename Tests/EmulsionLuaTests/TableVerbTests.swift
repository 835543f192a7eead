import Foundation
import LuaBridge
import Testing

/// What makes a table of another, and what vectors tell.
@Suite struct TableVerbTests {
  let script: Script

  init() throws { script = try Script(isTrusted: true) }

  private static let table = """
    local t = em.table { x = { 3, 1, 2, 0/0, 2 }, g = em.table { g = { "b", "a", "b", "c", "a" } }["g"],
      head = { 1, 1, 1, 1, 2 }, rows = { 9, 8, 7, 6, 5 } }
    local function list(v) local s = {} for i = 1, #v do s[i] = tostring(v[i]) end return table.concat(s, " ") end

    """

  @Test(arguments: [
    ("list(t:with { z = t['x'] * 2 }['z'])", "6.0 2.0 4.0 nan 4.0"),
    ("list(t:with { z = 7, s = 'u' }['s'])", "u u u u u"),
    ("list(t:with { z = function(r) return r.x == 2 end }['z'])", "0.0 0.0 1.0 0.0 1.0"),
    (
      "list(t:with { z = function(r) return r.g == 'b' and 'B' or nil end }['z'])",
      "B nil B nil nil"
    ),
    ("list(t:with { x = { 1, 2, 3, 4, 5 } }['x'])", "1.0 2.0 3.0 4.0 5.0"),
    ("t:with { id = function(r) return 9007199254740993 end }['id'][2]", "9007199254740993"),
    ("table.concat(t:rename { x = 'g', g = 'x' }.names, ' ')", "x head rows g"),
    ("list(t:sort('g', '-x')['rows'])", "5.0 8.0 9.0 7.0 6.0"),
    ("list(t:sort('-x')['rows'])", "9.0 7.0 5.0 8.0 6.0"),
    ("list(t:slice(2, 3)['rows'])", "8.0 7.0"),
    ("list(t:slice(-2)['rows'])", "6.0 5.0"), ("#t:slice(4, 2)", "0"), ("#t:slice(-99, 99)", "5"),
    ("list(t:tail(2)['rows'])", "6.0 5.0"), ("#t:tail()", "5"),
    ("#t:sample(3, 1):unique('rows')", "3"),
    ("list(t:sample(5, 1)['rows']) == list(t:sample(5, 1)['rows'])", "true"),
    ("#t:append(t:slice(1, 2))", "7"), ("list(t:unique('g'))", "b a c"),
    ("list(t:unique('head'))", "1.0 2.0"),
    ("list(t:count('g')['count'])", "2.0 2.0 1.0"), ("list(t:count('g')['g'])", "a b c"),
    ("list(t:count('head', 'g')['count'])", "1.0 2.0 1.0 1.0"),
    ("list(t:missing()['missing'])", "0.0 0.0 0.0 1.0"), ("#t:drop_missing()", "4"),
    ("#t:drop_missing { 'g', 'rows' }", "5"), ("#t:drop_missing('x')", "4"),
    // Columns that are called as methods are, and the methods.
    ("list(t['head'])", "1.0 1.0 1.0 1.0 2.0"), ("#t:head(2)", "2"),
    ("list(t.rows)", "9.0 8.0 7.0 6.0 5.0"),
    ("#t:filter(t['x']:ge(2))", "3"), ("#t:filter(function(r) return r.rows > 6 end)", "3"),
    ("em.sql('select g, count(x) n from t group by g order by g', { t = t })['n']:sum()", "4.0"),
  ])
  func verbs(expression: String, text: String) throws {
    let result = try script.run(Self.table + "return tostring(\(expression))")[0].string
    #expect(result?.replacing("-nan", with: "nan") == text)
  }

  @Test(arguments: [
    ("v:min()", "1.0"), ("v:max()", "5.0"), ("v:sd()", "1.7078251276599"), ("v:median()", "2.5"),
    ("v:quantile(0.25)", "1.75"), ("list(v:quantile { 0, 0.5, 1 })", "1.0 2.5 5.0"),
    ("list(v:sort())", "1.0 2.0 3.0 5.0"),
    ("list(v:cumsum())", "3.0 4.0 6.0 11.0"), ("list(v:lt(3))", "0 1 1 0"),
    ("list(v:le(3))", "1 1 1 0"),
    ("list(v:gt(v))", "0 0 0 0"), ("list(v:ge { 3, 3, 3, 3 })", "1 0 0 1"),
    ("v:eq(2):sum()", "1.0"),
    ("list(v:slice(2, 3))", "1.0 2.0"), ("list(v:slice(-1))", "5.0"), ("#v:slice(3, 2)", "0"),
    ("list(v:where(v:gt(1.5)))", "3.0 2.0 5.0"), ("em.vector{ 1, 0/0 }:max()", "nan"),
    ("list(em.vector{ 2, 0/0, 1 }:sort())", "1.0 2.0 nan"), ("em.vector{}:median()", "nan"),
    ("em.vector{ 1/0, 1/0 }:median()", "inf"),
    ("em.vector{ 1e9 + 1, 1e9 + 2, 1e9 + 3 }:sd()", "1.0"),
    ("list(em.range(3, 1, -1):sort())", "1 2 3"),
  ])
  func vectors(expression: String, text: String) throws {
    let result = try script.run(
      Self.table + "local v = em.vector { 3, 1, 2, 5 } return tostring(\(expression))")[0].string
    #expect(result?.replacing("-nan", with: "nan") == text)
  }

  @Test(arguments: [
    ("t:with { z = function(r) return r.xx end }", "invalid-option", "\"x\""),
    ("t:with { z = { 1, 2 } }", "invalid-data", "5 values"),
    ("t:with { z = function(r) return r.x == 2 and 'a' or 1 end }", "invalid-data", "row 3"),
    ("t:with { [1] = 2 }", "invalid-option", "no name"),
    ("t:rename { xx = 'z' }", "invalid-option", "\"x\""),
    ("t:rename { x = 'g' }", "invalid-data", "both named"),
    ("t:sort('-xx')", "invalid-option", "\"x\""),
    ("t:sample(6)", "invalid-option", "from 0 to 5"),
    ("t:append(t:drop('x'))", "invalid-data", "\"x\""),
    ("t:append(t:with { x = 'a' })", "invalid-data", "numbers in one table"),
    ("t:unique('h')", "invalid-option", "\"h"),
    ("t:count('gg')", "invalid-option", "\"g\""),
    ("t:drop_missing('gg')", "invalid-option", "\"g\""),
    ("t:head(1, 2)", "script", "one argument"), ("t:missing(1)", "script", "no argument"),
    ("em.sql('select y from t', { t = t })", "invalid-data", "at character 8"),
    ("em.sql('select x from t', { t = 3 })", "invalid-option", "[\"t\"]"),
    ("em.vector{1}:quantile(2)", "script", "from 0 to 1"),
    ("em.vector{1}:where{1, 2}", "script", "Vector of 1"),
    ("em.vector{1}:lt{1, 2}", "script", "Vector of 1"), ("t['g'](1)", "script", "call a Texts"),
    ("t:write('x.csv', { table = 'y' })", "invalid-option", "databases"),
    ("em.read('x.csv', { types = { a = 'integer' } })", "invalid-option", "\"number\""),
    ("em.read('x.csv', { skip = { 0 } })", "invalid-option", "element 1"),
    ("em.read('x.csv', { decimal = 'comma' })", "invalid-option", "one character"),
    ("em.read('x.csv', { encoding = 'koi8' })", "invalid-option", "latin-1"),
  ])
  func mistakes(statement: String, code: String, part: String) throws {
    try script.expect(Self.table + statement, raises: code, [part])
  }

  @Test func `rows with missing cells are left out where that is asked for`() throws {
    let results = try script.run(
      Self.table + """
        local w = { 1, 2, 0/0, 1, 1 }
        return em.fit(t, { columns = { "x" }, missing = "drop" }).observations,
          em.fit(t, { columns = { "rows" }, missing = "drop" }).observations,
          em.fit(t, { columns = { "x" }, weights = { 1, 2, 1, 1, 0 }, missing = "drop" }).means:get(1, 1),
          em.fit(t:matrix { "x", "rows" }, { missing = "drop", covariance = "diagonal" }).observations,
          em.kmeans(t, { columns = { "x" }, components = 2, missing = "drop" }).labels.size,
          em.select(t, { columns = { "x" }, components = 1, missing = "drop" }).best.observations
        """)
    #expect(results.map(\.number) == [4, 5, 1.75, 4, 4, 4])
    for (option, part) in [
      ("'error'", "\"drop\""), ("'likely'", "\"likelihood\""), ("'dorp'", "\"drop\""),
    ] {
      let code = option == "'error'" ? "invalid-data" : "invalid-option"
      try script.expect(
        Self.table + "em.fit(t, { columns = { 'x' }, missing = \(option) })", raises: code, [part])
    }
    try script.expect(
      "em.fit(em.table { x = { 0/0, 0/0 } }, { missing = 'drop' })", raises: "invalid-data",
      ["all 2 rows"])
  }

  @Test func `options of reading reach the reader`() throws {
    let path = temporaryPath("options.csv")
    let results = try script.run(
      """
      local path = ...
      local file = io.open(path, "w")
      file:write("made by X\\n;wert;ja;wort\\n1;1.234,5;TRUE;x\\n2;2,5;FALSE;-\\n% end\\n3;7;TRUE;y\\n") file:close()
      local t = em.read(path, { skip = 1, delimiter = ";", decimal = ",", thousands = ".", comment = "%",
        missing = "-", types = { ja = "number" }, limit = 2, row_names = "nr" })
      local only = em.read(path, { skip = 1, delimiter = ";", decimal = ",", thousands = ".", comment = "%", missing_only = {},
        row_names = false })
      os.remove(path)
      return table.concat(t.names, " "), t["wert"]:sum(), t["ja"]:sum(), #t, t["wort"][2], only["wort"][2], only.columns
      """, path)
    #expect(results[0].string == "nr wert ja wort")
    #expect(results[1].number == 1237)
    #expect(results[2].number == 1)
    #expect(results[3].number == 2)
    #expect(results[4].isNil && results[5].string == "-" && results[6].number == 3)
  }

  /// Lines are read as Lua reads them, but an endless one can be interrupted.
  @Test func `lines are read`() throws {
    let path = temporaryPath("lines.txt")
    let results = try script.run(
      """
      local path = ...
      local file = io.open(path, "w") file:write("a\\n", ("x"):rep(5000), "\\n\\nc") file:close()
      local f = io.open(path)
      local first, second = f:read("L", "l")
      local third, fourth, fifth, sixth = f:read(), f:read("*L"), f:read("l"), f:read("L")
      f:close()
      io.input(path)
      local own = io.read()
      io.input():close()
      io.input(io.stdin)
      local closed = pcall(f.read, f, "l")
      os.remove(path)
      return first, #second, third, fourth, fifth, sixth, own, closed
      """, path)
    #expect(results[0].string == "a\n" && results[1].number == 5000 && results[2].string == "")
    #expect(results[3].string == "c" && results[4].isNil && results[5].isNil)
    #expect(results[6].string == "a")
    guard case .boolean(false) = results[7] else {
      Issue.record("a closed file was read")
      return
    }
  }

  @Test(
    .timeLimit(.minutes(1)),
    arguments: [
      "io.open('/dev/zero'):read('l')", "io.open('/dev/zero'):read()",
      "local t = em.table { x = em.range(1, 2e5) } while true do t:sort('-x') end",
      "local t = em.table { x = em.range(1, 2e5) } while true do t:count('x') end",
      "while true do em.matrix(2000, 2000, 1) end",
      "em.sql('with recursive c(x) as (select 1 union all select x + 1 from c) select count(*) from c', {})",
    ])
  func `an interrupt is heard`(statement: String) throws {
    let limited = try Script(isTrusted: true, memoryLimit: 1 << 30)
    let interrupt = limited.session.interrupt
    // A thread of its own: those of tasks may all be busy.
    Thread.detachNewThread {
      Thread.sleep(forTimeInterval: 0.05)
      interrupt.raise()
    }
    #expect(limited.failure(statement)?.kind == .interrupted)
    interrupt.clear()
  }
}
