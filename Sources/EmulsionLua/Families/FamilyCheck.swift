import Emulsion
import EmulsionTestKit
import LuaBridge

/// `family:check`: the conformance kit on a family of a script.
struct FamilyCheck {
  let definition: ScriptDefinition
  let catalogue: Catalogue
  var parameters: [[String: ParameterValue]]?

  /// What the family breaks of the laws that fits rest on, a text each, and the laws that were not tried.
  ///
  /// Its components are those of the options, or of a fit of two to the data. Without `sample` the data
  /// are taken for drawn rows, and nothing is said of what only drawn rows can show.
  func findings(_ data: any DataSource) throws -> (problems: [String], unchecked: [String]) {
    let source = MatrixSource(try Matrix(reading: data), columnNames: data.columnNames)
    var catalogue = catalogue
    catalogue.register(definition)
    let draws = definition.functions.sample != nil
    let components: [[String: ParameterValue]]
    do { components = try parameters ?? fitted(source, catalogue) } catch let error as EmulsionError
      where [.script, .degenerate, .invalidData].contains(error.code)
    {
      // That no fit comes about is what is wrong with the family.
      return (["parameters: a fit to the data fails: \(error.message)"], [])
    }
    let findings = FamilyExample(
      definition, data: source, components: components,
      catalogue: catalogue, exempt: draws ? [] : [.recovery, .moments], drawsRows: draws
    ).findings()
    return (findings.violations.map(\.description), findings.unchecked.map(\.description))
  }

  private func fitted(_ data: MatrixSource, _ catalogue: Catalogue) throws -> [[String:
    ParameterValue]]
  {
    var options = FitOptions()
    options.family = definition
    options.components = 2
    options.restarts = 2
    options.maximumIterations = 50
    return try catalogue.fit(data, options).parameters.map(\.byName)
  }
}

extension OptionList where Target == FamilyCheck {
  /// The options of `family:check`.
  static var check: OptionList {
    OptionList(options: [
      LuaOption("parameters", "of a fit", "the parameters of two or more components to try") {
        $1.parameters = try $0.componentParameters("parameters")
      }
    ])
  }
}
