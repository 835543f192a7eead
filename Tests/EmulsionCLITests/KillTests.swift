import Foundation
import Testing

/// Killed again and again, and taken up: the same bits.
@Suite struct KillTests {
  private static let script = """
    local em = require "emulsion"
    local mode, path, threads = arg[1], arg[2], tonumber(arg[3])
    local function kept(options)
      options.threads = threads
      if mode == "journal" then options.journal = path end
      if mode == "checkpoint" then options.checkpoint = { path = path, seconds = 0.02 } end
      return options
    end
    local out = {}
    local function tell(model)
      out[#out + 1] = ("%.17g %d"):format(model.loglik, model.iterations)
      for _, component in ipairs(model.parameters) do
        for _, name in ipairs{ "mean", "scale", "size", "degrees_of_freedom" } do
          local value = component[name]
          if type(value) == "number" then value = { value } elseif value then value = value:tolist() end
          for _, row in ipairs(value or {}) do
            for _, x in ipairs(type(row) == "table" and row or { row }) do out[#out + 1] = ("%.17g"):format(x) end
          end
        end
      end
    end
    local iris = em.dataset("iris"):drop{ "label" }
    if arg[4] == "select" then
      local selection = em.select(iris, kept{ components = em.range(1, 6), covariance = "all",
        families = { "gaussian", "student_t" }, restarts = 3, seed = 1 })
      for _, entry in ipairs(selection.entries) do
        out[#out + 1] = ("%s %s %d %s"):format(entry.family, entry.covariance, entry.components, entry.status)
        if entry.model then tell(entry.model) end
      end
      out[#out + 1] = selection.audit.text
    else
      local rows = em.model{ weights = { 0.5, 0.5 }, means = { { 0, 0 }, { 2, 1 } },
        covariances = { { { 1, 0 }, { 0, 1 } }, { { 2, 1 }, { 1, 2 } } } }:sample(6000, 1):drop{ "label" }
      tell(em.fit(rows, kept{ components = 4, family = arg[4], seed = 1, tolerance = 1e-9 }))
    end
    print(table.concat(out, "\\n"))
    """

  @Test(
    arguments: [("journal", "select"), ("checkpoint", "select"), ("checkpoint", "student_t")])
  func `a killed process loses little`(mode: String, what: String) throws {
    let folder = try TemporaryFolder()
    try folder.write(Self.script, to: "long.lua")
    let expected = try Command.run("long.lua", "none", "", "1", what, folder: folder.url)
    #expect(expected.status == 0, "\(expected.errors)")
    let command = try Command.path()
    // A longer and longer time to live, so that the last comes to its end on any machine.
    let result = try Command.shell(
      """
      for i in $(seq 1 40); do
        timeout -s KILL "$(awk "BEGIN { print 0.04 * 1.25 ^ $i }")" '\(command)' long.lua \(mode) kept \
          $((i % 2 + 1)) \(what) > out 2>> errors && break
      done; echo $i; cat errors >&2
      """, folder: folder.url)
    #expect(try folder.read("out") == expected.output)
    let count = try #require(Int(result.lines.first ?? ""))
    #expect(count > 1, "it was never killed")
    #expect(!result.errors.contains("emulsion: kept: line"), "\(result.errors)")
  }

  @Test func `the command keeps journals and checkpoints`() throws {
    let folder = try TemporaryFolder()
    let line = "emulsion select faithful --components 1:3 --journal j.jsonl --format csv"
    let first = try Command.shell(line, folder: folder.url)
    #expect(first.status == 0, "\(first.errors)")
    let bytes = try Data(contentsOf: folder.url.appending(path: "j.jsonl"))
    try bytes.prefix(bytes.count / 2).write(to: folder.url.appending(path: "j.jsonl"))
    let second = try Command.shell(line, folder: folder.url)
    #expect(second.output == first.output)
    #expect(second.errors.contains("emulsion: note: j.jsonl: the last line was cut off"))
    let other = try Command.shell(line + " --seed 3", folder: folder.url)
    #expect(other.status == 2 && other.errors.contains("its seed was 0, not 3"))
    let fit = "emulsion fit faithful --components 2 --checkpoint c.ck"
    let model = try Command.shell(fit, folder: folder.url)
    #expect(model.status == 0, "\(model.errors)")
    #expect(try Command.shell(fit, folder: folder.url).output == model.output)
    let fewer = fit + " --columns eruptions"
    #expect(try Command.shell(fewer, folder: folder.url).errors.contains("columns were"))
    let both = try Command.shell(line + " --checkpoint c2.ck", folder: folder.url)
    #expect(both.status == 2 && both.errors.contains("journal and checkpoint"))
    for line in [
      "emulsion fit faithful --force", "emulsion select faithful --force",
      "emulsion -e 'em.fit(em.dataset(\"faithful\"), { force = true })'",
    ] {
      let alone = try Command.shell(line, folder: folder.url)
      #expect(alone.status != 0 && alone.errors.contains("force"), "\(alone.errors)")
    }
    let nowhere = try Command.shell(
      line.replacing("j.jsonl", with: "/nosuch/j.jsonl"), folder: folder.url)
    #expect(nowhere.status == 1 && nowhere.errors.contains("/nosuch/j.jsonl"))
  }
}
