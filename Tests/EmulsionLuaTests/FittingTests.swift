import LuaBridge
import Testing

@Suite struct FittingTests {
  let script: Script

  init() throws { script = try Script(isTrusted: true) }

  @Test func `the script of the design runs`() throws {
    try script.run(
      """
      local em = require "emulsion"
      local faithful = em.dataset("faithful")
      assert(type(faithful:describe()) == "string")
      local selection = em.select(faithful, {
        components = em.range(1, 4), covariance = {"full", "tied"}, seed = 1, restarts = 3 })
      local best = selection.best
      assert(best.covariance == "tied" and best.components == 3, tostring(selection))
      assert(math.abs(best.loglik + 1126.326) < 0.01)
      assert(best.free_parameters == 11 and math.abs(best.bic - 2314.316) < 0.05)
      assert(best.means.rows == 3 and #best.covariances == 3)
      assert(math.abs(best.weights:sum() - 1) < 1e-12)
      local labels = best:predict(faithful)
      assert(#labels == 272 and math.type(labels[1]) == "integer")
      assert(math.abs(best:logdensity(faithful):sum() - best.loglik) < 1e-8)
      assert(selection:get(3, "EEE").loglik == best.loglik)
      assert(#selection.entries == 8 and selection.entries[1].status == "ok")
      """)
  }
}
