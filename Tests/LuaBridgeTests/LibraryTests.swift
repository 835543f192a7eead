import LuaBridge
import Testing

/// Library functions that the bridge replaces do what Lua's manual says.
@Suite struct LibraryTests {
  @Test(arguments: [
    ("('ab'):rep(3)", "ababab"), ("('ab'):rep(3, ', ')", "ab, ab, ab"),
    ("('ab'):rep(1, ',')", "ab"),
    ("('ab'):rep(0)", ""), ("('ab'):rep(-1)", ""), ("(''):rep(3, 'x')", "xx"),
    ("#('abc'):rep(1e6, 'de')", "4999998"),
    ("('abc'):rep(700001):sub(-4)", "cabc"), ("#('x'):rep(3e6):rep(3)", "9000000"),
    ("(('x'):rep(2e6) .. 'y'):rep(2, 'z'):sub(1999999, 2000004)", "xxyzxx"),
    ("('aB1'):upper()", "AB1"), ("('aB1'):lower()", "ab1"), ("('abc'):reverse()", "cba"),
    ("utf8.len('äöü')", "3"), ("utf8.len('a\\xffb')", "nil"),
    ("select(2, utf8.len('a\\xffb'))", "2"),
    ("utf8.len('äöü', 3)", "2"), ("utf8.len('abc', -1)", "1"),
    ("utf8.len('\\u{D7FF}\\u{10FFFF}')", "2"),
    ("utf8.len('\\xED\\xA0\\x80')", "nil"), ("utf8.len('\\u{7FFFFFFF}', 1, -1, true)", "1"),
    ("utf8.len('\\xC0\\x80')", "nil"), ("utf8.len('')", "0"), ("utf8.len('äb', 1, 2)", "1"),
    ("utf8.offset('äöü', 3)", "5"), ("utf8.offset('äöü', -1)", "5"), ("utf8.offset('äöü', 4)", "7"),
    ("utf8.offset('äöü', 5)", "nil"), ("utf8.offset('äöü', 0, 4)", "3"),
    ("utf8.offset('abc', 2, 2)", "3"),
    ("t{1, 2}", "1 2"), ("t(table.pack(table.remove{1, 2}))", "2"), ("r({1, 2, 3}, 1)", "2 3"),
    ("r({1, 2, 3}, 4)", "1 2 3"),
    ("r({}, 0)", ""), ("i({1, 3}, 2, 2)", "1 2 3"), ("i({1}, 2)", "1 2"), ("i({1}, 2, 2)", "1 2"),
    ("table.concat({1, 2, 'x'}, '-')", "1-2-x"), ("table.concat({}, '-')", ""),
    ("table.concat({1, 2, 3}, '-', 2, 3)", "2-3"), ("table.concat({1, 2, 3}, '-', 3, 2)", ""),
    ("s({3, 1, 2})", "1 2 3"), ("s({'b', 'a'})", "a b"),
    ("s({3, 1, 2}, function(a, b) return a > b end)", "3 2 1"),
    ("s({3, 1, 2}, math.ult)", "1 2 3"), ("load('return 1 + 1')()", "2"),
    ("load('x = = 1')", "nil"),
    ("load(p{'return ', '4', '2'})()", "42"), ("load(p{})()", "nil"),
    ("load('return a', 'n', 't', {a = 7})()", "7"),
    ("load('\\27Lua')", "nil"), ("select(2, load('\\27Lua', 'n', 'b')):match('binary')", "binary"),
  ])
  func `gives`(expression: String, text: String) throws {
    let runtime = try LuaRuntime()
    let result = try runtime.context.run(
      """
      function t(list) return table.concat(list, " ") end
      function r(list, i) table.remove(list, i) return t(list) end
      function i(list, ...) table.insert(list, ...) return t(list) end
      function s(list, f) table.sort(list, f) return t(list) end
      function p(list) local k = 0 return function() k = k + 1 return list[k] end end
      return tostring((\(expression)))
      """)
    #expect(result[0].string == text)
  }

  @Test(arguments: [
    ("table.insert({1, 2}, 5, 1)", "position out of bounds"),
    ("table.insert({1}, 0, 1)", "out of bounds"),
    ("table.insert({})", "wrong number of arguments"), ("table.insert(1, 2)", "table expected"),
    ("table.remove({1, 2}, 7)", "position out of bounds"), ("table.concat({1, {}})", "index 2"),
    ("table.sort({1, 'a'})", "compare"), ("('xx'):rep(1 << 62)", "too large"),
    ("utf8.len('a', 5)", "out of bounds"),
    ("utf8.offset('ä', 1, 2)", "continuation byte"), ("load(1 == 2)", "function expected"),
    ("load(function() return 1 == 1 end)()", "call a nil"), ("io.open('a\\0b')", "NUL"),
    ("os.remove('a\\0b')", "NUL"),
    ("dofile('a\\0b')", "NUL"), ("io.lines('a\\0b')", "NUL"),
  ])
  func `refuses`(text: String, part: String) throws {
    let runtime = try LuaRuntime(isTrusted: true)
    let error = #expect(throws: LuaError.self) { try runtime.context.run(text) }
    #expect(error?.message.contains(part) == true, "\(error?.message ?? "")")
  }

  @Test func `files are read to their end`() throws {
    let runtime = try LuaRuntime(isTrusted: true)
    try runtime.context.run(
      """
      local name = os.tmpname()
      local f = io.open(name, "w") f:write(("line\\n"):rep(500000)) f:close()
      f = io.open(name)
      assert(f:read("l") == "line" and #f:read("a") == 2499995 and f:read("a") == "" and f:read("n") == nil)
      f:seek("set") local a, b = f:read("l", "*a") assert(a == "line" and #b == 2499995)
      f:seek("set") assert(f:read(4) == "line" and #f:read("*a") == 2499996)
      f:close() assert(not pcall(f.read, f, "a"))
      io.input(name) assert(#io.read("a") == 2500000) io.close(io.input())
      os.remove(name)
      """)
  }
}
