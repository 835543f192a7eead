import LuaBridge
import Testing

@Suite struct HelpTests {
  let script: Script

  init() throws { script = try Script() }

  @Test func `the list names every function of the module`() throws {
    let list = try script.text("em.help()")
    let names = try script.run(
      "local t = {} for k, v in pairs(em) do if type(v) == 'function' then t[#t+1] = k end end return t"
    )
    for name in try #require(names[0].table).list() {
      #expect(list.contains("em.\(try #require(name.string))"))
    }
    #expect(try script.text("help") == list)
    #expect(list.split(separator: "\n").allSatisfy { $0.count <= 80 })
  }

  @Test(arguments: [
    ("'fit'", "max_iterations"), ("em.fit", "em.fit(data"), ("'em.select'", "criterion"),
    ("'Model'", "model:predict(data"), ("'predict'", "(Model)"), ("'Model:predict'", "probable"),
    ("em.vector{1}", "v:dot"), ("'loglik'", "log-likelihood"),
  ])
  func `tells about`(topic: String, part: String) throws {
    #expect(try script.text("em.help(\(topic))").contains(part))
  }
}
