import Foundation
import Testing

/// Plugins in C and in Swift, as scripts and the command use them.
@Suite struct PluginCommandTests {
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  /// The library of an example.
  private func library(_ family: String) throws -> String {
    if family == "rayleigh" {
      let command = URL(filePath: try Command.path())
      return command.deletingLastPathComponent().appending(path: "libRayleighPlugin.so").path
    }
    let path = folder.url.appending(path: "libgeometric.so").path
    let source = "Plugins/Examples/Geometric/geometric.c"
    let result = try Command.shell(
      "'\(Command.root.path)/scripts/build-plugin' '\(Command.root.path)/\(source)' '\(path)'")
    #expect(result.status == 0, "\(result.errors)")
    return path
  }

  private static let families = ["geometric", "rayleigh"]

  @Test(arguments: families)
  func scriptsFitSaveAndSelect(family: String) throws {
    let script = try folder.write(
      """
      local em = require "emulsion"
      assert(em.load_plugin(arg[1])[1] == arg[2])
      local values = {}
      for i = 1, 300 do values[i] = i % 2 == 0 and 1 + i % 3 or 30 + i * 7 % 50 end
      local data = em.table{ x = values }
      local model = em.fit(data, { components = 2, family = arg[2] })
      assert(model.means:get(1, 1) ~= nil and model.free_parameters == 3)
      local best = em.select(data, { components = { 1, 2 }, families = { arg[2], em[arg[2]]{} } }).best
      assert(best.components == 2)
      model:save("model.json")
      assert(em.load("model.json"):score(data) == model:score(data))
      local e = select(2, pcall(em.fit, em.table{ x = { 1, -1, 2 } }, { family = arg[2] }))
      assert(e.code == "invalid-data" and e.message:find(arg[2]))
      data:write("data.csv")
      print(model.family)
      """, to: "script.lua")
    let path = try library(family)
    let result = try Command.run(script.path, path, family, folder: folder.url)
    #expect(result.status == 0, "\(result.errors)")
    #expect(result.output == "\(family)\n")

    let without = try Command.run("predict", "model.json", "data.csv", folder: folder.url)
    #expect(without.status == 1)
    #expect(without.errors.contains("family \"\(family)\" is not here"))
    for line in [
      "emulsion predict model.json data.csv --plugin '\(path)'",
      "EMULSION_PLUGIN_PATH='\(path)' emulsion sample model.json -n 300",
      "emulsion select data.csv --plugin '\(path)' --family \(family) --components 1,2 --covariance full",
      "emulsion --plugin '\(path)' -e 'assert(em.\(family))'",
    ] {
      let result = try Command.shell(line, folder: folder.url)
      #expect(result.status == 0, "\(line): \(result.errors)")
    }
  }

  @Test func namesOfFunctionsAreTaken() throws {
    let path = folder.url.appending(path: "libfit.so").path
    let root = Command.root.path
    let result = try Command.shell(
      """
      '\(root)/scripts/build-plugin' '\(root)/Tests/Fixtures/Plugins/faulty.c' '\(path)' \
      '-DFAULT=family.name = "fit"' && emulsion -e 'em.load_plugin("\(path)")'
      """)
    #expect(result.status == 1)
    #expect(result.errors.contains("\"fit\" has a name that is taken already"))
  }

