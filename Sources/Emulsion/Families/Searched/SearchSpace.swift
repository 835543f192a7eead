/// The numbers of a component's parameters that a search may change, by coordinates without borders.
struct SearchSpace {
  /// One parameter, and what becomes of its numbers.
  private struct Part {
    let parameter: NamedParameter
    let roles: [ParameterRole]
    let transform: ParameterTransform

    /// How many numbers are not fixed.
    var unfixed: Int { roles.count { $0.fixedValue == nil } }
    /// How many coordinates stand for these.
    var coordinateCount: Int { transform.count(unfixed) }
  }

  private let parts: [Part]

  /// - Parameters:
  ///   - parameters: The component's.
  ///   - roles: Of all their numbers; a simplex has one role throughout.
  ///   - transform: How each parameter is written without borders.
  init(
    _ parameters: [NamedParameter], _ roles: [ParameterRole],
    _ transform: (_ name: String) -> ParameterTransform
  ) {
    parts = zip(parameters, parameters.numberRanges).map { parameter, range in
      Part(
        parameter: parameter, roles: Array(roles[range]), transform: transform(parameter.name))
    }
  }

  /// Of every coordinate, those of fixed numbers left out.
  var coordinateRoles: [ParameterRole] {
    parts.flatMap { part in
      part.roles.filter { $0.fixedValue == nil }.prefix(part.coordinateCount)
    }
  }

  /// How many coordinates there would be without restrictions.
  var unrestrictedCount: Int { parts.reduce(0) { $0 + $1.transform.count($1.roles.count) } }

  /// How far each coordinate may be moved to measure a slope.
  var largestSteps: [Double] {
    parts.flatMap { Array(repeating: $0.transform.largestStep, count: $0.coordinateCount) }
  }

  /// Where the component stands.
  var coordinates: [Double] {
    parts.flatMap { part in
      let own = zip(part.parameter.value.numbers, part.roles).filter { $1.fixedValue == nil }
      return part.transform.coordinates(of: own.map(\.0))
    }
  }

  /// The parameters at a point.
  func parameters(at point: [Double]) -> [NamedParameter] {
    var rest = point[...]
    return parts.map { part in
      let count = part.coordinateCount
      var values = part.transform.values(at: rest.prefix(count))[...]
      rest = rest.dropFirst(count)
      let numbers = part.roles.map { $0.fixedValue ?? values.removeFirst() }
      let parameter = part.parameter
      return parameter.with(parameter.value.with(numbers))
    }
  }
}
