/// Restrictions of parameters by name.
///
/// A name is that of a parameter (`coefficients`), of one of its numbers (`coefficients.x`), or of the
/// number alone (`x`) where no other parameter has one of that name. Numbers are named by the terms or
/// columns that results show them under.
public struct ParameterConstraints: Sendable, Hashable, Codable {
  /// Parameters that all components share.
  public var tied: Set<String> = []
  /// Parameters that keep a given value.
  public var fixed: [String: ParameterValue] = [:]

  /// Parameters of single components that keep a given value, by the component from 0.
  public var components: [Int: [String: ParameterValue]] = [:]
  /// Whether families with other restrictions read the same sums, so that the coordinates that a family works in must
  /// not depend on what is restricted.
  public internal(set) var sharesCoordinates = false

  /// No restrictions.
  public init() {}

  /// Whether nothing is restricted.
  public var isEmpty: Bool {
    tied.isEmpty && fixed.isEmpty && components.isEmpty && !sharesCoordinates
  }

  /// What the restrictions make of each number of a component's parameters.
  ///
  /// - Parameters:
  ///   - parameters: Those of any component of the family, which tell names, shapes and labels.
  ///   - columns: The columns of the data, which name numbers without labels.
  ///   - family: The family's name, for errors.
  ///   - domains: The values that parameters may take, by their names; all numbers by default.
  ///   - wholes: Parameters that can be tied or fixed as a whole alone.
  /// - Throws: `invalid-option` for a name that is not there, a value of another shape or outside of
  ///   its domain, and for numbers that are restricted twice.
  func roles(
    of parameters: [NamedParameter], columns: [String], family: String,
    domains: [String: Support] = [:], wholes: Set<String> = []
  ) throws -> [ParameterRole] {
    let names = NumberNames(parameters, columns: columns, wholes: wholes, family: family)
    var roles = [ParameterRole](
      repeating: .free, count: parameters.reduce(0) { $0 + $1.value.numbers.count })
    func assign(_ role: ParameterRole, to place: Int, _ option: String, _ name: String) throws {
      guard roles[place] == .free else {
        throw EmulsionError(
          .invalidOption,
          "\(option): \(quoted(name)) is \(roles[place] == .tied ? "tied" : "fixed") already")
      }
      roles[place] = role
    }
    for (name, value) in fixed.sorted(by: { $0.key < $1.key }) {
      let target = try names.target(name, "fixed")
      let numbers = try target.numbers(value, name)
      let domain = domains[target.parameter.name] ?? .real
      for (place, number) in zip(target.places, numbers) {
        guard number.isFinite, domain.contains(number) else {
          let allowed = number.isFinite ? domain.description : "finite numbers"
          throw EmulsionError(
            .invalidOption,
            "fixed: \(name) holds \(number.formatted(significant: 15)), but takes \(allowed)")
        }
        try assign(.fixed(number), to: place, "fixed", name)
      }
    }
    for name in tied.sorted() {
      for place in try names.target(name, "tied").places {
        try assign(.tied, to: place, "tied", name)
      }
    }
    return roles
  }
}

/// How the numbers of a component's parameters are called.
private struct NumberNames {
  /// What a name stands for: a parameter, or one of its numbers.
  struct Target {
    let parameter: NamedParameter
    let places: Range<Int>

    /// The numbers of a given value; one number stands for one of the parameter, or for all alike.
    func numbers(_ value: ParameterValue, _ name: String) throws -> [Double] {
      switch (value, places.count, parameter.value) {
      case (.scalar(let number), 1, _): return [number]
      case (.scalar(let number), _, .vector): return places.map { _ in number }
      case (.matrix(let given), _, .matrix(let own))
      where given.rows == own.rows && given.columns == own.columns:
        return given.values
      case (.matrix(let given), _, .scalar), (.matrix(let given), _, .vector):
        if given.rows == 1 || given.columns == 1, given.values.count == places.count {
          return given.values
        }
      case (.vector(let given), _, .vector), (.vector(let given), 1, _):
        if given.count == places.count { return given }
      default: break
      }
      throw EmulsionError(
        .invalidOption,
        "fixed: \(name) is \(value.shape), not "
          + (places.count == 1 ? "a number" : parameter.value.shape))
    }
  }