  @Test func theCheckKnowsTheExamplesSound() throws {
    for family in Self.families {
      let result = try Command.run("plugin", "check", library(family))
      #expect(result.status == 0, "\(result.output)\(result.errors)")
      let (told, others) = (
        result.lines.filter { !$0.hasPrefix(" ") }, result.lines.filter { $0.hasPrefix(" ") }
      )
      #expect(told == ["\(family), 1 column: sound", "\(family), 2 columns: sound"])
      #expect(
        others.allSatisfy { $0 == "  not checked: bounds (the family knows none)" }, "\(others)")
    }
  }

  @Test(arguments: [
    ("family.estimate = unlucky", "out of luck"), ("family.add_log_density = drifting", "sums to"),
    ("family.add_log_density = setting", "must be added to the lanes"),
  ])
  func theCheckFindsFaults(fault: String, part: String) throws {
    let path = folder.url.appending(path: "libfaulty.so").path
    let root = Command.root.path
    let result = try Command.shell(
      """
      '\(root)/scripts/build-plugin' '\(root)/Tests/Fixtures/Plugins/faulty.c' '\(path)' \
      '-DFAULT=\(fault)' && emulsion plugin check '\(path)'
      """)
    #expect(result.status == 1)
    #expect(result.output.contains("geometric, 1 column: broken"))
    #expect(result.output.contains(part), "\(result.output)")
  }

  @Test func aNewPluginBuildsAndWorks() throws {
    let result = try Command.shell(
      """
      emulsion plugin new Waiting && sh Waiting/build &&
      emulsion plugin check Waiting/libwaiting.so &&
      emulsion fit faithful --columns waiting --plugin Waiting/libwaiting.so --family waiting
      """, folder: folder.url)
    #expect(result.status == 0, "\(result.errors)")
    #expect(result.output.contains("waiting component"))
    let again = try Command.run("plugin", "new", "Waiting", folder: folder.url)
    #expect(again.status == 1)
    #expect(again.errors.contains("is there already"))
    #expect(try Command.run("plugin", "new", "no name", folder: folder.url).status == 2)
    let swift = try Command.run(
      "plugin", "new", "Decay", "--language", "swift", folder: folder.url)
    #expect(swift.status == 0, "\(swift.errors)")
    #expect(try folder.read("Decay/Sources/Decay/Decay.swift").contains("exportPlugin(Decay())"))
  }

  @Test func `families and initializers in Lua begin, pass the kit and run`() throws {
    let result = try Command.shell(
      """
      emulsion plugin new Waiting --language lua && emulsion plugin check Waiting/waiting.lua &&
      emulsion plugin new Nearest --kind initializer --language lua &&
      emulsion plugin check --kind initializer Nearest/nearest.lua &&
      emulsion fit faithful --columns waiting --components 2 --plugin Waiting/waiting.lua --family waiting --save m.json &&
      emulsion predict m.json faithful --plugin Waiting/waiting.lua -o labels.csv &&
      emulsion select faithful --columns waiting --components 1,2 --covariance full --plugin Waiting/waiting.lua --family waiting &&
      emulsion sample m.json -n 3 --plugin Waiting/waiting.lua &&
      emulsion --plugin Waiting/waiting.lua -e 'assert(em.waiting and em.load("m.json"))' &&
      emulsion doctor --plugin Waiting/waiting.lua > doctor.txt &&
      emulsion -e 'assert(em.load_plugin("Waiting/waiting.lua")[1] == "waiting")' \
        -e 'em.fit(em.dataset("faithful"), { components = 2, initializer = dofile("Nearest/nearest.lua") })'
      """, folder: folder.url)
    #expect(result.status == 0, "\(result.output)\(result.errors)")
    #expect(result.output.contains("waiting: sound"))
    #expect(result.output.contains("Nearest/nearest.lua: sound"))
    let none = try Command.shell(
      "echo 'return 1' > empty.lua; emulsion fit faithful --plugin empty.lua", folder: folder.url)
    #expect(none.status == 1 && none.errors.contains("empty.lua: it defines no family"))
    let wrong = try Command.shell(
      "sed -i 's|s.n / s.x|s.n|' Waiting/waiting.lua; emulsion plugin check Waiting/waiting.lua",
      folder: folder.url)
    #expect(wrong.status == 1 && wrong.output.contains("waiting: broken"), "\(wrong.output)")
  }

  @Test func `pairs that there are not are told`() throws {
    for (kind, language) in [
      ("covariance", "c"), ("initializer", "c"), ("criterion", "c"), ("covariance", "lua"),
      ("criterion", "lua"),
    ] {
      let result = try Command.run(
        "plugin", "new", "Odd", "--kind", kind, "--language", language, folder: folder.url)
      #expect(result.status == 2)
      #expect(result.errors.contains("family in c, swift, lua; covariance in swift;"))
    }
    #expect(try folder.names() == [])
    for kind in ["covariance", "initializer", "criterion"] {
      let result = try Command.run("plugin", "new", "My\(kind)", "--kind", kind, folder: folder.url)
      #expect(result.status == 0, "\(result.errors)")
      let main = try folder.read("My\(kind)/Sources/My\(kind)Command/main.swift")
      #expect(main.contains("EmulsionCommand.main(catalogue: catalogue)"))
    }
  }

  @Test(arguments: [("covariance", "VEV"), ("initializer", "hierarchical"), ("criterion", "icl")])
  func `what the command knows by name is checked`(kind: String, name: String) throws {
    let result = try Command.run("plugin", "check", "--kind", kind, name)
    #expect(
      result.status == 0 && result.output == "\(name): sound\n", "\(result.output)\(result.errors)")
    let none = try Command.run("plugin", "check", "--kind", kind, "nosuch")
    #expect(none.status == 2 && none.errors.contains("nosuch"))
  }
}
