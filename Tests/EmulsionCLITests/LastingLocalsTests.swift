import EmulsionCommand
import Testing

@Suite struct LastingLocalsTests {
  @Test(arguments: [
    ("local x = 5", "      x = 5"), ("local a, b = 1, 2", "      a, b = 1, 2"),
    ("local x", "      x = nil"), ("local x print(1)", "      x = nil print(1)"),
    ("local function f() local y = 1 end", "      function f() local y = 1 end"),
    ("local x <const> = 1", "      x         = 1"),
    ("local x <close> = f()", "local x <close> = f()"),
    ("if a then local x = 1 end local y = 2", "if a then local x = 1 end       y = 2"),
    ("for i = 1, 2 do local x = i end", "for i = 1, 2 do local x = i end"),
    ("repeat local x = 1 until x", "repeat local x = 1 until x"),
    ("print('local x') -- local y", "print('local x') -- local y"),
    ("x = [[local y]] local z = [==[ ]] ]==]", "x = [[local y]]       z = [==[ ]] ]==]"),
    ("--[[ local a\nlocal b ]] local c = 1", "--[[ local a\nlocal b ]]       c = 1"),
    ("local", "local"), ("local x,", "local x,"), ("local x <", "local x <"),
    ("t.locals = 1", "t.locals = 1"),
    ("local a, b <const>\nlocal c = 'end'", "      a, b         = nil\n      c = 'end'"),
  ])
  func outermostLocalsBecomeGlobal(text: String, expected: String) {
    let changed = LastingLocals.inText(text)
    let squeezed = { (text: String) in text.split(separator: " ").joined(separator: " ") }
    #expect(squeezed(changed) == squeezed(expected))
  }
}
