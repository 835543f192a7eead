import Emulsion

/// The free numbers of a component's parameters, one after the other.
struct ParameterSpace {
  private let template: [NamedParameter]
  private let transforms: [ParameterTransform]

  /// The space of parameters like these.
  init(_ parameters: [NamedParameter], _ transforms: [String: ParameterTransform]) {
    template = parameters
    self.transforms = parameters.map { transforms[$0.name] ?? .real }
  }

  /// How many numbers are free.
  var count: Int {
    zip(template, transforms).reduce(0) { $0 + $1.1.count($1.0.value.numbers.count) }
  }

  /// How far each may be moved to measure a slope.
  var largestSteps: [Double] {
    zip(template, transforms).flatMap { parameter, transform in
      Array(
        repeating: transform.largestStep, count: transform.count(parameter.value.numbers.count))
    }
  }

  /// The free numbers of the parameters that it was made from.
  var coordinates: [Double] {
    zip(template, transforms).flatMap { $1.coordinates(of: $0.value.numbers) }
  }

  /// The parameters at a point.
  func parameters(at point: [Double]) -> [NamedParameter] {
    var end = 0
    return zip(template, transforms).map { parameter, transform in
      let start = end
      end += transform.count(parameter.value.numbers.count)
      return NamedParameter(
        parameter.name, parameter.value.with(transform.values(at: point[start..<end])))
    }
  }
}
