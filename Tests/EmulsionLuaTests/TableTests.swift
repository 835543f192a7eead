import LuaBridge
import Testing

@Suite struct TableTests {
  let script: Script

  init() throws { script = try Script(isTrusted: true) }

  @Test(arguments: [
    ("d.rows", "150"), ("d.columns", "5"), ("d.names[1]", "Sepal_Length"), ("#d", "150"),
    ("d['Petal_Width'][1]", "0.2"), ("#d['label']", "150"),
    ("table.concat(d['label'], ' ', 50, 51)", "setosa versicolor"),
    ("d['label'][150]", "virginica"),
    ("d:select{'Petal_Width', 'Sepal_Length'}.names[1]", "Petal_Width"),
    ("d:drop{'label'}.columns", "4"), ("d:head(3).rows", "3"), ("d:head().rows", "10"),
    ("d:filter(function(r) return r.label == 'setosa' and r.Petal_Width > 0.3 end).rows", "9"),
    ("d:drop{'label'}:matrix().columns", "4"), ("em.matrix(d:drop{'label'}).rows", "150"),
    ("d:matrix{'Petal_Width'}.rows", "150"),
    ("d:drop{'label'}:matrix():mean(1)[1] > 5.8", "true"),
    ("em.table{ b = {1, 2}, a = {'x', 'y'} }.names[1]", "a"),
    ("em.table{ b = em.range(1, 3) }['b']:sum()", "6.0"),
    ("table.concat(em.datasets(), ' '):match('faithful.*')", "faithful galaxies iris tone wine"),
  ])
  func `gives`(expression: String, text: String) throws {
    let result = try script.run("local d = em.dataset('iris') return tostring(\(expression))")
    #expect(result[0].string == text)
  }

  @Test func `what is written is read again`() throws {
    let path = temporaryPath("iris.csv")
    try script.run(
      """
      local path = ...
      local iris = em.dataset("iris")
      iris:write(path)
      local again = em.read(path)
      assert(again["Sepal_Width"] == iris["Sepal_Width"] and again["label"][7] == iris["label"][7])
      assert(em.read(path, { columns = {"label"} }).columns == 1)
      os.remove(path)
      """, path)
  }

  @Test func `texts fit the screen`() throws {
    for expression in ["em.dataset('wine')", "em.dataset('wine'):describe()"] {
      let lines = try script.text(expression).split(separator: "\n")
      #expect(lines.count <= 24 && lines.allSatisfy { $0.count <= 80 }, "\(lines)")
    }
  }
}
