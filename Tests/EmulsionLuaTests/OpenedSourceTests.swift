import EmulsionPlugins
import Foundation
import LuaBridge
import Testing

/// Fits to files that are read anew in every pass are those to the table in memory, also of texts.
@Suite struct OpenedSourceTests {
  @Test(arguments: [
    "{ family = 'categorical', columns = { 'kind', 'mood' }, components = 2 }",
    "{ family = 'bernoulli', columns = { 'kind' } }",
    "{ family = { kind = 'bernoulli', x = 'gaussian' }, components = 2 }",
    "{ family = em.regression('y ~ x + kind'), components = 2 }",
    "{ family = em.regression('y ~ x', { group = 'mood' }), components = 2 }",
    "{ family = em.regression('kind ~ x', { distribution = 'binomial' }) }",
    "{ columns = { 'x' }, components = 2, concomitant = '~ kind' }",
    "{ columns = { 'x', 'y' }, components = 2, missing = 'drop' }",
    "{ family = 'categorical', columns = { 'mood' }, missing = 'likelihood' }",
    "{ columns = { 'x' }, weights = 'y', noise = true }",
  ])
  func fitsAreTheSame(_ options: String) throws {
    let folder = FileManager.default.temporaryDirectory
      .appendingPathComponent("emulsion-\(UUID().uuidString)").path
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let script = try Script(isTrusted: true, catalogue: .withPlugins)
    try script.run(
      """
      local folder = ...
      local x, y, kind, mood = {}, {}, {}, {}
      for i = 1, 60 do
        x[i], y[i] = (i * 7) % 23 + i % 3 / 4, (i * 5) % 17 + i % 2
        kind[i], mood[i] = i % 3 == 0 and "yes" or "no", ({ "so", "well", "ill" })[i * i % 5 % 3 + 1]
      end
      local t = em.table{ x = x, y = y, kind = kind, mood = mood }
      t:head(25):write(folder .. "/1.csv")
      t:slice(26, 60):write(folder .. "/2.csv")
      local read, opened = t, em.open(folder .. "/*.csv")
      local options = \(options)
      local a, b = em.fit(read, options), em.fit(opened, options)
      assert(a.loglik == b.loglik, string.format("%.17g %.17g", a.loglik, b.loglik))
      for name, levels in pairs(a.levels) do
        for i, level in ipairs(levels) do assert(b.levels[name][i] == level) end
      end
      if options.missing ~= "drop" then
        assert(a:score(read) == b:score(opened))
        b:predict(opened, { to = folder .. "/labels.csv" })
        local labels = em.read(folder .. "/labels.csv")["label"]
        for i, label in ipairs(a:predict(read):tolist()) do assert(labels[i] == label) end
      end
      """, folder)
  }
}
