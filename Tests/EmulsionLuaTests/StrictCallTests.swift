import EmulsionPlugins
import Foundation
import LuaBridge
import Testing

/// What calls accept in every form that is promised, and what they refuse instead of passing it over.
@Suite struct StrictCallTests {
  let script: Script

  init() throws { script = try Script(catalogue: .withPlugins) }

  @Test(arguments: [
    "{'a', nil, 'b', '', 0/0, false}", "{nil, nil, 'a', 'b', nil, 'a'}", "{0/0, 'a', '', 'b'}",
    "{1, '', 2, false}", "{nil, 1, nil, 2}", "{false, 1, 0/0, 2, nil, nil}",
  ])
  func `what stands for an unknown class may be mixed`(list: String) throws {
    try script.run(
      """
      local rows = {}
      for i = 1, 20 do rows[i] = { i % 2 * 9 + i / 7, i % 3 } end
      local list, labels = \(list), {}
      for i = 1, 20 do labels[i] = list[i] end
      labels[20] = list[20] or false
      local m = em.fit(rows, { components = 2, labels = labels, covariance = 'spherical' })
      assert(#m.classes == 2 and (m.classes[1] == 'a' or m.classes[1] == '1'))
      local sparse = { [19] = 'u', [20] = 'w' }
      assert(em.fit(rows, { components = 2, labels = sparse, covariance = 'spherical' }).classes[2] == 'w')
      """)
  }

  @Test(arguments: [
    ("em.fit(d, { labels = { 1, 2 } })", "invalid-data", "labels: 2 labels for 272 rows"),
    ("em.fit(d, { labels = { [300] = 'a' } })", "invalid-data", "300 labels for 272 rows"),
    ("em.fit({1, 2, 3}, { labels = { 'a', 1, 'b' } })", "invalid-option", "labels: element 2"),
    ("em.classify({1, 2, 3}, { class = { 1, 'a', 2 } })", "invalid-option", "class: element 1"),
    ("em.fit(d, { weights = true })", "invalid-option", "weights must be a column's name"),
    ("em.fit(d, { weights = 'wating' })", "invalid-option", "weights: no column \"wating\""),
    ("m:conditional{ given = { waiting = 70 }, seed = 3 }", "invalid-option", "\"seed\""),
    ("m:sample(1e12)", "invalid-option", "sample: 1000000000000 rows don't fit into memory"),
    ("em.student_t({ degrees_of_freedom = 4 }, 9)", "script", "argument 2 is 9"),
    ("em.gaussian({}, 9)", "script", "argument 2 is 9"),
    ("d:slice(0, 3)", "script", "argument 1 (i) must be a position from 1"),
    ("d:filter(d.waiting)", "invalid-data", "element 1 must be 0 or 1, not 79"),
    ("m.loglik = 3", "script", "Model is read-only"),
    ("d.z = 3", "script", "t:with{ z = … }"),
    ("em.select(d, { covariance = {} })", "invalid-option", "covariance must be"),
    ("em.adjusted_rand({1, 'a'}, {1, 2})", "invalid-data", "must be a number as the first is"),
    ("m:score(d:head(0))", "invalid-data", "score: there is no row"),
  ])
  func `refuses`(text: String, code: String, part: String) throws {
    try script.run("d = em.dataset('faithful') m = em.fit(d, { components = 2, restarts = 1 })")
    let error = try #require(script.failure(text))
    #expect(error.message.contains(part), "\(error.message)")
    if error.cause != nil { try script.expect(text, raises: code, [part]) }
  }

  @Test func `a cell of a selection is found without a covariance`() throws {
    try script.run(
      """
      local counts = em.table{ n = {0, 1, 2, 3, 9, 8, 7, 10} }
      local s = em.select(counts, { components = {1, 2}, family = 'poisson' })
      assert(s:get(2).components == 2 and s:get(3) == nil)
      s = em.select(counts, { components = {1, 2}, families = { 'poisson', 'gaussian' } })
      assert(s:get(2, nil, 'poisson').family == 'poisson')
      assert(s:get(1, 'full').covariance == 'full' and s:get(1, 'full', 'poisson') == nil)
      """)
  }

  @Test func `texts may begin with a missing one`() throws {
    try script.run(
      """
      local t = em.table{ g = {nil, 'a', 'b'}, x = {1, 2, 3} }
      assert(t.g[1] == nil and t.g[2] == 'a' and #t.g == 3)
      local sparse = {}
      sparse[3] = 'c'
      t = t:with{ h = sparse, g = {nil, nil, 'q'} }
      assert(t.h[1] == nil and t.h[3] == 'c' and t.g[3] == 'q')
      """)
  }

  @Test func `of no rows nothing is told`() throws {
    try script.run(
      """
      local d = em.dataset('faithful')
      local m, none = em.fit(d, { components = 2, restarts = 1 }), d:head(0)
      assert(#m:predict(none) == 0 and #m:logdensity(none) == 0)
      assert(m:posterior(none).rows == 0 and m:posterior(none).columns == 2)
      """)
  }

  @Test func `many warnings are told by the first of them`() throws {
    let lines = try script.text(
      "tostring(em.fit(em.dataset('faithful'), { components = 200, restarts = 1 }))"
    ).split(separator: "\n")
    #expect(lines.count { $0.hasPrefix("warning: ") } <= 12, "\(lines)")
  }

  @Test func `labels don't go over the files they are of`() throws {
    let folder = FileManager.default.temporaryDirectory
      .appending(path: "emulsion-\(UUID().uuidString)").path
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(atPath: folder) }
    try script.run(
      """
      local folder = ...
      local path = folder .. '/mine.csv'
      local d = em.dataset('faithful')
      d:write(path)
      local m = em.fit(d, { components = 2, restarts = 1 })
      for _, data in ipairs{ em.open(path), em.open(folder .. '/mi*.csv'), em.read(path) } do
        local ok, e = pcall(m.predict, m, data, { to = folder .. '/./mine.csv' })
        assert(not ok and e.code == 'invalid-option' and tostring(e):find("can't be written over"))
      end
      assert(em.read(path).rows == 272 and em.read(path).columns == 2)
      m:predict(em.open(path), { to = folder .. '/labels.csv' })
      assert(em.read(folder .. '/labels.csv').rows == 272)
      """, folder)
  }
}
