import ArgumentParser
import Emulsion

/// `emulsion doctor`
struct DoctorCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "doctor",
    abstract: "See whether everything is there and works.",
    discussion: """
      Each line is ok, or tells what is missing (--) or broken (!!) and what to do. Only what is broken \
      makes the command fail.
      """)

  @OptionGroup var plugins: PluginOptions

  func run() throws {
    Console.print("emulsion \(emulsionVersion)")
    var problem: (any Error)?
    var catalogue = Catalogue.command
    do { catalogue = try plugins.catalogue() } catch { problem = error }
    let findings = Examination(catalogue: catalogue, plugins: problem).findings
    for finding in findings {
      let gap = String(repeating: " ", count: max(1, 11 - finding.subject.count))
      Console.print("\(finding.state.rawValue)  \(finding.subject)\(gap)\(finding.text)")
    }
    if findings.contains(where: { $0.state == .broken }) { throw ExitStatus.failed }
  }
}
