import ArgumentParser
import Emulsion
import EmulsionLua
import EmulsionPluginHost
import EmulsionTestKit

/// `emulsion plugin check LIB.so`
struct PluginCheckCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "check",
    abstract: "Check that a plugin keeps the laws that fits rest on.",
    discussion: """
      Rows are drawn from two components of each family, and fits to them must rise, agree row by row, \
      with weights, threads and copies, be read back with the same bits, and give the components back; \
      densities must sum or integrate to 1. What is broken is listed, and the exit code is then 1; laws that could not be \
      tried are named.
      """)

  @Argument(
    help: "The shared library, a Lua file that returns rows to try its families on, or a name.",
    completion: .file())
  var library: String

  @Option(
    help: "family, or covariance, initializer or criterion: what bears the name that is given then."
  )
  var kind: PluginKind = .family

  func run() throws {
    if kind != .family { return try checkNamed() }
    if library.hasSuffix(".lua") { return try checkScript() }
    let plugin = try PluginLibrary(loading: library)
    var isSound = true
    for example in try plugin.examples() {
      let columns = example.data.columns
      let findings = FamilyExample(
        example.family, data: example.data, components: example.components, catalogue: .command
      ).findings()
      isSound =
        tell(
          "\(example.family.name), \(columns.counted("column"))",
          findings.violations.map(\.description), findings.unchecked.map(\.description)) && isSound
    }
    try end(isSound)
  }

  /// What this command knows by name, or an initializer that a Lua file returns.
  private func checkNamed() throws {
    let catalogue = Catalogue.command
    var session: LuaSession?
    let problems: [String]
    switch kind {
    case .covariance:
      problems = CovarianceExample(
        try catalogue.covarianceModel(named: library), catalogue: catalogue
      ).violations()
    case .criterion:
      problems = CriterionExample(try catalogue.criterion(named: library)).violations()
    default:
      if library.hasSuffix(".lua") {
        session = try LuaSession(
          isTrusted: true, interrupt: Interrupts.flag, catalogue: catalogue)
      }
      let initializer =
        try session?.initializer(from: library) ?? catalogue.initializer(named: library)
      problems = InitializerExample(initializer).violations()
    }
    let isSound = tell(library, problems)
    withExtendedLifetime(session) {}
    try end(isSound)
  }

  private func checkScript() throws {
    let session = try LuaSession(
      isTrusted: true, interrupt: Interrupts.flag, catalogue: .command)
    var isSound = true
    for (name, problems, unchecked) in try session.checkFamilies(from: library) {
      isSound = tell(name, problems, unchecked) && isSound
    }
    try end(isSound)
  }

  /// Prints what is broken and what was not tried; whether nothing is broken.
  private func tell(_ name: String, _ problems: [String], _ unchecked: [String] = []) -> Bool {
    Console.print(problems.isEmpty ? "\(name): sound" : "\(name): broken")
    for problem in problems { Console.print("  \(problem)") }
    if !unchecked.isEmpty {
      Console.print("  not checked: \(unchecked.joined(separator: ", "))")
    }
    return problems.isEmpty
  }

  private func end(_ isSound: Bool) throws {
    guard !isSound else { return }
    try Console.flush()
    throw ExitStatus.failed
  }
}
