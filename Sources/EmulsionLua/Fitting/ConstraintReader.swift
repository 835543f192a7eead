import Emulsion
import LuaBridge

/// What the options `tied` and `fixed` name: `{ "rate" }` and `{ rate = 2 }` for parameters,
/// `{ coefficients = { "x" } }` and `{ coefficients = { x = 0 } }` for single numbers of them.
extension LuaValue {
  func tiedNames() throws -> Set<String> {
    if let name = string { return [name] }
    guard let table else { throw mustBe("tied", "a name or a list of names") }
    var names: Set<String> = []
    for (key, value) in try table.pairs() {
      if key.string == nil {
        names.insert(try value.text("tied[\(key.explanation)]"))
      } else if let parameter = key.string {
        for name in try value.texts("tied.\(parameter)") { names.insert("\(parameter).\(name)") }
      }
    }
    return names
  }

  /// The option `fixed`: what all components keep, and in `components = { [1] = { rate = 0 } }` single ones.
  func fixedParameters() throws -> (
    all: [String: ParameterValue], components: [Int: [String: ParameterValue]]
  ) {
    guard let table else { throw mustBe("fixed", "a table of values by name") }
    let option = "fixed.components"
    let own = try table.get("components")
    if own.isNil { return (try fixedValues("fixed"), [:]) }
    guard let list = own.table else {
      throw own.mustBe(option, "a table by component, as in { [1] = { rate = 0 } }")
    }
    var components: [Int: [String: ParameterValue]] = [:]
    for (key, value) in try list.pairs() {
      guard let k = key.integer, k >= 1 else {
        throw key.mustBe(option, "a table by component, from 1")
      }
      let values = try value.fixedValues("\(option)[\(k)]")
      guard !values.isEmpty else {
        throw value.mustBe("\(option)[\(k)]", "a table of values by name, with one at least")
      }
      components[k - 1] = values
    }
    let rest = try LuaValue.table(table.without("components")).fixedValues("fixed")
    return (rest, components)
  }

  private func fixedValues(_ option: String) throws -> [String: ParameterValue] {
    guard let table else { throw mustBe(option, "a table of values by name") }
    var values: [String: ParameterValue] = [:]
    for (key, value) in try table.pairs() {
      guard let name = key.string else { throw key.mustBe(option, "named parameters") }
      let inner = try value.table?.pairs() ?? []
      guard inner.contains(where: { $0.0.string != nil }) else {
        values[name] = try value.parameterValue("\(option).\(name)")
        continue
      }
      for (label, number) in inner {
        guard let label = label.string else {
          throw label.mustBe("\(option).\(name)", "a list of numbers, or numbers by name")
        }
        values["\(name).\(label)"] = try number.parameterValue("\(option).\(name).\(label)")
      }
    }
    return values
  }
}
