import Foundation
import Testing

/// Sessions on a pseudo-terminal.
@Suite struct ReplTests {
  @Test func expressionsPrintTheirValue() throws {
    let session = try TerminalSession()
    try session.wait(for: "It is here as em.")
    try session.enter("20 + 1")
    try session.wait(for: "\n21\n")
    try session.enter("x = {a = _ + 1}")
    try session.enter("x")
    try session.wait(for: "{ a = 22 }")
    try session.enter("=x.a * 2")
    try session.wait(for: "\n44\n")
    try session.wait(for: "em> ")
    session.type("\u{4}")
    #expect(try session.end() == 0)
  }

  @Test(arguments: ["exit", "quit"])
  func wordsLeave(word: String) throws {
    let session = try TerminalSession(["repl"])
    try session.enter(word)
    #expect(try session.end() == 0)
  }

  @Test func chunksAreContinued() throws {
    let session = try TerminalSession()
    try session.enter("function twice(x)")
    try session.enter("return 2 * x", at: "..> ")
    try session.enter("end", at: "..> ")
    try session.enter("twice(")
    try session.enter("21)", at: "..> ")
    try session.wait(for: "\n42\n")
  }

  @Test func aChunkIsGivenUpByControlD() throws {
    let session = try TerminalSession()
    try session.enter("for i = 1, 2 do")
    try session.wait(for: "..> ")
    session.type("\u{4}")
    try session.enter("6 * 7")
    try session.wait(for: "\n42\n")
  }

  @Test func errorsAreOneLineAndTheSessionLives() throws {
    let session = try TerminalSession()
    try session.enter("1 +* 2")
    try session.wait(for: "unexpected symbol near '*'")
    try session.enter("error('told')")
    try session.wait(for: "\ntold\n")
    try session.enter("function f() error('deep') end")
    try session.enter("f()")
    try session.wait(for: "deep\n  input:1: in function 'f'\n")
    try session.enter("em.ft")
    try session.enter("'alive'")
    try session.wait(for: "\nalive\n")
  }

  @Test func interruptsClearTheLine() throws {
    let session = try TerminalSession()
    try session.wait(for: "em> ")
    session.type("half a li")
    try session.wait(for: "half a li")
    session.type("\u{3}")
    try session.wait(for: "^C")
    try session.enter("40 + 2")
    try session.wait(for: "\n42\n")
  }

  @Test func interruptsEndWhatRunsAndTheSessionLives() throws {
    let session = try TerminalSession()
    try session.enter("kept = 7")
    try session.enter("print('begun') while true do pcall(error) end")
    try session.wait(for: "\nbegun\n")
    session.type("\u{3}")
    try session.wait(for: "interrupted")
    try session.enter("kept * 6")
    try session.wait(for: "\n42\n")
  }

  @Test func namesAreCompleted() throws {
    let session = try TerminalSession()
    try session.wait(for: "em> ")
    session.type("string.rep\t('ab', 2)\r")
    try session.wait(for: "\nabab\n")
    try session.wait(for: "em> ")
    session.type("math.m\t\t")
    try session.wait(for: "maxinteger")
    session.type("axi\t == math.maxinteger\r")
    try session.wait(for: "\ntrue\n")
    try session.enter("longname = 5")
    try session.wait(for: "em> ")
    session.type("longn\t\r")
    try session.wait(for: "\n5\n")
  }

  @Test func filesAreCompletedInQuotes() throws {
    let folder = try TemporaryFolder()
    try folder.write("return 6 * 7", to: "script for files.lua")
    let session = try TerminalSession(folder: folder)
    try session.wait(for: "em> ")
    session.type("dofile('\(folder.url.path)/scr\t)\r")
    try session.wait(for: "\n42\n")
  }

