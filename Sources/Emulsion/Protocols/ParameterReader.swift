/// Reads a component's parameters by name, with errors that say which one is wrong and how.
///
/// Take every parameter that the family has, then call ``finish()``.
public struct ParameterReader {
  private let values: [String: ParameterValue]
  private let family: String
  private var known: [String] = []

  /// Begins to read the parameters of a component of `family`.
  public init(_ values: [String: ParameterValue], of family: String) {
    self.values = values
    self.family = family
  }

  /// A parameter of `count` numbers; one number stands for one of them, or for all alike.
  ///
  /// - Parameters:
  ///   - name: The parameter.
  ///   - count: How many numbers it has.
  ///   - domain: Which numbers are allowed.
  ///   - standard: What it is where it was left out; `nil` where it is needed.
  /// - Throws: `invalid-option`.
  public mutating func numbers(
    _ name: String, count: Int, in domain: Support = .real, default standard: [Double]? = nil
  ) throws -> [Double] {
    known.append(name)
    let list: [Double]
    switch values[name] {
    case .scalar(let value): list = Array(repeating: value, count: count)
    case .vector(let values): list = values
    case .matrix(let matrix) where matrix.rows == 1 || matrix.columns == 1: list = matrix.values
    case .matrix(let matrix):
      throw wrong(name, "is a matrix of \(matrix.rows) × \(matrix.columns), not \(count) numbers")
    case .covariance(let covariance):
      let d = covariance.dimension
      throw wrong(name, "is a matrix of \(d) × \(d), not \(count) numbers")
    case nil:
      guard let standard else { throw wrong(name, "is missing") }
      list = standard
    }
    guard list.count == count else {
      throw wrong(name, "has \(list.count.counted("number")), not \(count)")
    }
    for value in list where !value.isFinite || !domain.contains(value) {
      let what = value.isFinite ? domain.description : "finite numbers"
      throw wrong(name, "holds \(value.formatted(significant: 15)), but takes \(what)")
    }
    return list
  }

  /// A parameter of one number.
  public mutating func number(
    _ name: String, in domain: Support = .real, default standard: Double? = nil
  ) throws -> Double {
    try numbers(name, count: 1, in: domain, default: standard.map { [$0] })[0]
  }

  /// Throws `invalid-option` for parameters that were not taken.
  public func finish() throws {
    for name in values.keys.sorted() where !known.contains(name) {
      let hint =
        spellingHint(for: name, among: known) ?? "; it has \(known.joined(separator: ", "))"
      throw EmulsionError(
        .invalidOption,
        "a component of the family \(quoted(family)) has no parameter "
          + "\(quoted(name))\(hint)")
    }
  }

  private func wrong(_ name: String, _ problem: String) -> EmulsionError {
    EmulsionError(
      .invalidOption, "a start's component of the family \(quoted(family)): \(name) \(problem)")
  }
}
