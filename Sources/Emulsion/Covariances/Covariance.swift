/// A covariance matrix as it is known: in full, or by variances alone where columns are independent.
///
/// The matrix of the latter is made only when asked for, so that a component of d columns takes d
/// numbers. Of columns that nearly depend on each other a matrix can't hold what each has of its own;
/// a factor can, and comes along where it matters.
public struct Covariance: Sendable, Hashable {
  private enum Content: Sendable, Hashable {
    case full(Matrix)
    case independent([Double])
  }

  private let content: Content
  /// A lower triangular F, d × d, with FFᵀ the covariance, where the matrix would lose digits of it.
  public let factor: Matrix?

  /// A full covariance.
  public init(_ matrix: Matrix) {
    content = .full(matrix)
    factor = nil
  }

  /// The covariance of independent columns.
  public init(variances: [Double]) {
    content = .independent(variances)
    factor = nil
  }

  /// FFᵀ of a lower triangular F. O(d³).
  public init(factor: Matrix) {
    content = .full(factor.timesTransposed)
    self.factor = factor
  }

  /// d.
  public var dimension: Int {
    switch content {
    case .full(let matrix): matrix.rows
    case .independent(let variances): variances.count
    }
  }

  /// Whether columns are independent, so that variances say all.
  public var isDiagonal: Bool {
    if case .independent = content { return true }
    return false
  }

  /// The variance of each column.
  public var variances: [Double] {
    switch content {
    case .full(let matrix): (0..<matrix.rows).map { matrix[$0, $0] }
    case .independent(let variances): variances
    }
  }

  /// The element in row `i` and column `j`, both from 0.
  public subscript(i: Int, j: Int) -> Double {
    switch content {
    case .full(let matrix): matrix[i, j]
    case .independent(let variances): i == j ? variances[i] : 0
    }
  }

  /// The matrix, d × d. O(d²) where columns are independent.
  public var matrix: Matrix {
    switch content {
    case .full(let matrix): return matrix
    case .independent(let variances):
      var matrix = Matrix(rows: variances.count, columns: variances.count)
      for (j, variance) in variances.enumerated() { matrix[j, j] = variance }
      return matrix
    }
  }

  /// The elements of the matrix, row by row.
  public var values: [Double] { matrix.values }

  /// The covariance of the numbers times √`factor`.
  public func scaled(by factor: Double) -> Covariance {
    switch content {
    case .independent(let variances): Covariance(variances: variances.map { $0 * factor })
    case .full(let matrix):
      if let own = self.factor {
        Covariance(factor: own.scaled(by: factor.squareRoot()))
      } else {
        Covariance(matrix.scaled(by: factor))
      }
    }
  }

  /// The covariance of sums with independent numbers.
  public static func + (a: Covariance, b: Covariance) -> Covariance {
    if a.isDiagonal && b.isDiagonal {
      return Covariance(variances: zip(a.variances, b.variances).map { $0 + $1 })
    }
    var sum = a.matrix
    let other = b.matrix
    for i in sum.values.indices { sum.values[i] += other.values[i] }
    return Covariance(sum)
  }

  /// The covariance of these columns among `count`, the others constant.
  public func placed(at positions: [Int], of count: Int) -> Covariance {
    if isDiagonal {
      var all = [Double].zeros(count)
      for (position, variance) in zip(positions, variances) { all[position] = variance }
      return Covariance(variances: all)
    }
    var result = Matrix(rows: count, columns: count)
    for (a, i) in positions.enumerated() {
      for (b, j) in positions.enumerated() { result[i, j] = self[a, b] }
    }
    return Covariance(result)
  }

  /// The covariance of some of the columns, in the order given.
  func selecting(_ positions: [Int]) -> Covariance {
    if isDiagonal {
      let all = variances
      return Covariance(variances: positions.map { all[$0] })
    }
    var result = Matrix(rows: positions.count, columns: positions.count)
    for (a, i) in positions.enumerated() {
      for (b, j) in positions.enumerated() { result[a, b] = self[i, j] }
    }
    return Covariance(result)
  }

  /// The largest variance along any direction, and that direction; `nil` where it can't be told.
  var widest: (variance: Double, direction: [Double])? {
    guard isDiagonal else {
      guard let (values, vectors) = LinearAlgebra.eigen(matrix), let last = values.last else {
        return nil
      }
      return (last, Array(vectors.row(values.count - 1)))
    }
    let variances = variances
    guard let place = variances.indices.max(by: { variances[$0] < variances[$1] }) else {
      return nil
    }
    return (variances[place], variances.indices.map { $0 == place ? 1 : 0 })
  }
}

extension Matrix {
  func scaled(by factor: Double) -> Matrix {
    Matrix(rows: rows, columns: columns, values: values.map { $0 * factor })
  }
}

extension Covariance: Codable {
  private enum CodingKeys: String, CodingKey {
    case matrix, factor, variances
  }

  /// Reads what ``encode(to:)`` wrote.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    if let variances = try container.decodeIfPresent([Double].self, forKey: .variances) {
      self.init(variances: variances)
    } else if let factor = try container.decodeIfPresent(Matrix.self, forKey: .factor) {
      self.init(factor: factor)
    } else {
      self.init(try container.decode(Matrix.self, forKey: .matrix))
    }
  }

  /// Writes the variances, the factor or the matrix.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    switch content {
    case .independent(let variances): try container.encode(variances, forKey: .variances)
    case .full(let matrix):
      if let factor {
        try container.encode(factor, forKey: .factor)
      } else {
        try container.encode(matrix, forKey: .matrix)
      }
    }
  }
}
