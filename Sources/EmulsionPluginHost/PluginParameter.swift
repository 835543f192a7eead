import CEmulsionPlugin
import Emulsion

/// A parameter of a family in a shared library.
struct PluginParameter: Sendable {
  enum Shape: Sendable {
    case scalar
    case vector
    case matrix
  }

  let name: String
  let shape: Shape
  let domain: Support

  /// How many numbers it has.
  func count(_ columns: Int) -> Int {
    switch shape {
    case .scalar: 1
    case .vector: columns
    case .matrix: columns * columns
    }
  }

  /// Its value as users see it; a vector of one column is a number.
  func value(_ numbers: ArraySlice<Double>, columns: Int) -> ParameterValue {
    switch shape {
    case .matrix:
      .matrix(Matrix(rows: columns, columns: columns, values: Array(numbers)))
    case .scalar, .vector:
      numbers.count == 1 ? .scalar(numbers[numbers.startIndex]) : .vector(Array(numbers))
    }
  }
}

extension [PluginParameter] {
  /// How many numbers they have together.
  func count(_ columns: Int) -> Int { reduce(0) { $0 + $1.count(columns) } }

  /// The places of each one's numbers.
  func ranges(_ columns: Int) -> [Range<Int>] {
    var end = 0
    return map { parameter in
      let start = end
      end += parameter.count(columns)
      return start..<end
    }
  }

  /// The first number that is not finite or not allowed.
  func firstWrong(in values: [Double], columns: Int) -> (name: String, value: Double)? {
    for (parameter, range) in zip(self, ranges(columns)) {
      for value in values[range] where !value.isFinite || !parameter.domain.contains(value) {
        return (parameter.name, value)
      }
    }
    return nil
  }
}
