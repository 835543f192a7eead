/// Which second moments a covariance model works with.
public enum ScatterForm: String, Sendable, Codable {
  /// All of them: the upper triangle, packed by rows.
  case full
  /// The diagonal.
  case diagonal
  /// The sum of the diagonal.
  case spherical

  /// Number of values for dimension `d`.
  public func count(_ d: Int) -> Int {
    switch self {
    case .full: d * (d + 1) / 2
    case .diagonal: d
    case .spherical: 1
    }
  }

  /// Where diagonal element `j` of a matrix of order `d` stands among the values.
  func diagonalIndex(_ j: Int, _ d: Int) -> Int {
    switch self {
    case .full: Scatter.packed(j, j, d)
    case .diagonal: j
    case .spherical: 0
    }
  }
}

/// A scatter or covariance matrix of order d in one of three forms.
public struct Scatter: Sendable, Hashable, Codable {
  /// The form.
  public let form: ScatterForm
  /// The order d.
  public let dimension: Int
  /// The packed upper triangle by rows, the diagonal, or one value.
  ///
  /// As a spherical *scatter* the value is the trace; as a spherical *covariance* it is the
  /// variance.
  public var values: [Double]

  /// Makes a scatter from its values.
  public init(_ form: ScatterForm, dimension: Int, values: [Double]) {
    precondition(values.count == form.count(dimension), "shape")
    self.form = form
    self.dimension = dimension
    self.values = values
  }

  /// Reads one whose values fit its form.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    form = try container.decode(ScatterForm.self, forKey: .form)
    dimension = try container.decode(Int.self, forKey: .dimension)
    values = try container.decode([Double].self, forKey: .values)
    guard dimension >= 0, dimension <= SavedDimension.most, values.count == form.count(dimension)
    else {
      throw EmulsionError(.invalidData, "a covariance of order \(dimension) is damaged")
    }
  }

  /// Makes the identity covariance.
  public static func identity(_ form: ScatterForm, dimension d: Int) -> Scatter {
    var result = Scatter(form, dimension: d, values: .zeros(form.count(d)))
    for j in 0..<d { result.values[result.diagonalIndex(j)] = 1 }
    return result
  }

  /// Makes a covariance of variances alone; of spherical ones, all are the first.
  static func diagonal(_ form: ScatterForm, _ variances: [Double]) -> Scatter {
    var result = identity(form, dimension: variances.count)
    for j in variances.indices.reversed() { result.values[result.diagonalIndex(j)] = variances[j] }
    return result
  }

  /// Where diagonal element `j` stands in `values`.
  public func diagonalIndex(_ j: Int) -> Int { form.diagonalIndex(j, dimension) }

  /// Diagonal element `j` of a covariance.
  public func variance(_ j: Int) -> Double { values[diagonalIndex(j)] }

  /// Where element (a, b), a ≤ b, of a symmetric matrix of order d stands in its packed triangle.
  @inlinable
  public static func packed(_ a: Int, _ b: Int, _ d: Int) -> Int {
    a * d - a * (a - 1) / 2 + (b - a)
  }

  /// The covariance as a full matrix.
  public var matrix: Matrix {
    let d = dimension
    var result = Matrix(rows: d, columns: d)
    var elements = result.values.mutableSpan
    guard form == .full else {
      for a in 0..<d { elements[a * d + a] = variance(a) }
      return result
    }
    var index = 0
    for a in 0..<d {
      for b in a..<d {
        (elements[a * d + b], elements[b * d + a]) = (values[index], values[index])
        index += 1
      }
    }
    return result
  }

  /// The covariance in form `form` that is nearest to a full matrix: off-diagonal elements are
  /// dropped, and a spherical one has the mean variance.
  public init(_ form: ScatterForm, of matrix: Matrix) {
    let d = matrix.rows
    switch form {
    case .full:
      var values: [Double] = []
      for a in 0..<d { for b in a..<d { values.append(0.5 * (matrix[a, b] + matrix[b, a])) } }
      self.init(form, dimension: d, values: values)
    case .diagonal:
      self.init(form, dimension: d, values: (0..<d).map { matrix[$0, $0] })
    case .spherical:
      let trace = (0..<d).reduce(0) { $0 + matrix[$1, $1] }
      self.init(form, dimension: d, values: [trace / Double(d)])
    }
  }
}
