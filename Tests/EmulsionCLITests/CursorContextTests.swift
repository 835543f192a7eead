import EmulsionCommand
import Testing

@Suite struct CursorContextTests {
  @Test(arguments: [
    ("em.fi", ["em"], "fi"), ("best.means:ro", ["best", "means"], "ro"), ("x = y.", ["y"], ""),
    ("print(em.", ["em"], ""), ("f(a, b.c", ["b"], "c"), ("'it''s' .. s:up", ["s"], "up"),
  ])
  func pathsAreFound(line: String, owner: [String], word: String) {
    let cursor = CursorContext(line)
    #expect(cursor.place == .code)
    #expect(cursor.owner == owner)
    #expect(cursor.word == word)
  }

  @Test(arguments: [("pri", "pri"), ("a..b", "b"), ("1 + ", ""), ("x = -fo", "fo")])
  func namesAreFound(line: String, word: String) {
    let cursor = CursorContext(line)
    #expect(cursor.place == .code)
    #expect(cursor.owner == nil)
    #expect(cursor.word == word)
  }

  @Test(arguments: ["x -- em.fi", "f().na", "t[1].na", "(x):na"])
  func nothingIsCompletedWhereNothingIsKnown(line: String) {
    #expect(CursorContext(line).place == .nowhere)
  }

  @Test(arguments: [
    ("em.read(\"data/ir", Character("\""), "data/ir"), ("print('a \\' b", "'", "a \\' b"),
    ("f('x', \"y", "\"", "y"),
  ])
  func stringsAreFound(line: String, quote: Character, word: String) {
    let cursor = CursorContext(line)
    #expect(cursor.place == .quotes(quote))
    #expect(cursor.word == word)
    #expect(cursor.indexed == nil)
  }

  @Test func anIndexIsFound() {
    let cursor = CursorContext("mean(t.inner[\"wai")
    #expect(cursor.indexed == ["t", "inner"])
    #expect(cursor.word == "wai")
  }

  @Test(arguments: [
    ("em.fit(data, { co", ["em", "fit"], "co"), ("em.fit(f(x), {a = {1, 2}, ", ["em", "fit"], ""),
    ("em.select (d, { components = em.range(1, 9), cov", ["em", "select"], "cov"),
    ("kmeans { co", ["kmeans"], "co"),
  ])
  func optionsAreFound(line: String, call: [String], word: String) {
    let cursor = CursorContext(line)
    #expect(cursor.call == call)
    #expect(cursor.word == word)
  }

  @Test(
    arguments: [
      ("em.dataset('fa", ["em", "dataset"], false, nil, nil),
      ("em.dataset \"fa", ["em", "dataset"], false, nil, nil),
      ("t:select { 'a', 'b", ["t", "select"], true, nil, nil),
      ("a.t:sort('x', '-", ["a", "t", "sort"], true, nil, ["\0"]),
      ("em.fit(d.x, { covariance = 'fu", ["em", "fit"], false, "covariance", ["d", "x"]),
      (
        "m = em.fit( data , { components = 2, columns = { \"x\", \"y", ["em", "fit"], false,
        "columns", ["data"]
      ),
      ("m:plot{ what = \"de", ["m", "plot"], true, "what", nil),
      ("tostring(m:plot { what = 'de", ["m", "plot"], true, "what", nil),
      ("print(t:select { 'a", ["t", "select"], true, nil, nil),
      ("em.kmeans(f(x), { columns = 'y", ["em", "kmeans"], false, "columns", ["f"]),
    ] as [(String, [String], Bool, String?, [String]?)])
  func whatStringsAreForIsFound(
    line: String, call: [String], isMethod: Bool, option: String?, first: [String]?
  ) {
    let cursor = CursorContext(line)
    #expect(cursor.call == call)
    #expect(cursor.isMethodCall == isMethod)
    #expect(cursor.option == option)
    if first != ["\0"] { #expect(cursor.firstArgument == first) }
  }

  @Test(arguments: ["x = 'a", "print(x .. 'a", "t = { { 'a", "x == 'a", "a['x"])
  func stringsOfNoCallAreFound(line: String) {
    #expect(CursorContext(line).option == nil)
  }

  @Test(arguments: ["em.fit(data, co", "em.fit(data, { components = co", "x = { co", "f({ { co"])
  func othersAreNoOptions(line: String) {
    #expect(CursorContext(line).call == nil)
  }
}
