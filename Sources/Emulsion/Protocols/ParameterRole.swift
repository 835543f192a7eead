/// What becomes of one number of a component's parameters in a fit.
public enum ParameterRole: Sendable, Hashable {
  /// Each component has its own, which is estimated.
  case free
  /// All components share one, which is estimated.
  case tied
  /// All components have this one.
  case fixed(Double)

  /// The number it is fixed at.
  public var fixedValue: Double? {
    if case .fixed(let value) = self { value } else { nil }
  }
}

extension ParameterRole: Codable {
  /// Reads `"free"`, `"tied"` or a number.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.singleValueContainer()
    if let value = try? container.decode(Double.self) {
      self = .fixed(value)
    } else {
      self = try container.decode(String.self) == "tied" ? .tied : .free
    }
  }

  /// Writes `"free"`, `"tied"` or the number.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    switch self {
    case .free: try container.encode("free")
    case .tied: try container.encode("tied")
    case .fixed(let value): try container.encode(value)
    }
  }
}

/// The roles of the numbers of a component's parameters, in the order of
/// ``ParameterSchema/parameters(of:)``, matrices row by row.
extension [ParameterRole] {
  /// Whether nothing is tied or fixed.
  public var isFree: Bool { allSatisfy { $0 == .free } }
  /// Whether anything is tied.
  public var hasTied: Bool { contains(.tied) }

  /// These, or where there are none `count` that are free.
  public func completed(to count: Int) -> [ParameterRole] {
    isEmpty ? Array(repeating: .free, count: count) : self
  }

  /// How many numbers K components have to be estimated, where none depends on another.
  public func freeParameters(components k: Int) -> Int {
    reduce(0) { $0 + ($1 == .free ? k : $1 == .tied ? 1 : 0) }
  }

  /// The numbers of all components, K × p, with what is fixed put in place and what is tied averaged.
  public func applied(to numbers: [[Double]], weights: [Double]) -> [[Double]] {
    let total = weights.reduce(0, +)
    var result = numbers
    for (i, role) in enumerated() where role != .free {
      let mean = zip(numbers, weights).reduce(0) { $0 + $1.0[i] * ($1.1 / total) }
      // An average of equal numbers may differ from them in its last digit.
      let isShared = numbers.allSatisfy { $0[i] == numbers[0][i] }
      let value = role.fixedValue ?? (isShared ? numbers[0][i] : mean)
      for k in result.indices { result[k][i] = value }
    }
    return result
  }
}

extension KeyedDecodingContainer {
  /// The roles of a family's numbers as its `encode(to:)` wrote them; all free where it wrote none.
  ///
  /// - Throws: `invalid-data` where they are not `count`.
  public func roles(forKey key: Key, count: Int) throws -> [ParameterRole] {
    guard let roles = try decodeIfPresent([ParameterRole].self, forKey: key) else {
      return Array(repeating: .free, count: count)
    }
    guard roles.count == count else {
      throw EmulsionError(
        .invalidData, "the family restricts \(roles.count.counted("number")), but has \(count)")
    }
    return roles
  }
}

extension ComponentFamily {
  /// Components of given parameters that keep to ``roles``; what is fixed may be left out.
  func components(from list: [[String: ParameterValue]], weights: [Double]) throws -> [Component] {
    let (schema, roles, own) = (schema, schema.roles, schema.rolesByComponent)
    guard !roles.isFree || !own.isEmpty,
      let template = try schema.neutralComponents(1).first.map(schema.parameters)
    else {
      return try list.map { try schema.component(from: $0) }
    }
    func fixed(_ roles: [ParameterRole]) -> [String: ParameterValue] {
      var fixed: [String: ParameterValue] = [:]
      guard !roles.isEmpty else { return fixed }
      for (parameter, range) in zip(template, template.numberRanges) {
        let values = roles[range].compactMap(\.fixedValue)
        if values.count == range.count { fixed[parameter.name] = parameter.value.with(values) }
      }
      return fixed
    }
    let common = fixed(roles)
    return try schema.keeping(
      list.enumerated().map { k, given in
        try schema.component(from: given.merging(own[k].map(fixed) ?? common) { $1 })
      }, weights: weights)
  }
}

extension [NamedParameter] {
  /// Where each one's numbers stand among those of all.
  package var numberRanges: [Range<Int>] {
    var end = 0
    return map { parameter in
      let start = end
      end += parameter.value.numbers.count
      return start..<end
    }
  }

  /// The same parameters with other numbers.
  package func with(_ numbers: [Double]) -> [NamedParameter] {
    zip(self, numberRanges).map { $0.with($0.value.with(numbers[$1])) }
  }
}

extension ParameterValue {
  /// A vector, or a number where there is one alone.
  package static func numbers(_ values: [Double]) -> ParameterValue {
    values.count == 1 ? .scalar(values[0]) : .vector(values)
  }

  /// A value of the same shape with other numbers.
  package func with(_ numbers: some Collection<Double>) -> ParameterValue {
    switch self {
    case .scalar(let value): .scalar(numbers.first ?? value)
    case .vector: .vector(Array(numbers))
    case .matrix(let matrix):
      .matrix(Matrix(rows: matrix.rows, columns: matrix.columns, values: Array(numbers)))
    case .covariance(let covariance):
      .matrix(
        Matrix(
          rows: covariance.dimension, columns: covariance.dimension, values: Array(numbers)))
    }
  }
}
