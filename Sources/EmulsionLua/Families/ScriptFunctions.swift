import Emulsion
import LuaBridge

/// What a script gave to `em.family`.
struct ScriptFunctions: Sendable {
  var name = ""
  var logDensity: LuaFunction?
  var statistics: LuaFunction?
  var estimate: LuaFunction?
  var start: LuaFunction?
  var sample: LuaFunction?
  var freeParameters: LuaFunction?
  var moments: LuaFunction?
  /// A function that makes the initial parameters of the data.
  var initialFunction: LuaFunction?
  var initial: [String: ParameterValue]?
  /// The names of the parameters in the order in which they are shown.
  var order: [String]?
  var transforms: [String: ParameterTransform] = [:]
  var support = Support.real
  /// Whether densities are probabilities, which are at most 1.
  var isDiscrete = false

  /// Whether parameters are found by maximising the log-density, for want of an M step.
  var isNumeric: Bool { estimate == nil }

  /// The names of the functions there are.
  var given: [String] {
    [
      ("log_density", logDensity), ("statistics", statistics), ("estimate", estimate),
      ("start", start), ("sample", sample), ("free_parameters", freeParameters),
      ("moments", moments),
    ].compactMap { $0.1 == nil ? nil : $0.0 }
  }

  /// Calls one of the functions.
  ///
  /// - Returns: Its first result.
  /// - Throws: `cancelled` where an interrupt came, else `script` with the family, the function and
  ///   what it raised.
  func call(_ function: LuaFunction, _ role: String, _ arguments: any LuaConvertible...) throws
    -> LuaValue
  { try results(function, role, arguments).first ?? .nil }

  /// Calls one of the functions, for all of its results.
  func results(_ function: LuaFunction, _ role: String, _ arguments: [any LuaConvertible]) throws
    -> [LuaValue]
  {
    do {
      return try function.call(arguments)
    } catch let error as LuaError {
      if error.kind == .interrupted { throw EmulsionError(.cancelled, "interrupted") }
      throw failure(role, error.description)
    }
  }

  /// The error that a function did what it must not.
  func failure(_ role: String, _ problem: String, _ code: EmulsionError.Code = .script)
    -> EmulsionError
  {
    let line = problem.split(whereSeparator: \.isNewline).joined(separator: " ")
    return EmulsionError(code, "the family \"\(name)\": \(role): \(line)")
  }

  /// The parameters that a function returned.
  func parameters(_ value: LuaValue, _ role: String) throws -> [String: ParameterValue] {
    guard let table = value.table else {
      throw failure(role, "must return a table of parameters by name, not \(value.explanation)")
    }
    do {
      return try table.parameterValues()
    } catch let error as EmulsionError {
      throw failure(role, error.message)
    }
  }
}

extension LuaTable {
  /// Parameters by name: numbers, Vectors and lists, Matrices and lists of lists.
  ///
  /// - Parameter place: What error texts call the table, if anything.
  func parameterValues(_ place: String? = nil) throws -> [String: ParameterValue] {
    var result: [String: ParameterValue] = [:]
    for (key, value) in try pairs() {
      guard let name = key.string else {
        throw key.mustBe(place ?? "what it returns", "named parameters")
      }
      result[name] = try value.parameterValue(place.map { "\($0).\(name)" } ?? name)
    }
    return result
  }
}

extension LuaValue {
  /// The parameters of each component.
  func componentParameters(_ name: String) throws -> [[String: ParameterValue]] {
    guard let table else { throw mustBe(name, "a list of tables") }
    return try table.list().enumerated().map { position, element in
      let place = "\(name)[\(position + 1)]"
      guard let component = element.table else { throw element.mustBe(place, "a table") }
      return try component.parameterValues(place)
    }
  }

  /// The value of a parameter.
  func parameterValue(_ place: String) throws -> ParameterValue {
    if let number { return .scalar(number) }
    if let numbers = try numberList() { return .vector(numbers) }
    guard table != nil || object(as: MatrixObject.self) != nil else {
      throw mustBe(place, "a number, a Vector, a Matrix or a list")
    }
    if let covariance = object(as: MatrixObject.self)?.covariance { return .covariance(covariance) }
    return .matrix(try matrix(place))
  }
}

extension ParameterValue {
  /// The value as scripts get it.
  var scriptValue: any LuaConvertible {
    switch self {
    case .scalar(let value): value
    case .vector(let values): VectorObject(values)
    case .matrix(let matrix): MatrixObject(matrix)
    case .covariance(let covariance): MatrixObject(covariance)
    }
  }
}

extension [NamedParameter] {
  /// A table by name, as scripts get it.
  var record: LuaRecord { LuaRecord(map { ($0.name, $0.value.scriptValue) }) }
}
