/// How a parameter that must keep within borders is written by numbers that need not.
public enum ParameterTransform: String, CaseIterable, Sendable {
  /// Any numbers: they are themselves.
  case real
  /// Numbers above 0, by their logarithms.
  case positive
  /// Numbers above 0 and below 1, by their log-odds.
  case interval
  /// Numbers above 0 that sum to 1, by their log-ratios to the last.
  case simplex

  /// What is allowed, as the end of a sentence.
  package var description: String {
    switch self {
    case .real: "finite numbers"
    case .positive: "numbers > 0"
    case .interval: "numbers above 0 and below 1"
    case .simplex: "numbers ≥ 0 that sum to 1"
    }
  }

  package func allows(_ values: [Double]) -> Bool {
    switch self {
    case .real: true
    case .positive: values.allSatisfy { $0 > 0 }
    case .interval: values.allSatisfy { $0 > 0 && $0 < 1 }
    case .simplex:
      values.allSatisfy { $0 >= 0 } && abs(values.reduce(0, +) - 1) <= 1e-6
    }
  }

  /// What one number may be.
  var support: Support {
    switch self {
    case .real: .real
    case .positive: .positive
    case .interval: .openUnitInterval
    case .simplex: .unitInterval
    }
  }

  /// How many numbers are free.
  package func count(_ numbers: Int) -> Int { self == .simplex ? max(0, numbers - 1) : numbers }

  /// How far a coordinate may be moved to measure a slope: those that are logarithms know their scale.
  package var largestStep: Double { self == .real ? .infinity : 0.1 }

  /// The free numbers.
  package func coordinates(of values: [Double]) -> [Double] {
    switch self {
    case .real: values
    case .positive: values.map(UnboundedScale.logarithm.coordinate)
    case .interval: values.map(UnboundedScale.logit.coordinate)
    case .simplex:
      // A probability of 0 has no logarithm; one this small can still grow.
      values.dropLast().map {
        Elementary.log(max($0, 1e-12)) - Elementary.log(max(values[values.count - 1], 1e-12))
      }
    }
  }

  /// The parameter that free numbers stand for.
  package func values(at coordinates: ArraySlice<Double>) -> [Double] {
    switch self {
    case .real: return Array(coordinates)
    case .positive: return coordinates.map(UnboundedScale.logarithm.value)
    case .interval: return coordinates.map(UnboundedScale.logit.value)
    case .simplex:
      let largest = max(0, coordinates.max() ?? 0)
      let raw = (coordinates + [0]).map { Elementary.exp($0 - largest) }
      let sum = raw.reduce(0, +)
      return raw.map { $0 / sum }
    }
  }
}
