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

  func fixedValues() throws -> [String: ParameterValue] {
    guard let table else { throw mustBe("fixed", "a table of values by name") }
    var values: [String: ParameterValue] = [:]
    for (key, value) in try table.pairs() {
      guard let name = key.string else { throw key.mustBe("fixed", "named parameters") }
      let inner = try value.table?.pairs() ?? []
      guard inner.contains(where: { $0.0.string != nil }) else {
        values[name] = try value.parameterValue("fixed.\(name)")
        continue
      }
      for (label, number) in inner {
        guard let label = label.string else {
          throw label.mustBe("fixed.\(name)", "a list of numbers, or numbers by name")
        }
        values["\(name).\(label)"] = try number.parameterValue("fixed.\(name).\(label)")
      }
    }
    return values
  }
}