  private let parameters: [NamedParameter]
  private let ranges: [Range<Int>]
  /// The names of each parameter's numbers; none where it goes as a whole.
  private let labels: [[String]]
  private let family: String

  init(_ parameters: [NamedParameter], columns: [String], wholes: Set<String>, family: String) {
    self.parameters = parameters
    self.family = family
    ranges = parameters.numberRanges
    labels = parameters.map { parameter in
      if wholes.contains(parameter.name) { return [] }
      let count = parameter.value.numbers.count
      if parameter.labels.count == count {
        // What results call "concomitant w" is the number w of concomitant.
        let prefix = parameter.name + " "
        return parameter.labels.map {
          $0.hasPrefix(prefix) ? String($0.dropFirst(prefix.count)) : $0
        }
      }
      if parameter.value.isMatrix { return [] }
      return columns.count == count ? columns : []
    }
  }

  /// What `name` stands for.
  func target(_ name: String, _ option: String) throws -> Target {
    if let p = parameters.firstIndex(where: { $0.name == name }) {
      return Target(parameter: parameters[p], places: ranges[p])
    }
    let found = parameters.indices.flatMap { p in
      labels[p].indices.filter { i in
        !labels[p][i].isEmpty
          && (labels[p][i] == name || "\(parameters[p].name).\(labels[p][i])" == name)
      }.map { (p, ranges[p].lowerBound + $0) }
    }
    guard let (p, place) = found.first else { throw unknown(name, option) }
    guard found.count == 1 else {
      let owners = found.map { parameters[$0.0].name }.joined(separator: " and ")
      throw EmulsionError(
        .invalidOption,
        "\(option): \(quoted(name)) is in \(owners); say which, as in "
          + quoted("\(parameters[p].name).\(name)"))
    }
    return Target(parameter: parameters[p], places: place..<place + 1)
  }

  private func unknown(_ name: String, _ option: String) -> EmulsionError {
    let start =
      "\(option): the family \(quoted(family)) has no parameter \(quoted(name)) to be \(option)"
    if let whole = parameters.indices.first(where: {
      labels[$0].isEmpty && name.hasPrefix(parameters[$0].name + ".")
    }) {
      return EmulsionError(
        .invalidOption, "\(start); \(parameters[whole].name) is \(option) as a whole or not at all")
    }
    let known = parameters.map(\.name) + labels.joined().filter { !$0.isEmpty }
    var names: [String] = []
    for name in known where !names.contains(name) { names.append(name) }
    return EmulsionError(.invalidOption, start + nameHint(for: name, among: names))
  }
}

extension ParameterValue {
  /// What it is, for error texts.
  package var shape: String {
    switch self {
    case .scalar: "a number"
    case .vector(let values): values.count.counted("number")
    case .matrix(let matrix): "a matrix of \(matrix.rows) × \(matrix.columns)"
    case .covariance(let covariance):
      "a matrix of \(covariance.dimension) × \(covariance.dimension)"
    }
  }
}

extension FamilyContext {
  /// What ``constraints`` make of each number of a component's parameters.
  ///
  /// - Parameters:
  ///   - parameters: Those of any component, which tell names, shapes and labels.
  ///   - family: The family's name, for errors.
  ///   - domains: The values that parameters may take, by their names; all numbers by default.
  ///   - wholes: Parameters that can be tied or fixed as a whole alone.
  /// - Throws: `invalid-option` for what does not fit; see ``ParameterConstraints``.
  public func roles(
    of parameters: [NamedParameter], family: String, domains: [String: Support] = [:],
    wholes: Set<String> = []
  ) throws -> [ParameterRole] {
    try constraints.roles(
      of: parameters, columns: data.columnNames, family: family, domains: domains, wholes: wholes)
  }
}
