/// A dense matrix of doubles, row-major.
public struct Matrix: Sendable, Hashable, Codable {
  /// Number of rows.
  public let rows: Int
  /// Number of columns.
  public let columns: Int
  /// The `rows × columns` elements, row after row.
  public var values: [Double]

  /// Makes a matrix of `rows × columns` elements, all equal to `fill`.
  public init(rows: Int, columns: Int, repeating fill: Double = 0) {
    let count = rows * columns
    self.init(
      rows: rows, columns: columns,
      values: fill == 0 ? .zeros(count) : Array(repeating: fill, count: count))
  }

  /// Makes a matrix from its elements.
  ///
  /// - Parameters:
  ///   - rows: Number of rows.
  ///   - columns: Number of columns.
  ///   - values: `rows × columns` elements, row-major.
  public init(rows: Int, columns: Int, values: [Double]) {
    precondition(rows >= 0 && columns >= 0 && values.count == rows * columns, "shape")
    self.rows = rows
    self.columns = columns
    self.values = values
  }

  /// Reads one whose elements fit its shape.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    rows = try container.decode(Int.self, forKey: .rows)
    columns = try container.decode(Int.self, forKey: .columns)
    values = try container.decode([Double].self, forKey: .values)
    let (count, overflow) = rows.multipliedReportingOverflow(by: columns)
    guard rows >= 0, columns >= 0, !overflow, values.count == count else {
      throw EmulsionError(.invalidData, "a matrix of \(rows) × \(columns) is damaged")
    }
  }

  /// Makes a matrix from its rows, which must be of one length; `nil` where they are not.
  public init?(rows list: [[Double]]) {
    let columns = list.first?.count ?? 0
    guard list.allSatisfy({ $0.count == columns }) else { return nil }
    self.init(rows: list.count, columns: columns, values: list.flatMap { $0 })
  }

  /// The element in row `i` and column `j`, both from 0.
  @inlinable
  public subscript(i: Int, j: Int) -> Double {
    get { values[i * columns + j] }
    set { values[i * columns + j] = newValue }
  }

  /// Row `i`.
  public func row(_ i: Int) -> ArraySlice<Double> { values[i * columns..<(i + 1) * columns] }

  /// Column `j`.
  public func column(_ j: Int) -> [Double] { (0..<rows).map { self[$0, j] } }

  /// The transpose.
  public func transposed() -> Matrix {
    var result = Matrix(rows: columns, columns: rows)
    for i in 0..<rows {
      for j in 0..<columns { result[j, i] = self[i, j] }
    }
    return result
  }

  /// The identity matrix of order `n`.
  public static func identity(_ n: Int) -> Matrix {
    var result = Matrix(rows: n, columns: n)
    for i in 0..<n { result[i, i] = 1 }
    return result
  }
}

extension Matrix {
  /// The product of two matrices. O(n·m·p).
  static func * (a: Matrix, b: Matrix) -> Matrix {
    var result = Matrix(rows: a.rows, columns: b.columns)
    for i in 0..<a.rows {
      for l in 0..<a.columns {
        let factor = a[i, l]
        if factor == 0 { continue }
        for j in 0..<b.columns { result[i, j] += factor * b[l, j] }
      }
    }
    return result
  }
}
