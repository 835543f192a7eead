import Emulsion

/// How a parameter that must keep within borders is written by numbers that need not.
enum ParameterTransform: String, CaseIterable, Sendable {
  /// Any numbers: they are themselves.
  case real
  /// Numbers above 0, by their logarithms.
  case positive
  /// Numbers above 0 and below 1, by their log-odds.
  case interval
  /// Numbers above 0 that sum to 1, by their log-ratios to the last.
  case simplex

  /// What is allowed, as the end of a sentence.
  var description: String {
    switch self {
    case .real: "finite numbers"
    case .positive: "numbers > 0"
    case .interval: "numbers above 0 and below 1"
    case .simplex: "numbers ≥ 0 that sum to 1"
    }
  }

  func allows(_ values: [Double]) -> Bool {
    switch self {
    case .real: true
    case .positive: values.allSatisfy { $0 > 0 }
    case .interval: values.allSatisfy { $0 > 0 && $0 < 1 }
    case .simplex:
      values.allSatisfy { $0 >= 0 } && abs(values.reduce(0, +) - 1) <= 1e-6
    }
  }

  /// How many numbers are free.
  func count(_ numbers: Int) -> Int { self == .simplex ? max(0, numbers - 1) : numbers }

  /// How far a coordinate may be moved to measure a slope: those that are logarithms know their scale.
  var largestStep: Double { self == .real ? .infinity : 0.1 }

  /// The free numbers.
  func coordinates(of values: [Double]) -> [Double] {
    switch self {
    case .real: values
    case .positive: values.map(Stretching.logarithm.coordinate)
    case .interval: values.map(Stretching.logit.coordinate)
    case .simplex:
      // A probability of 0 has no logarithm; one this small can still grow.
      values.dropLast().map {
        Elementary.log(max($0, 1e-12)) - Elementary.log(max(values[values.count - 1], 1e-12))
      }
    }
  }

  /// The parameter that free numbers stand for.
  func values(at coordinates: ArraySlice<Double>) -> [Double] {
    switch self {
    case .real: return Array(coordinates)
    case .positive: return coordinates.map(Stretching.logarithm.value)
    case .interval: return coordinates.map(Stretching.logit.value)
    case .simplex:
      let largest = max(0, coordinates.max() ?? 0)
      let raw = (coordinates + [0]).map { Elementary.exp($0 - largest) }
      let sum = raw.reduce(0, +)
      return raw.map { $0 / sum }
    }
  }
}

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
