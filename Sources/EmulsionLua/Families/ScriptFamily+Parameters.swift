import Emulsion
import LuaBridge

extension ScriptFamily {
  func parameters(of component: ScriptComponent) -> [NamedParameter] { component.parameters }

  /// A component from parameters by name; those left out are the initial ones.
  func component(from parameters: [String: ParameterValue]) throws -> ScriptComponent {
    var all = parameters
    for standard in initial ?? [] where all[standard.name] == nil {
      all[standard.name] = standard.value
    }
    do {
      return try made(of: all, "start")
    } catch let error as EmulsionError where error.code != .cancelled {
      throw EmulsionError(.invalidOption, error.message)
    }
  }

  /// The same, with the mean log-density that `component` was found with.
  func component(from parameters: [String: ParameterValue], replacing component: ScriptComponent)
    throws -> ScriptComponent
  {
    var result = try self.component(from: parameters)
    result.height = component.height
    return result
  }

  /// The script's.
  func transform(ofParameter name: String) -> ParameterTransform {
    functions.transforms[name] ?? .real
  }

  /// A component of parameters that a function returned, after checking them.
  func made(of parameters: [String: ParameterValue], _ role: String) throws -> ScriptComponent {
    var component = try checked(parameters, role)
    component.freeParameters = try freeParameters(of: component.parameters)
    component.moments = try moments(of: component.parameters)
    if functions.isNumeric && !isSearched {
      component.differences = CentralDifferences(
        at: ParameterSpace(component.parameters, functions.transforms).coordinates)
    }
    return component
  }

  /// The same of parameters in their order.
  func made(of parameters: [NamedParameter], _ role: String) throws -> ScriptComponent {
    try made(of: parameters.byName, role)
  }

  /// The parameters in their order, each of its kind and size, finite and in its domain.
  func checked(_ parameters: [String: ParameterValue], _ role: String) throws -> ScriptComponent {
    let known = functions.order ?? initial?.map(\.name)
    if let known {
      for name in parameters.keys.sorted() where !known.contains(name) {
        let hint = spellingHint(for: name, among: known)
        throw functions.failure(
          role,
          "there is no parameter \"\(name)\"\(hint ?? "; it has \(known.joined(separator: ", "))")")
      }
      if let missing = known.first(where: { parameters[$0] == nil }) {
        throw functions.failure(role, "the parameter \(missing) is missing")
      }
    }
    let names = known ?? parameters.keys.sorted()
    guard !names.isEmpty else { throw functions.failure(role, "there are no parameters") }
    return ScriptComponent(
      try names.map { name in
        try checked(name, parameters[name] ?? .vector([]), role)
      })
  }

  private func checked(_ name: String, _ value: ParameterValue, _ role: String) throws
    -> NamedParameter
  {
    var value = value
    if let standard = initial?.first(where: { $0.name == name })?.value {
      if standard.numbers.count == 1 && value.numbers.count == 1 {
        value = standard.with(value.numbers)
      }
      guard value.quantity == standard.quantity else {
        throw functions.failure(role, "\(name) is \(value.quantity), not \(standard.quantity)")
      }
    }
    let numbers = value.numbers
    if let wrong = numbers.first(where: { !$0.isFinite }) {
      throw functions.failure(
        role, "\(name) came out as \(wrong.formatted(significant: 6))",
        // Infinite is what collapses; it is another start's turn.
        wrong.isNaN || role != "estimate" ? .script : .degenerate)
    }
    let transform = functions.transforms[name] ?? .real
    guard transform.allows(numbers) else {
      let list = numbers.map { $0.formatted(significant: 6) }.joined(separator: ", ")
      throw functions.failure(role, "\(name) is \(list), but takes \(transform.description)")
    }
    return NamedParameter(name, value)
  }

  /// What the script says, or how many numbers are free.
  private func freeParameters(of parameters: [NamedParameter]) throws -> Int {
    guard let function = functions.freeParameters else {
      return ParameterSpace(parameters, functions.transforms).count
    }
    let value = try functions.call(function, "free_parameters", parameters.record)
    guard let count = value.integer, count >= 0 else {
      throw functions.failure(
        "free_parameters", "must return a whole number ≥ 0, not \(value.explanation)")
    }
    return count
  }

  /// Writes the number of columns.
  func encode(to encoder: any Encoder) throws { try SavedDimension(dimension).encode(to: encoder) }

  init(reading decoder: any Decoder, _ functions: ScriptFunctions) throws {
    try self.init(
      functions, columns: SavedDimension(from: decoder).columns, initial: functions.initial)
  }

  /// Reads back a component with parameters that the family has.
  func decodeComponent(from decoder: any Decoder) throws -> ScriptComponent {
    let parameters = try ScriptComponent(from: decoder).parameters
    do {
      return try made(of: parameters, "a component")
    } catch let error as EmulsionError where error.code != .cancelled {
      throw EmulsionError(
        .invalidData, "\(error.message); it was saved with another definition of this name")
    }
  }
}

extension ParameterValue {
  /// What it is in scripts.
  fileprivate var quantity: String {
    switch self {
    case .scalar: "a number"
    case .vector(let values): "a Vector of \(values.count)"
    case .matrix(let matrix): "a Matrix \(matrix.rows) × \(matrix.columns)"
    case .covariance(let covariance):
      "a Matrix \(covariance.dimension) × \(covariance.dimension)"
    }
  }
}