  @Test func historyOutlivesTheSession() throws {
    let folder = try TemporaryFolder()
    let first = try TerminalSession(folder: folder)
    try first.enter("x = {")
    try first.enter("'füür' }", at: "..> ")
    try first.enter("exit")
    _ = try first.end()
    let second = try TerminalSession(folder: folder)
    try second.wait(for: "em> ")
    second.type("\u{1B}[A\r")
    try second.enter("x[1]")
    try second.wait(for: "\nfüür\n")
    let path = folder.url.appending(path: "state/emulsion/history").path
    let permissions = try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions]
    #expect(permissions as? Int == 0o600)
  }

  @Test func aPasteIsEnteredWhole() throws {
    let session = try TerminalSession()
    try session.wait(for: "em> ")
    session.type("\u{1B}[200~function g(x)\r\treturn x + 1\rend\r\u{1B}[201~")
    session.type("\r")
    try session.enter("g(41)")
    try session.wait(for: "\n42\n")
  }

  @Test func longTablesFitTheScreen() throws {
    let session = try TerminalSession(columns: 50)
    try session.enter("t = {} for i = 1, 1000 do t[i] = i end t.name = 'x'")
    try session.enter("t")
    try session.wait(for: "{\n")
    let shown = try session.wait(for: "}\n")
    #expect(shown.contains("… 900 more"))
    #expect(shown.split(separator: "\n").allSatisfy { $0.count <= 50 })
  }

  @Test func aResizedLineIsKept() throws {
    let session = try TerminalSession(columns: 80)
    try session.wait(for: "em> ")
    session.type("40 +")
    try session.wait(for: "40 +")
    session.resize(columns: 40, rows: 20)
    session.type(" 2\r")
    try session.wait(for: "\n42\n")
  }

  @Test func aPlainTerminalWillDo() throws {
    let session = try TerminalSession(term: "dumb")
    try session.enter("40 + 2")
    try session.wait(for: "\n42\n")
  }

  @Test func linesOfAPipeAreEvaluated() throws {
    let result = try Command.run(
      "repl", input: "1 + 1\nfor i = 1, 2 do\nprint(i) end\nerror('no')\n3\n")
    #expect(result.output == "2\n1\n2\n3\n")
    #expect(result.errors == "no\n")
    #expect(result.status == 0)
  }

  @Test func aScriptMayBeginASession() throws {
    let session = try TerminalSession(["-i", "-e", "x = 42"])
    try session.enter("x")
    try session.wait(for: "\n42\n")
  }

  @Test func theModuleIsThere() throws {
    let session = try TerminalSession()
    try session.enter("m = em.fit(em.dataset('faithful'), { components = 2 })")
    try session.enter("m")
    try session.wait(for: "Mixture of 2 gaussian components")
    try session.enter("m.bci")
    try session.wait(for: "did you mean 'bic'?")
    try session.enter("em.slect(m)")
    try session.wait(for: "did you mean em.select?")
    try session.enter("prnt(1)")
    try session.wait(for: "did you mean print?")
    try session.enter("em.fit(em.dataset('faithful'), { component = 2 })")
    try session.wait(for: "did you mean \"components\"?")
  }

  @Test(arguments: ["help", "help()", "help(em.fit)", "help 'fit'"])
  func helpHelps(line: String) throws {
    let session = try TerminalSession()
    try session.enter(line)
    try session.wait(for: "em.fit(data [, options])")
  }

  @Test func membersAndOptionsAreCompleted() throws {
    let session = try TerminalSession()
    try session.enter("data = em.dataset('faithful')")
    try session.wait(for: "em> ")
    session.type("m = em.fit(data, { components\t2, covariance =\t'tied' })\r")
    try session.wait(for: "em> ")
    session.type("m.free_\t\r")
    try session.wait(for: "\n8\n")
    try session.wait(for: "em> ")
    session.type("m:pred\t(data).size\r")
    try session.wait(for: "\n272\n")
    try session.wait(for: "em> ")
    session.type("data[\"wai\t.size + 1\r")
    try session.wait(for: "\n273\n")
  }

  @Test func anInterruptedFitIsTheLastResult() throws {
    let session = try TerminalSession()
    try session.enter("data = em.matrix(20000, 3)")
    try session.enter(
      "for i = 1, data.rows do for j = 1, 3 do data:set(i, j, math.random()) end end")
    try session.enter(
      "em.fit(data, { components = 40, tolerance = 0, max_iterations = 1e6, restarts = 1 })")
    try session.wait(for: "best start, iteration")
    session.type("\u{3}")
    try session.wait(for: "_ is the model that was reached")
    try session.enter("_.components + 2")
    try session.wait(for: "\n42\n")
  }

  @Test func theBannerFitsANarrowTerminal() throws {
    let session = try TerminalSession(columns: 60)
    let banner = try session.wait(for: "em> ")
    #expect(banner.split(separator: "\n").allSatisfy { $0.count <= 60 })
  }

  @Test func valuesAreCompleted() throws {
    let session = try TerminalSession()
    try session.wait(for: "em> ")
    session.type("t = em.dataset('faith\t)\r")
    try session.wait(for: "em> ")
    session.type(
      "m = em.fit(t, { covariance = \"ti\t, family = \"gaus\t, columns = { \"wai\t } })\r")
    try session.enter("m.dimension .. m.covariance")
    try session.wait(for: "\n1tied\n")
    try session.wait(for: "em> ")
    session.type("t.erup\t:max()\r")
    try session.wait(for: "\n5.1\n")
    try session.wait(for: "em> ")
    session.type("t:drop { 'wai\t }.names\r")
    try session.wait(for: "\n{ \"eruptions\" }\n")
    try session.wait(for: "em> ")
    session.type("tostring(m:plot { wh\t'den\t })\r")
    try session.wait(for: "\nPlot: see it")
    try session.wait(for: "em> ")
    session.type("em.fit(t, { covariance = '\t\t")
    try session.wait(for: "spherical")
  }

  @Test(arguments: ["em.fit?", "?em.fit", "? em.fit", "fit?"])
  func aQuestionMarkAsksForHelp(line: String) throws {
    let session = try TerminalSession()
    try session.enter(line)
    try session.wait(for: "\nem.fit(data [, options])\n")
  }

  @Test func helpKnowsWhatThereIs() throws {
    let session = try TerminalSession()
    try session.enter("t = em.dataset('faithful')")
    try session.enter("t:select?")
    try session.wait(for: "the columns named, in that order")
    try session.enter("t?")
    try session.wait(for: "\nTable: named columns")
    try session.enter("print?")
    try session.wait(for: "a function of Lua's")
    try session.enter("em.ft?")
    try session.wait(for: "did you mean \"fit\"?")
    try session.enter("?")
    try session.wait(for: "\nFunctions\n")
  }

  @Test func localsLast() throws {
    let session = try TerminalSession()
    try session.enter("local n = 40")
    try session.enter("local function more() n = n + 1 return n end")
    try session.enter("more()")
    try session.enter("n + 1")
    try session.wait(for: "\n42\n")
  }

  @Test func earlierValuesAreKept() throws {
    let session = try TerminalSession()
    try session.enter("10")
    try session.enter("nil")
    try session.enter("30")
    try session.enter("_ + _1 + 2")
    try session.wait(for: "\n42\n")
    try session.enter("_ .. ' ' .. _1 .. ' ' .. _2")
    try session.wait(for: "\n42 30 10\n")
  }

  @Test func commandsBeginWithAPercentSign() throws {
    let folder = try TemporaryFolder()
    try folder.write("result = arg[1] * 2 local hidden = 1 return 5", to: "a script.lua")
    let session = try TerminalSession(folder: folder)
    try session.enter("%run '\(folder.url.path)/a script.lua' 21")
    try session.enter("result")
    try session.wait(for: "\n42")
    try session.enter("t = em.dataset('faithful')")
    try session.enter("%who")
    try session.wait(for: "\nresult  42")
    try session.wait(for: "\nt       Table, 272 rows × 2 columns\n")
    try session.enter("%time 6 * 7")
    try session.wait(for: "\n42\ntook ")
    try session.enter("%tiem 1")
    try session.wait(for: "did you mean %time?")
    try session.enter("%run nowhere.lua")
    try session.wait(for: "nowhere.lua")
    try session.enter("%time error('told')")
    try session.wait(for: "told")
    try session.enter("%")
    try session.wait(for: "%page CODE")
    try session.enter("5 % 3")
    try session.wait(for: "\n2\n")
  }

  @Test func whatTakesLongerThanASecondIsTimed() throws {
    let session = try TerminalSession()
    try session.enter("local stop = os.time() + 2 while os.time() < stop do end")
    let shown = try session.wait(for: "took ")
    #expect(!shown.contains("ms"))
    try session.wait(for: " s\n")
    try session.enter("1 + 1")
    #expect(try !session.wait(for: "em> ").contains("took"))
  }

  @Test func listsArePrintedAsLists() throws {
    let session = try TerminalSession()
    try session.enter("em.datasets()")
    try session.wait(for: "\n{\n  \"acidity\", \"births\"")
    try session.enter("m = em.fit(em.dataset('faithful'), { components = 2 })")
    try session.enter("m.covariances")
    try session.wait(for: "\n[1] Matrix 2 × 2\n")
    try session.wait(for: "\n[2] Matrix 2 × 2\n")
    try session.enter("m.parameters")
    try session.wait(for: "mean = <Vector of 2>")
  }

  @Test func whatIsDrawnIsFollowedByNothing() throws {
    let session = try TerminalSession()
    try session.enter("em.fit(em.dataset('faithful'), { components = 2 }):plot():show()")
    try session.wait(for: "crosses are means.")
    #expect(try !session.wait(for: "em> ").contains("nil"))
  }

  @Test func longTextsGoToThePager() throws {
    let folder = try TemporaryFolder()
    let session = try TerminalSession(
      Invocation(
        program: Command.path(), arguments: [], folder: folder,
        environment: ["PAGER": "tr w W"]))
    try session.enter("%page ('wide'):rep(2)")
    try session.wait(for: "\nWideWide\n")
    try session.enter("6 * 7")
    try session.wait(for: "\n42\n")
  }
}
