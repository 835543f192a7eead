/// The value of a component's named parameter, in the units of the data.
public enum ParameterValue: Sendable, Hashable, Codable {
  case scalar(Double)
  case vector([Double])
  case matrix(Matrix)
  /// A covariance, whose matrix is made when it is asked for.
  case covariance(Covariance)

  /// Its numbers, one after the other; of a matrix row by row.
  public var numbers: [Double] {
    switch self {
    case .scalar(let number): [number]
    case .vector(let numbers): numbers
    case .matrix(let matrix): matrix.values
    case .covariance(let covariance): covariance.values
    }
  }

  /// Whether it is a matrix.
  var isMatrix: Bool {
    switch self {
    case .scalar, .vector: false
    case .matrix, .covariance: true
    }
  }

  /// The matrix, where it is one.
  public var matrix: Matrix? {
    switch self {
    case .scalar, .vector: nil
    case .matrix(let matrix): matrix
    case .covariance(let covariance): covariance.matrix
    }
  }
}

/// A component's parameter, as users see it.
public struct NamedParameter: Sendable, Hashable, Codable {
  /// The name, in the field's terms: `mean`, `covariance`, `rate`.
  public var name: String
  /// The value.
  public var value: ParameterValue
  /// Titles of the numbers in a table, such as the terms of a formula, "" for those to leave out.
  /// Without them a vector's are those of the columns, in their order, and a matrix is not shown.
  public var labels: [String] = []
  /// Of a factor of a product: which columns of the data it describes, and the name without the factor's.
  var factor: (columns: [Int], name: String)? {
    get { place.map { ($0.columns, $0.name) } }
    set { place = newValue.map { Place(columns: $0.columns, name: $0.name) } }
  }
  private var place: Place?

  private struct Place: Sendable, Hashable {
    var columns: [Int]
    var name: String
  }

  /// Makes a named parameter.
  public init(_ name: String, _ value: ParameterValue, labels: [String] = []) {
    self.name = name
    self.value = value
    self.labels = labels
  }

  private enum CodingKeys: String, CodingKey {
    case name
    case value
  }
}

extension NamedParameter {
  /// The same with another value.
  func with(_ value: ParameterValue) -> NamedParameter {
    var result = self
    result.value = value
    return result
  }

  /// What its numbers are called where they have no labels: by its name, and the columns, where it has a number for
  /// each of these.
  ///
  /// - Parameters:
  ///   - own: The columns that the family describes.
  ///   - all: All columns of the data.
  func titles(_ own: [String], of all: [String]) -> [String] {
    let count = value.numbers.count
    guard let factor else {
      if case .scalar = value { return [name] }
      if count == own.count, !(count == 1 && own.isEmpty) { return own.map { "\(name) \($0)" } }
      return count == 1 ? [name] : (0..<count).map { "\(name) \($0 + 1)" }
    }
    let columns = factor.columns.map { all.indices.contains($0) ? all[$0] : "" }
    if count == columns.count { return columns.map { "\(factor.name) \($0)" } }
    let start = count == 1 && columns.count == 1 ? "\(factor.name) \(columns[0])" : name
    return count == 1 ? [start] : (0..<count).map { "\(start) \($0 + 1)" }
  }
}

extension [NamedParameter] {
  /// The value of a parameter; `nil` where there is none of that name.
  public subscript(name: String) -> ParameterValue? { first { $0.name == name }?.value }

  /// The values by name.
  public var byName: [String: ParameterValue] {
    Dictionary(map { ($0.name, $0.value) }) { first, _ in first }
  }
}

/// The first two moments of a component, in the units of the data.
public struct Moments: Sendable, Hashable {
  /// The mean, d numbers.
  public var mean: [Double]
  /// The covariance, `d × d`.
  public var covariance: Covariance

  /// Makes moments.
  public init(mean: [Double], covariance: Matrix) {
    self.init(mean: mean, covariance: Covariance(covariance))
  }

  /// Makes moments of a covariance as it is known.
  public init(mean: [Double], covariance: Covariance) {
    self.mean = mean
    self.covariance = covariance
  }
}

/// Something about a component, or all of them, that a user must know before trusting a fit.
public struct Diagnosis: Sendable, Hashable {
  /// The component, from 0; `nil` where it concerns what all have in common.
  public var component: Int?
  /// What is wrong, as the end of a sentence that begins with the component's name, or the whole of one
  /// about all.
  public var problem: String { text() }
  /// Whether the component fits a few rows by chance, rather than having collapsed.
  public var isSpurious: Bool
  /// Whether the component has collapsed upon many rows at exactly one place: a property of the data.
  public var isAtom: Bool

  private let text: @Sendable () -> String

  /// Makes a diagnosis, whose text is not written before it is read: of most fits that are tried nobody
  /// reads it.
  public init(
    component: Int?, problem: @autoclosure @escaping @Sendable () -> String,
    isSpurious: Bool = false, isAtom: Bool = false
  ) {
    self.component = component
    self.isSpurious = isSpurious
    self.isAtom = isAtom
    text = problem
  }

  /// Whether both say the same.
  public static func == (a: Diagnosis, b: Diagnosis) -> Bool {
    a.component == b.component && a.isSpurious == b.isSpurious && a.problem == b.problem
  }

  /// Goes by what it says.
  public func hash(into hasher: inout Hasher) {
    hasher.combine(component)
    hasher.combine(problem)
  }
}
