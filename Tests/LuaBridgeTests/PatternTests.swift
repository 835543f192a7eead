import LuaBridge
import Testing

/// Patterns are matched by the bridge itself; what they give is what Lua 5.4's manual says.
@Suite struct PatternTests {
  @Test(arguments: [
    (#"("hello world"):find("o w")"#, "5 7"),
    (#"("hello"):find("l+")"#, "3 4"),
    (#"("hello"):find("xyz")"#, "nil"),
    (#"("a.b"):find(".", 2, true)"#, "2 2"),
    (#"("hello"):find("", 10)"#, "nil"),
    (#"("hello"):find("", 6)"#, "6 5"),
    (#"("hello"):find("l", -2)"#, "4 4"),
    (#"("key = value"):match("^(%w+)%s*=%s*(%w+)$")"#, "key value"),
    (#"("2024-05-06"):match("(%d+)-(%d+)-(%d+)")"#, "2024 05 06"),
    (#"("  trim  "):match("^%s*(.-)%s*$")"#, "trim"),
    (#"("abc"):match("()b()")"#, "2 3"),
    (#"("f(a(b)c)d"):match("%b()")"#, "(a(b)c)"),
    (#"("THE (quick) fox"):find("%f[%a]%a+%f[%A]")"#, "1 3"),
    (#"('"x" \'y\''):match("([\"'])(.-)%1")"#, "\" x"),
    (#"("a]b"):match("[]]")"#, "]"),
    (#"("a-b"):match("[a-]+")"#, "a-"),
    (#"("héllo"):match("^h.-l")"#, "hél"),
    (#"("hello world"):gsub("o", "0")"#, "hell0 w0rld 2"),
    (#"("hello world"):gsub("(%w+)", "<%1>")"#, "<hello> <world> 2"),
    (#"("hello"):gsub("", "-")"#, "-h-e-l-l-o- 6"),
    (#"("abc"):gsub("%w", "%0%0", 2)"#, "aabbc 2"),
    (#"("$a $b"):gsub("%$(%w)", { a = 1 })"#, "1 $b 2"),
    (#"("abc"):gsub("b", function() return false end)"#, "abc 1"),
    (#"("abc"):gsub("^a", "x")"#, "xbc 1"),
    (#"("a,b,,c"):gsub(",", ";")"#, "a;b;;c 3"),
    (
      #"(function() local t = {} for k, v in ("a=1, b=2"):gmatch("(%w+)=(%w+)") do t[#t + 1] = k .. v end return table.concat(t, " ") end)()"#,
      "a1 b2"
    ),
    (#"(function() local n = 0 for _ in ("abc"):gmatch("") do n = n + 1 end return n end)()"#, "4"),
    (#"("\0a\0"):find("a%c")"#, "2 3"),
  ])
  func `gives`(expression: String, text: String) throws {
    let runtime = try LuaRuntime()
    let values = try runtime.context.compile("return \(expression)", name: "test").call()
    #expect(try values.map { try runtime.context.text(of: $0) }.joined(separator: " ") == text)
  }

  @Test(arguments: [
    ("%", "malformed pattern (ends with '%')"), ("[a", "malformed pattern (missing ']')"),
    ("%b", "missing arguments to '%b'"), ("%f", "missing '[' after '%f' in pattern"),
    ("(a", "unfinished capture"), ("(a))", "invalid pattern capture"),
    ("%1", "invalid capture index"),
    (String(repeating: "()", count: 33), "too many captures"),
    (String(repeating: "a?", count: 300), "pattern too complex"),
  ])
  func `malformed patterns are told`(pattern: String, text: String) throws {
    let runtime = try LuaRuntime()
    let function = try runtime.context.compile(
      "return pcall(string.find, ('a'):rep(300), ...)", name: "test")
    #expect(try function.call(pattern)[1].string?.contains(text) == true)
  }
}
