/// The numbers of a component's parameters that a search may change, by coordinates without borders.
struct SearchSpace {
  private let template: [NamedParameter]
  private let transforms: [ParameterTransform]
  private let roles: [ParameterRole]
  /// Of every coordinate, those of fixed numbers left out.
  let coordinateRoles: [ParameterRole]

  /// - Parameters:
  ///   - parameters: The component's.
  ///   - roles: Of all their numbers; a simplex has one role throughout.
  ///   - transform: How each parameter is written without borders.
  init(
    _ parameters: [NamedParameter], _ roles: [ParameterRole],
    _ transform: (_ name: String) -> ParameterTransform
  ) {
    template = parameters
    transforms = parameters.map { transform($0.name) }
    self.roles = roles
    coordinateRoles = zip(zip(template.numberRanges, transforms), template).flatMap { place, _ in
      let own = roles[place.0].filter { $0.fixedValue == nil }
      return Array(own.prefix(place.1.count(own.count)))
    }
  }

  /// How many coordinates there would be without restrictions.
  var unrestrictedCount: Int {
    zip(template, transforms).reduce(0) { $0 + $1.1.count($1.0.value.numbers.count) }
  }

  /// How far each coordinate may be moved to measure a slope.
  var largestSteps: [Double] {
    zip(template.numberRanges, transforms).flatMap { range, transform in
      let own = roles[range].filter { $0.fixedValue == nil }.count
      return Array(repeating: transform.largestStep, count: transform.count(own))
    }
  }

  /// Where the component stands.
  var coordinates: [Double] {
    zip(zip(template, template.numberRanges), transforms).flatMap { place, transform in
      let own = zip(place.0.value.numbers, roles[place.1]).filter { $1.fixedValue == nil }
      return transform.coordinates(of: own.map(\.0))
    }
  }

  /// The parameters at a point.
  func parameters(at point: [Double]) -> [NamedParameter] {
    var rest = point[...]
    return zip(zip(template, template.numberRanges), transforms).map { place, transform in
      let (parameter, range) = place
      let own = roles[range].filter { $0.fixedValue == nil }.count
      let count = transform.count(own)
      var values = transform.values(at: rest.prefix(count))[...]
      rest = rest.dropFirst(count)
      let numbers = roles[range].map { $0.fixedValue ?? values.removeFirst() }
      return NamedParameter(
        parameter.name, parameter.value.with(numbers), labels: parameter.labels)
    }
  }
}
