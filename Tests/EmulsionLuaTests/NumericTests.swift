import LuaBridge
import Testing

@Suite struct NumericTests {
  let script: Script

  init() throws { script = try Script() }

  @Test(arguments: [
    ("em.matrix{{1,2},{3,4}}:get(2,1)", "3.0"),
    ("em.matrix(2,3).columns", "3"),
    ("em.matrix(2,3,7):sum()", "42.0"),
    ("em.matrix{{1,2},{3,4}}:row(2)[2]", "4.0"),
    ("em.matrix{{1,2},{3,4}}:column(2)[1]", "2.0"),
    ("em.matrix{{1,2},{3,4}}:transpose():get(1,2)", "3.0"),
    ("em.matrix{{1,2},{3,4}}:tolist()[2][1]", "3.0"),
    ("(em.matrix{{1,2},{3,4}} * 10 + 1):get(2,2)", "41.0"),
    ("(em.matrix{{1,2},{3,4}} + em.vector{10,20}):get(2,1)", "13.0"),
    ("(em.vector{10,20} - em.matrix{{1,2},{3,4}}):get(1,2)", "18.0"),
    ("(em.matrix{{1,2},{3,4}} / em.matrix{{1,2},{3,4}}):sum()", "4.0"),
    ("(2 ^ em.vector{1,2,3})[3]", "8.0"),
    ("(-em.vector{1,2})[2]", "-2.0"),
    ("(-em.matrix{{1,2}}):sum()", "-3.0"),
    ("(1 - em.vector{1,2}):abs():sum()", "1.0"),
    ("em.vector{1,4,9}:sqrt()[3]", "3.0"),
    ("em.vector{0}:exp()[1]", "1.0"),
    ("em.matrix{{1}}:log():get(1,1)", "0.0"),
    ("em.vector{1,2,3}:mean()", "2.0"),
    ("em.matrix{{1,2},{3,4}}:sum(1)[1]", "4.0"),
    ("em.matrix{{1,2},{3,4}}:sum(2)[1]", "3.0"),
    ("em.matrix{{1,2},{3,4}}:mean(2)[2]", "3.5"),
    ("em.vector{1,2}:dot(em.vector{3,4})", "11.0"),
    ("em.matrix{{1,2},{3,4}}:dot(em.vector{1,1})[2]", "7.0"),
    ("em.vector{1,1}:dot(em.matrix{{1,2},{3,4}})[1]", "4.0"),
    ("em.matrix{{1,2},{3,4}}:dot(em.matrix{{0,1},{1,0}}):get(1,1)", "2.0"),
    ("em.vector{1,2} == em.vector{1,2}", "true"),
    ("em.vector{1,2} == em.vector{1,3}", "false"),
    ("#em.vector{1,2,3}", "3"),
    ("('%.10f'):format(em.vector{5}:lgamma()[1])", "3.1780538303"),
    ("('%.10f'):format(em.matrix{{1}}:digamma():get(1,1))", "-0.5772156649"),
    ("em.vector{-1}:digamma()[1] ~= em.vector{-1}:digamma()[1]", "true"),
    ("('%.10f'):format(em.vector{1}:erf()[1])", "0.8427007929"),
    ("('%.10f'):format(em.vector{1.96}:normal_cdf()[1])", "0.9750021049"),
    // pnorm(c(-40, -38, 2), log.p = TRUE) of R.
    ("('%.9f'):format(em.vector{-40}:log_normal_cdf()[1])", "-804.608442014"),
    ("('%.9f'):format(em.vector{-36.9}:log_normal_cdf()[1])", "-685.332883165"),
    ("('%.9f'):format(em.vector{2}:log_normal_cdf()[1])", "-0.023012909"),
    ("('%.9e'):format(em.vector{9}:log_normal_cdf()[1])", "-1.128588406e-19"),
    ("em.vector{1e-20}:log1p()[1] == 1e-20 and em.vector{1e-20}:expm1()[1] == 1e-20", "true"),
    ("em.where(em.vector{1,0,1}, em.vector{1,2,3}, 9)[2]", "9.0"),
    ("em.where(em.matrix{{1,0}}, 5, em.matrix{{1,2}}):get(1,2)", "2.0"),
    ("em.where(em.vector{0/0}, 1, 2)[1] ~= 1", "true"),
    ("em.max(em.vector{1,5}, 3)[1] + em.min(em.vector{1,5}, em.vector{4,4})[2]", "7.0"),
    ("em.vector{1,5}:max(3)[1]", "3.0"),
    ("em.vector{1,5}:max()", "5.0"),
    ("em.vector{1,0/0}:min(3)[2] ~= 3", "true"),
    ("em.vector{1,2,3}.size", "3"),
    ("em.vector{1,2,3}[4]", "nil"),
    ("em.vector{1,2,3}[0]", "nil"),
    ("#em.range(1, 9)", "9"),
    ("em.range(1, 9)[9]", "9"),
    ("em.range(0, 1, 0.1)[11]", "1.0"),
    ("em.range(5, 1, -2)[3]", "1"),
    ("#em.range(5, 1)", "0"),
    ("table.concat(em.range(1, 4):tolist(), ' ')", "1 2 3 4"),
    ("select('#', table.unpack(em.vector{1,2,3}))", "3"),
  ])
  func `gives`(expression: String, text: String) throws {
    #expect(try script.text(expression) == text)
  }

