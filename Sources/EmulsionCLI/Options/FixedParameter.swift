import ArgumentParser
import Emulsion

/// A parameter and the value it keeps: `rate=2`, `mean=0,1` or, of a single number, `coefficients.x=0`.
struct FixedParameter: ExpressibleByArgument, Hashable, Sendable {
  var name: String
  var value: ParameterValue

  init?(argument: String) {
    guard let sign = argument.lastIndex(of: "="), sign != argument.startIndex else { return nil }
    name = String(argument[..<sign])
    let texts = argument[argument.index(after: sign)...]
      .split(separator: ",", omittingEmptySubsequences: false)
    let numbers = texts.compactMap { Double($0) }
    guard numbers.count == texts.count, let first = numbers.first else { return nil }
    value = numbers.count == 1 ? .scalar(first) : .vector(numbers)
  }

  /// The component from 0 and its parameter, of a name such as `components.1.rate`.
  var component: (Int, String)? {
    let parts = name.split(separator: ".", maxSplits: 2, omittingEmptySubsequences: false)
    guard parts.count == 3, parts[0] == "components", let k = Int(parts[1]), k >= 1 else {
      return nil
    }
    return (k - 1, String(parts[2]))
  }

  var defaultValueDescription: String { name }
}