  @Test func `elements are set and iterated`() throws {
    try script.run(
      """
      local v = em.vector{1, 2, 3}
      v[2] = 5; v:set(3, 6)
      local sum = 0
      for i, x in ipairs(v) do sum = sum + i * x end
      assert(sum == 1 + 10 + 18)
      local seen = {}
      for i, x in pairs(v) do seen[#seen + 1] = i .. ":" .. x end
      assert(table.concat(seen, " ") == "1:1.0 2:5.0 3:6.0")
      for name, column in pairs(em.table{ a = {1, 2}, b = {"x", "y"} }) do seen[name] = column[2] end
      assert(seen.a == 2 and seen.b == "y")
      local m = em.matrix(2, 2)
      m:set(1, 2, 4)
      assert(m:get(1, 2) == 4 and m:sum() == 4)
      """)
  }

  @Test(arguments: [
    ("em.vector{1, 'x', 3}", "invalid-data", "element 2 must be a number, got \"x\""),
    ("em.vector(3)", "invalid-data", "must be a list of numbers"),
    ("em.matrix{{1, 2}, {3, {}}}", "invalid-data", "row 2, column 2 must be a number, got a table"),
    ("em.matrix{{1, 2}, {3}}", "invalid-data", "row 1 has length 2, but row 2 has 1"),
    ("em.matrix{{1, 2}, 5}", "invalid-data", "row 2 must be a list of numbers"),
    ("em.matrix(-1, 2)", "script", "argument 1 (rows) must be 0 or more"),
    (
      "em.matrix(1e9, 1e9)", "invalid-option",
      "em.matrix: 1000000000 × 1000000000 numbers don't fit into memory"
    ),
    ("em.range(1, 1e14)", "invalid-option", "em.range: 100000000000000 numbers don't fit"),
    ("em.range(1, 0/0)", "script", "argument 2 (last) must be finite, got NaN"),
    ("em.range(1, 2, 0)", "script", "step"),
    ("em.matrix{{1,2}}:get(1, 3)", "script", "argument 2 (j) must be a column between 1 and 2"),
    ("em.matrix{{1,2}}:get('a', 3)", "script", "Matrix:get: argument 1 (i) must be a whole number"),
    (
      "local x = em.vector{1,2} + em.vector{1,2,3}", "invalid-data", "a Vector of 2 + a Vector of 3"
    ),
    ("local x = em.vector{1,2} + 'a'", "script", "right side of +"),
    ("em.matrix{{1,2}}:sum(3)", "script", "axis"),
    ("em.matrix{{1,2}}:rows()", "script", "attempt to call"),
    ("return em.matrix{{1,2}}.row.x", "script", "attempt to index"),
    ("return em.matrix{{1,2}}.colums", "script", "did you mean 'columns'?"),
    ("return em.matrix{{1,2}}[1]", "script", "use m:get(i, j)"),
    ("local v = em.vector{1} v[2] = 1", "script", "between 1 and 1"),
    ("em.matrix.get(1)", "script", "attempt to index"),
    ("em.matrix{{1}}.get(em.vector{1}, 1, 1)", "script", "the receiver must be a Matrix"),
  ])
  func `refuses`(text: String, code: String, part: String) throws {
    let error = try #require(script.failure(text))
    #expect(error.message.contains(part), "\(error.message)")
    if error.cause != nil && error.kind != .memory { try script.expect(text, raises: code, [part]) }
  }

  @Test func `texts begin with the shape and fit the screen`() throws {
    let matrix = try script.text("em.matrix{{1, 2.5}, {3, 4}}")
    #expect(matrix == "Matrix 2 × 2\n1  2.5\n3  4.0")
    #expect(try script.text("em.vector{1, 2, 3}") == "Vector of 3\n1  2  3")
    for expression in ["em.matrix(1000000, 3, 1/3)", "em.matrix(3, 100000)", "em.range(1, 1e6)"] {
      let lines = try script.text(expression).split(separator: "\n")
      #expect(lines.count <= 24 && lines.allSatisfy { $0.count <= 80 }, "\(lines)")
    }
  }
}
